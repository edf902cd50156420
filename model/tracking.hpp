// What the router, and those who show what happens, ask of a tracker: the model itself, and whoever else is to pass
// packets through the same rules and the same NAT. Time is an argument everywhere and never goes back.
#pragma once

#include "model/in_flight.hpp"
#include "model/observers.hpp"
#include "spec/choices.hpp"
#include "spec/edition.hpp"
#include "spec/expect/expectation.hpp"
#include "spec/fill.hpp"
#include "spec/helper/helper_set.hpp"
#include "spec/hook.hpp"
#include "spec/imported.hpp"
#include "spec/nat/range.hpp"
#include "spec/packet.hpp"
#include "spec/settings.hpp"
#include "spec/tcp/outcome.hpp"
#include "spec/template.hpp"
#include "spec/watcher.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conntrack {

/// What begin() found out about a packet on the way, for those who explain verdicts.
struct Trace {
    std::optional<tcp::Judged<Concrete>> tcp;         // the last TCP step that was judged
    std::optional<sctp::Association<Concrete>> sctp;  // what SCTP knew of the association before the packet
};

using Watcher = WatcherOf<const Entry&>;

class Tracking {
  public:
    using Imported = conntrack::Imported;
    using Fill = conntrack::Fill;
    using Visit = std::function<void(const Entry&)>;

    Tracking() = default;
    Tracking(const Tracking&) = delete;
    Tracking& operator=(const Tracking&) = delete;
    virtual ~Tracking() = default;

    // --- packets ---------------------------------------------------------------------------------------------------

    /// The track hook (PREROUTING, OUTPUT): finds or makes the entry and runs its protocol. `trace` may be null.
    virtual InFlight begin(const Packet& packet, Time now, Trace* trace, const Template& from) = 0;
    InFlight begin(const Packet& packet, Time now) { return begin(packet, now, nullptr, {}); }
    /// What the router answers to a packet, and is not tracked by itself: it is RELATED to the entry of that packet,
    /// which must carry one (nf_conntrack_attach()).
    virtual InFlight attach_answer(const InFlight& about) = 0;
    /// The confirm hook (POST_ROUTING, LOCAL_IN): the packet leaves the router. False: it is dropped there.
    /// The packet keeps its reference until release(). `bytes`: the packet, which a helper may read, and rewrite; null:
    /// helpers see nothing of it.
    virtual bool confirm(InFlight& packet, Time now, std::vector<std::uint8_t>* bytes) = 0;
    bool confirm(InFlight& packet, Time now) { return confirm(packet, now, nullptr); }
    /// The packet is freed.
    virtual void release(InFlight packet) = 0;

    // --- what rules do to the entry of a packet, which must carry one -----------------------------------------------

    virtual void set_mark(const InFlight& packet, std::uint32_t mark) = 0;
    /// The entry goes because of this packet, which is counted once more (nf_ct_kill_acct()).
    virtual void end_by(const InFlight& packet, const Packet& header) = 0;
    /// A firewall resets the connection: its entry closes, with the timeout of CLOSE.
    virtual void close(const InFlight& packet) = 0;

    // --- NAT for the entry of a packet, which must carry one ---------------------------------------------------------

    /// NAT has seen the entry; from now on it counts as met while it was new.
    virtual void meet(const InFlight& packet) = 0;
    /// Decides a part of the entry's binding at a hook. False: no tuple is free, and the packet is dropped.
    /// `masquerades_at`: the interface whose address it takes.
    virtual bool bind(const InFlight& packet, Hook hook, const NatRange& range, BindingOrigin origin,
                      const std::optional<std::string>& masquerades_at) = 0;
    /// The same where no rule matched: the address stays, a source port may change if the tuple is taken.
    virtual bool bind_nothing(const InFlight& packet, Hook hook, Time now) = 0;
    /// Rewrites the packet, or an ICMP error about the flow, as its bindings say for the hook. False: it cannot be
    /// rewritten and is dropped.
    [[nodiscard]] virtual bool translate(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) = 0;
    [[nodiscard]] virtual bool translate_error(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) = 0;

    /// Takes the entries out of the table that MASQUERADE bound to an interface, and of which `is_forgotten` is true.
    virtual void end_masqueraded(const std::string& interface,
                                 const std::function<bool(const Entry&)>& is_forgotten) = 0;
    /// NAT is unloaded: what it had decided is forgotten, and the tuples stay as they are. Entries that packets hold
    /// outside the table keep their bindings, but those that the edition lists (clean_nat()).
    virtual void forget_bindings() = 0;

    // --- from outside ----------------------------------------------------------------------------------------------

    /// Lets time pass: every timer that runs out until `now` does.
    virtual void advance(Time now) = 0;
    /// Deletes every entry.
    virtual void flush(Time now) = 0;
    /// Deletes the entry that has this tuple in either direction. False if there is none.
    virtual bool erase(const Tuple& tuple, Time now) = 0;
    /// Changes a setting. Entries that exist keep their timers until the next packet.
    virtual void configure(Setting setting, std::uint32_t value) = 0;
    /// Puts an entry into the table as it was read from elsewhere. False if one of its tuples is taken.
    virtual bool import(const Imported& entry, Time now) = 0;
    /// Adds UDP entries that do nothing but fill the table. Where it is full they drop others early, or are not made,
    /// as entries that are made through netlink.
    virtual void fill(const Fill& fill, Time now) = 0;
    /// How many of them have gone since the last call.
    virtual std::uint64_t take_fillers_gone() = 0;
    /// Lines that the kernel's log would hold since the last call ("table full, dropping packet.").
    virtual std::vector<std::string> take_log() = 0;

    /// Nothing is expected any more.
    virtual void flush_expectations(Time now) = 0;
    /// Visits what is expected, the newest first.
    virtual void each_expectation(const std::function<void(const expect::Expectation&)>& visit) const = 0;
    /// The helpers that rules may name.
    [[nodiscard]] virtual const helper::HelperSet& helpers() const = 0;

    /// The entry that has this tuple; null: there is none. It is there until the tracker is changed.
    [[nodiscard]] virtual const Entry* entry_with(const Tuple& tuple) const = 0;
    /// Every entry of the table, the newest confirmation first. Fillers may be left out.
    virtual void each_linked(const Visit& visit) const = 0;
    /// Those that listings show.
    virtual void each_listed(const Visit& visit) const = 0;
    /// Every entry that exists outside the table: not confirmed, or deleted and still held.
    virtual void each_in_limbo(const Visit& visit) const = 0;
    /// Entries in the table, and all that exist.
    [[nodiscard]] virtual std::size_t linked() const = 0;
    [[nodiscard]] virtual std::size_t existing() const = 0;

    [[nodiscard]] virtual Time now() const = 0;
    [[nodiscard]] virtual const Edition& edition() const = 0;
    [[nodiscard]] virtual const Modules& modules() const = 0;
    [[nodiscard]] virtual const Settings& settings() const = 0;
    /// The rules by which observers are told.
    [[nodiscard]] virtual const NoticeSwitches& notice_rules() const = 0;

    Observers& observers() { return observers_; }
    ExpectationObservers& expectation_observers() { return expectation_observers_; }
    /// Who decides where Linux is free.
    virtual void choose_by(Choices& choices) = 0;
    /// Null: nobody watches.
    virtual void watch_by(Watcher* watcher) = 0;

  protected:
    Observers observers_;
    ExpectationObservers expectation_observers_;

    static Verdict& verdict_in(InFlight& packet) { return packet.verdict_; }
    static Entry*& entry_in(InFlight& packet) { return packet.entry_; }
    static Entry* entry_in(const InFlight& packet) { return packet.entry_; }
};

}  // namespace conntrack

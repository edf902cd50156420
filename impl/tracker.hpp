// The fast tracker: the same semantics as the executable model, near the speed of memory. One thread at a time; time
// is an argument everywhere and never goes back.
#pragma once

#include "impl/entry.hpp"
#include "impl/hash_key.hpp"
#include "spec/choices.hpp"
#include "spec/edition.hpp"
#include "spec/expect/registry.hpp"
#include "spec/fill.hpp"
#include "spec/helper/helper_set.hpp"
#include "spec/hook.hpp"
#include "spec/imported.hpp"
#include "spec/nat/range.hpp"
#include "spec/observers.hpp"
#include "spec/packet.hpp"
#include "spec/settings.hpp"
#include "spec/template.hpp"
#include "spec/verdict.hpp"
#include "spec/watcher.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace conntrack::fast {

using Observers = ObserverList<Notice>;
using ExpectationObservers = ObserverList<expect::Notice>;

class Crossings;

/// A packet as it lies in memory, from its IP header on.
struct Frame {
    const std::uint8_t* bytes = nullptr;
    std::uint32_t length = 0;     // bytes that are there
    bool checksum_known = false;  // the card has found the checksums right: they are not computed again
};

/// Names an entry inside a tracker while the entry exists.
using Handle = std::uint32_t;
inline constexpr Handle no_entry = 0xffff'ffff;

/// A packet between begin() and release(). It holds a reference to its entry, as a socket buffer does, and must be
/// given back to the tracker that made it.
class InFlight {
  public:
    InFlight() = default;
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    InFlight(InFlight&& from) noexcept;
    InFlight& operator=(InFlight&& from) noexcept;
    ~InFlight();

    [[nodiscard]] const Verdict& verdict() const { return verdict_; }
    /// The entry that the packet carries; no_entry if it has none.
    [[nodiscard]] Handle entry() const { return entry_; }

    /// For those who keep packets in a form of their own: takes the packet apart, without releasing it, and puts it
    /// together again.
    [[nodiscard]] Handle let_go() { return std::exchange(entry_, no_entry); }
    static InFlight of(const Verdict& verdict, Handle entry);

  private:
    template <class>
    friend class Engine;
    Verdict verdict_;
    Handle entry_ = no_entry;
};

struct Options {
    Modules modules = {};
    bool later_notifier = false;      // linux-2.6.9 has no notifier: offer that of linux-2.6.32 there
    std::optional<HashKey> key = {};  // of the hash; nothing: drawn from the system's random numbers
    /// How many entries one packet's worth of time takes out at most; the rest goes with the next packets, and no
    /// lookup finds it meanwhile. advance() always takes out all that is due. At least 1.
    std::uint32_t expired_at_once = std::numeric_limits<std::uint32_t>::max();
    /// Memory is reserved (not taken) for so many entries at most: of IPv4, and of IPv6. At least 1, at most 2^29.
    std::uint32_t most_entries = 1U << 26;
    /// Of a tracker that is one of several shards (shards.hpp): what it shares with the others, and its number.
    Crossings* crossings = nullptr;
    expect::Registry* expectations = nullptr;
    std::uint32_t shard = 0;
    std::shared_ptr<const helper::HelperSet> helpers = nullptr;  // null: the kernel's
};

/// Where a binding comes from: rules and interfaces are the caller's, who numbers them.
struct BindingNote {
    std::uint32_t rule = 0;
    Time when = 0;
    std::optional<std::uint32_t> masquerades_at = {};  // the interface whose address it takes
};

using Watcher = WatcherOf<Handle>;

struct Found {
    Entry entry;
    Direction dir = Direction::original;
};

/// What only serves to look at a tracker from outside: memory and the shape of its index.
struct Shape {
    std::size_t entries = 0;        // that exist
    std::size_t bytes = 0;          // of all that has been touched so far
    std::size_t buckets = 0;        // cache lines of the index
    std::size_t longest_chain = 0;  // cache lines that the slowest lookup may read
    std::size_t overflowing = 0;    // buckets of more than one line
};

class Tracker {
  public:
    Tracker() = default;
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;
    virtual ~Tracker() = default;

    /// Tracks packets in their order, each from the track hook to its end: begin() and finish(accepted). The spans
    /// are of one length; nothing is allocated unless the table grows.
    virtual void track(std::span<const Packet> packets, std::span<Verdict> verdicts, Time now) = 0;
    /// The same for packets as they lie in memory. One whose IP header is malformed gets a verdict that is not `seen`,
    /// by the clause ip_header_invalid. Fragments must have been put together before.
    virtual void track(std::span<const Frame> frames, std::span<Verdict> verdicts, Time now) = 0;
    Verdict track(const Packet& packet, Time now);

    /// The track hook (PREROUTING, OUTPUT): finds or makes the entry and runs its protocol. Throws std::length_error
    /// if 65535 packets hold the entry already.
    virtual InFlight begin(const Packet& packet, Time now, const Template& from = {}) = 0;
    /// What the router answers to a packet, and is not tracked by itself: it is RELATED to the entry of that packet,
    /// which must carry one.
    virtual InFlight attach_answer(const InFlight& about) = 0;
    /// The confirm hook (POST_ROUTING, LOCAL_IN): the packet leaves the router. False: it is dropped there. The packet
    /// keeps its reference until release().
    /// `bytes`: the packet, which a helper may read, and rewrite; null: helpers see nothing of it.
    virtual bool confirm(InFlight& packet, Time now, std::vector<std::uint8_t>* bytes) = 0;
    bool confirm(InFlight& packet, Time now) { return confirm(packet, now, nullptr); }
    /// The packet is freed.
    virtual void release(InFlight packet) = 0;
    /// confirm() if accepted, and release(). False if the packet was dropped, here or before.
    bool finish(InFlight packet, Fate fate, Time now);

    /// Lets time pass: every timer that runs out until `now` does.
    virtual void advance(Time now) = 0;
    /// Deletes every entry.
    virtual void flush(Time now) = 0;
    /// Deletes the entry that has this tuple in either direction. False if there is none.
    virtual bool erase(const Tuple& tuple, Time now) = 0;
    /// Changes a setting. Entries that exist keep their timers until the next packet.
    virtual void configure(Setting setting, std::uint32_t value) = 0;
    /// Puts an entry into the table as it was read from elsewhere. False if one of its tuples is taken, or memory for
    /// no further one was reserved.
    virtual bool import(const Imported& entry, Time now) = 0;
    /// Adds UDP entries that do nothing but fill the table. Where it is full they drop others early, or are not made,
    /// as entries that are made through netlink.
    virtual void fill(const Fill& fill, Time now) = 0;
    /// How many of them have gone since the last call.
    virtual std::uint64_t take_fillers_gone() = 0;

    /// A rule changes the mark of an entry.
    virtual void set_mark(Handle entry, std::uint32_t mark) = 0;
    /// Takes an entry out of the table because of a packet of it, which is counted once more (nf_ct_kill_acct()).
    virtual void end_by(Handle entry, Direction dir, std::uint32_t length) = 0;
    /// A firewall resets the connection: its entry closes, with the timeout of CLOSE.
    virtual void close(Handle entry) = 0;

    // NAT. What a router does at its hooks (spec/nat/binding.hpp says when) for the entry that a packet carries; rules
    // are the router's. Memory is touched for entries that NAT meets, and nothing is allocated for packets.

    /// NAT has seen the entry; from now on it counts as met while it was new.
    virtual void meet(Handle entry) = 0;
    /// Was this part of its binding decided: bound, or that nothing is? Rules are asked only of what was not.
    [[nodiscard]] virtual bool decided(Handle entry, nat::Manip manip) const = 0;
    /// Decides a part of the binding of an entry that is not confirmed and of which it was not decided. False: no tuple
    /// is free, and the packet is dropped.
    virtual bool bind(Handle entry, Hook hook, const NatRange& range, const BindingNote& note) = 0;
    /// The same where no rule matched: the address stays, a source port may change if the tuple is taken.
    virtual bool bind_nothing(Handle entry, Hook hook, Time now) = 0;
    /// Rewrites a packet of the entry that travels in direction `dir`, or an ICMP error about it, as its bindings say
    /// for the hook; `bytes` begin with the IP header. False: it cannot be rewritten and is dropped.
    [[nodiscard]] virtual bool translate(Handle entry, Direction dir, Hook hook,
                                         std::span<std::uint8_t> bytes) const = 0;
    [[nodiscard]] virtual bool translate_error(Handle entry, Direction dir, Hook hook,
                                               std::span<std::uint8_t> bytes) const = 0;
    /// Takes the entries out of the table that MASQUERADE bound to an interface, and of which `is_forgotten` is true.
    /// Looks at all entries.
    virtual void end_masqueraded(std::uint32_t interface, const std::function<bool(const Entry&)>& is_forgotten) = 0;
    /// NAT is unloaded: what it had decided is forgotten, and the tuples stay as they are.
    virtual void forget_bindings() = 0;
    /// How many entries NAT knows by their source.
    [[nodiscard]] virtual std::size_t listed_by_source() const = 0;

    /// Nothing is expected any more.
    virtual void flush_expectations(Time now) = 0;
    /// Visits what is expected, the newest first; of shards, what any of them expects.
    virtual void each_expectation(const std::function<void(const expect::Expectation&)>& visit) const = 0;
    /// The helpers that a template may name.
    [[nodiscard]] virtual const helper::HelperSet& helpers() const = 0;

    [[nodiscard]] virtual std::optional<Found> find(const Tuple& tuple) const = 0;
    [[nodiscard]] virtual Entry entry(Handle entry) const = 0;
    /// Visits the entries of the table, the newest confirmation first, but for fillers. Takes memory for a list of all.
    virtual void each_linked(const std::function<void(const Entry&)>& visit) const = 0;
    /// Those of them that listings show.
    virtual void each_listed(const std::function<void(const Entry&)>& visit) const = 0;
    /// Visits every entry that exists outside the table: not confirmed, or deleted and still held; by number.
    virtual void each_in_limbo(const std::function<void(const Entry&)>& visit) const = 0;
    /// Entries that exist, and those of them that are in the table.
    [[nodiscard]] virtual std::size_t existing() const = 0;
    [[nodiscard]] virtual std::size_t linked() const = 0;
    [[nodiscard]] virtual Shape shape() const = 0;

    /// The bucket, of so many, that a tuple falls into when the full table looks for somebody to drop.
    [[nodiscard]] virtual std::uint32_t bucket(const Tuple& tuple, std::uint32_t buckets) const = 0;
    /// Who decides where Linux is free, before the first packet; for checks and tests. The default chooses by itself:
    /// by the clock, by buckets of the index, and where searches for a port begin at random.
    virtual void choose_by(Choices& choices) = 0;
    /// Null: nobody watches.
    virtual void watch_by(Watcher* watcher) = 0;
    /// How often a packet was refused because the table was full, since the last call. Each is a line in the kernel's
    /// log.
    virtual std::uint64_t take_refusals() = 0;

    [[nodiscard]] virtual Time now() const = 0;
    [[nodiscard]] virtual const Edition& edition() const = 0;
    [[nodiscard]] virtual const Modules& modules() const = 0;
    [[nodiscard]] virtual const Settings& settings() const = 0;
    /// The rules by which observers are told.
    [[nodiscard]] virtual const NoticeSwitches& notice_rules() const = 0;
    Observers& observers() { return observers_; }
    ExpectationObservers& expectation_observers() { return expectation_observers_; }

  protected:
    Observers observers_;
    ExpectationObservers expectation_observers_;
};

/// Throws std::invalid_argument if an option is out of range, std::system_error if memory cannot be reserved.
std::unique_ptr<Tracker> make_tracker(EditionId edition, const Options& options = {});

}  // namespace conntrack::fast

// Network address translation: decides bindings for flows that begin, and applies them to packets.
// Sources: ip_nat_core.c (2.6.9), nf_nat_core.c (later).
#pragma once

#include "model/choices.hpp"
#include "model/entry.hpp"
#include "model/nat/by_source.hpp"
#include "spec/edition.hpp"
#include "spec/nat/range.hpp"
#include "spec/trackers.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conntrack {

/// What NAT needs of the tracker.
class NatHost {
  public:
    NatHost() = default;
    NatHost(const NatHost&) = delete;
    NatHost& operator=(const NatHost&) = delete;
    virtual ~NatHost() = default;

    /// A confirmed entry that has this tuple in either direction, and which, as an entry of `zone` sees it.
    [[nodiscard]] virtual std::optional<std::pair<Entry*, Direction>> holder(const Tuple& tuple,
                                                                             const Zone& zone) const = 0;
    /// Takes an entry out of the table.
    virtual void evict(Entry& entry) = 0;
    [[nodiscard]] virtual Choices& choices() = 0;
};

class Nat {
  public:
    Nat(const Edition& edition, const Modules& modules, NatHost& host)
        : edition_(edition), modules_(modules), host_(host) {}

    /// Was this part decided for the entry, by a rule or by none matching?
    [[nodiscard]] static bool decided(const Entry& entry, nat::Manip manip);
    /// NAT has seen the entry; from now on it counts as met while it was new.
    static NatState& meet(Entry& entry);

    /// Decides a part of the entry's binding at a hook. False: no tuple is free, and the packet is dropped.
    bool bind(Entry& entry, Hook hook, const NatRange& range, BindingOrigin origin);
    /// The same where no rule matched: the address stays, a source port may change if the tuple is taken.
    bool bind_nothing(Entry& entry, Hook hook, Time now);
    /// The entry is freed: its source is no longer known.
    void forget(Entry& entry) { by_source_.remove(entry); }

    /// NAT is unloaded, and forgets what it had decided for the entry (clean_nat()).
    void unload(Entry& entry);

    /// Rewrites a packet of the entry that travels in direction `dir`, as its bindings say for the hook. False: it
    /// cannot be rewritten and is dropped.
    [[nodiscard]] bool translate(const Entry& entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const;
    /// The same for an ICMP error about the entry.
    [[nodiscard]] bool translate_error(const Entry& entry, Direction dir, Hook hook,
                                       std::span<std::uint8_t> bytes) const;

    /// How many entries the list by source holds.
    [[nodiscard]] std::size_t listed() const { return by_source_.size(); }

    /// Visits the entries that MASQUERADE bound to an interface.
    void each_masqueraded(const std::string& interface, const std::function<void(Entry&)>& visit) const;

  private:
    const Edition& edition_;
    Modules modules_;
    NatHost& host_;
    BySource by_source_;
    std::map<std::uint8_t, std::uint16_t> rover_;  // by protocol: where the last search stood
    std::uint32_t address_turn_ = 0;               // linux-2.6.9: which address is looked at first

    /// One search for a tuple that nobody else has.
    struct Search {
        Entry& entry;
        nat::Manip manip;
        Hook hook;
        const NatRange& range;
        bool chose_first = false;  // a random choice was asked for
    };

    [[nodiscard]] Tuple inverse_of(const Tuple& tuple, const Entry& entry, Direction dir) const;
    [[nodiscard]] bool is_taken(const Tuple& tuple, const Entry& self) const;
    [[nodiscard]] bool is_taken_but_by_its_reverse(const Tuple& tuple, const Entry& self) const;
    [[nodiscard]] bool is_taken_even_so(const Tuple& tuple, const Entry& self, std::uint32_t tries_left);
    [[nodiscard]] bool fits(const Tuple& tuple, const NatRange& range, nat::Manip manip) const;
    [[nodiscard]] std::optional<Tuple> reused(const Tuple& current, const Search& search) const;
    [[nodiscard]] std::optional<Tuple> unique_tuple(const Tuple& current, Search& search);
    void choose_address(Tuple& tuple, const Search& search);
    void choose_least_used(Tuple& tuple, const Search& search);
    [[nodiscard]] std::uint32_t users_of(const Tuple& tuple, const Entry& self) const;
    bool search_part(Tuple& tuple, Search& search, nat::Manip manip, const NatRange& range);
    void keep(Entry& entry, Hook hook, const Tuple& before, const Tuple& after) const;
};

}  // namespace conntrack

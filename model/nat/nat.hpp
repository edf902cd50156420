// What NAT remembers of the model's entries: their bindings, and which of them it has met by their source. What it
// decides stands in spec/nat.
#pragma once

#include "model/entry.hpp"
#include "model/nat/by_source.hpp"
#include "spec/nat/apply.hpp"
#include "spec/nat/bind.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

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

class Nat : private nat::Table {
  public:
    Nat(const Edition& edition, const Modules& modules, NatHost& host)
        : edition_(edition), host_(host), search_(edition, modules, *this) {}

    /// Was this part decided for the entry, by a rule or by none matching?
    [[nodiscard]] static bool decided(const Entry& entry, nat::Manip manip);
    /// NAT has seen the entry; from now on it counts as met while it was new.
    static NatState& meet(Entry& entry);

    /// Decides a part of the entry's binding at a hook. False: no tuple is free, and the packet is dropped.
    bool bind(Entry& entry, Hook hook, const NatRange& range, BindingOrigin origin);
    /// The same where no rule matched.
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

    /// Visits the entries that MASQUERADE bound to an interface, in the order in which they were made.
    void each_masqueraded(const std::string& interface, const std::function<void(Entry&)>& visit) const;

  private:
    const Edition& edition_;
    NatHost& host_;
    BySource by_source_;
    nat::Search search_;

    // What the search sees; a place is a pointer.
    [[nodiscard]] std::optional<Holder> holder(const Tuple& tuple, const Zone& zone) const override;
    void evict(nat::Place place) override;
    void each_with_source(const Tuple& tuple, const std::function<bool(const nat::Seen&)>& visit) const override;
    [[nodiscard]] std::uint32_t listed_with_reply(const Tuple& reply, nat::Place self) const override;
    [[nodiscard]] Choices& choices() override { return host_.choices(); }
};

}  // namespace conntrack

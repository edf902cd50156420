// NAT of the fast tracker: what is noted of bindings, and the entries as the search of spec/nat sees them. Only a
// flow's first packet comes here; those that follow are translated by what stands in their entry.
#pragma once

#include "impl/by_source.hpp"
#include "impl/tracker.hpp"
#include "spec/nat/bind.hpp"

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <optional>

namespace conntrack::fast {

class Core;

class Nat final : private nat::Table {
  public:
    Nat(Core& core, const HashKey& key, std::uint32_t most_of_a_family);

    void meet(Handle entry);
    bool bind(Handle entry, Hook hook, const NatRange& range, const BindingNote& note);
    /// The entry is freed: its source is no longer known.
    void forget(Handle entry);
    /// NAT is unloaded, and forgets what it had decided for the entry (clean_nat()).
    void unload(Handle entry);
    [[nodiscard]] bool translate(Handle entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const;
    [[nodiscard]] bool translate_error(Handle entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const;
    [[nodiscard]] std::size_t listed() const { return by_source_.size(); }
    [[nodiscard]] std::size_t bytes() const { return by_source_.bytes(); }

    /// Where searches begin, if nobody else chooses: numbers that are hard to guess.
    class RandomStarts final : public Choices {
      public:
        explicit RandomStarts(const HashKey& key) : state_(key.words[0] | 1), odd_(key.words[1] | 1) {}
        std::uint16_t search_start(const Chooser&, nat::Manip, std::uint32_t, std::uint32_t) override;

      private:
        std::uint64_t state_, odd_;
    };

  private:
    Core& core_;
    EntryStore& store_;
    const Edition& edition_;
    BySource by_source_;
    nat::Search search_;
    RandomStarts random_;
    // linux-2.6.9: how many listed entries have the same addresses and protocol in their reply tuple.
    using Sides = std::array<std::uint32_t, 3>;
    boost::unordered_flat_map<Sides, std::uint32_t> users_;

    static Sides sides_of(const Tuple& reply) { return {reply.src.as_v4(), reply.dst.as_v4(), reply.proto}; }
    void count(Handle entry);
    void uncount(Handle entry);
    [[nodiscard]] nat::Seen seen(Handle entry) const;
    [[nodiscard]] bool notes(Handle entry) const { return store_[entry].has(Trait::met_by_nat); }
    void put_marks(Handle entry, const nat::Binding<Concrete>& binding, bool shown);
    template <class Apply>
    bool apply(Handle entry, Direction dir, Apply apply_to) const;

    [[nodiscard]] std::optional<Holder> holder(const Tuple& tuple, const Zone& zone) const override;
    void evict(nat::Place place) override;
    void each_with_source(const Tuple& tuple, const std::function<bool(const nat::Seen&)>& visit) const override;
    [[nodiscard]] std::uint32_t listed_with_reply(const Tuple& reply, nat::Place self) const override;
    [[nodiscard]] Choices& choices() override;
};

}  // namespace conntrack::fast

// The fillers of the model's table (spec/fill.hpp). Nothing is remembered of one but that it is there; the table makes
// an entry of it when a packet meets it, or an eviction.
#pragma once

#include "spec/fill.hpp"
#include "spec/time.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace conntrack {

class Fillers {
  public:
    /// Those that were added at once. They are numbered from X.Y.Z = `first` on, and confirmed in that order.
    struct Batch {
        std::uint32_t first;
        std::uint16_t zone;
        bool assured;
        Time since, deadline;
        std::uint64_t confirmed_as;  // of the first
        std::vector<bool> here = {};
        std::size_t alive = 0;
        std::size_t first_here = 0;  // none before it is there
    };
    /// One of them.
    struct Filler {
        Batch* batch;
        std::size_t index;

        [[nodiscard]] Tuple original() const { return original_of(*batch, index); }
        [[nodiscard]] Tuple reply() const { return filler::reply_of(original()); }
        [[nodiscard]] std::uint64_t confirmed_as() const { return batch->confirmed_as + index; }
    };

    static Tuple original_of(const Batch& batch, std::size_t index);

    /// Begins a batch behind those of the same zone.
    Batch& begin(std::uint16_t zone, bool assured, Time since, Time deadline, std::uint64_t confirmed_as);

    [[nodiscard]] bool empty() const { return alive_ == 0; }
    [[nodiscard]] std::size_t size() const { return alive_; }
    /// The original tuple that add() comes to.
    [[nodiscard]] Tuple next() const;
    /// The next of the youngest batch is there, or could not be made.
    Filler add(bool made);
    /// It leaves, or becomes an entry.
    void remove(const Filler& filler);
    void clear();
    /// Drops those whose time has run out, and says how many.
    std::size_t drop_due(Time now);
    [[nodiscard]] Time first_deadline() const;

    [[nodiscard]] std::optional<Filler> find(const Tuple& tuple);
    [[nodiscard]] std::optional<Filler> confirmed_as(std::uint64_t number);
    [[nodiscard]] std::optional<Filler> oldest_not_assured();

    /// Visits every filler that is there, in order of confirmation.
    template <class Visit>
    void each(Visit visit) {
        for (auto& [number, batch] : batches_)
            for (std::size_t i = 0; i < batch.here.size(); ++i)
                if (batch.here[i]) visit(Filler{&batch, i});
    }

  private:
    std::map<std::uint64_t, Batch> batches_;  // by the first one's confirmation
    std::size_t alive_ = 0;
};

}  // namespace conntrack

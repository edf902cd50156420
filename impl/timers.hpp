// The timers: a wheel of lists whose links stand in the entries. A timer that moves into the future stays filed where
// it was and is filed again when it comes up, so a refresh is two stores. What is due within the present tick stands
// in a heap, so that entries go in the order of their deadlines, to the nanosecond.
#pragma once

#include "impl/entry_store.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace conntrack::fast {

class Timers {
  public:
    explicit Timers(EntryStore& store);

    /// Sets the timer of an entry.
    void arm(Handle entry, Time deadline) { arm(entry, store_[entry], deadline); }
    void arm(Handle entry, PackedEntry& e, Time deadline) {
        e.deadline = deadline;
        e.armed = next_arming_++;
        if (!may_stay(e)) file(entry);
    }
    /// The entry is no longer in the table.
    void forget(Handle entry);

    /// Might first_due(now) find somebody? Cheap.
    [[nodiscard]] bool may_be_due(Time now) const { return now >= next_look_; }
    /// The entry whose timer runs out first, if that is not after `now`; it stays filed until it is forgotten. At most
    /// `work` entries are moved within the wheel for it, and `work` is less by those; if it is 0 afterwards, there may
    /// be more to find.
    [[nodiscard]] Handle first_due(Time now, std::uint32_t& work);

    [[nodiscard]] std::size_t bytes() const { return heap_.capacity() * sizeof(Due); }

    static constexpr std::uint16_t nowhere = 0;  // PackedEntry::filed_in

  private:
    // A tick is 67 ms; each wheel turns once for a step of the next.
    static constexpr unsigned tick_shift = 26, wheel_shift = 6, wheels = 5;
    static constexpr std::uint32_t wheel_size = 1U << wheel_shift;
    static constexpr std::uint16_t in_heap = 1, first_list = 2;
    static constexpr std::uint32_t lists = wheels * wheel_size;
    static constexpr Time never = std::numeric_limits<Time>::max();

    struct Due {
        Time deadline;
        EntryId id;
        std::uint32_t armed;
        Handle entry;
    };

    EntryStore& store_;
    std::array<Handle, lists> heads_;
    std::array<std::uint64_t, wheels> occupied_{};  // a bit for each list that is not empty
    std::vector<Due> heap_;
    std::int64_t tick_ = 0;  // all that is filed under it or before stands in the heap, or in lists still to be read
    Time next_look_ = 0;
    std::uint32_t next_arming_ = 0;

    static constexpr std::int64_t tick_of(Time t) { return t >> tick_shift; }

    /// PackedEntry::filed is the tick of its list (its low 32 bits; no list is 2^31 ticks away), or for what stands in
    /// the heap the `armed` of the place that counts.
    [[nodiscard]] bool may_stay(const PackedEntry& e) const {
        if (e.filed_in == nowhere) return false;
        const std::int64_t ahead = tick_of(e.deadline) - tick_;
        if (e.filed_in == in_heap) return ahead > 0;
        return ahead >= static_cast<std::int32_t>(e.filed - static_cast<std::uint32_t>(tick_));
    }
    void file(Handle entry);
    void push(Handle entry);
    void take_out(PackedEntry& e);
    void read_list(unsigned wheel, std::uint32_t at, std::uint32_t& work);
    bool read_present(std::uint32_t& work);
    [[nodiscard]] std::int64_t next_tick() const;
    [[nodiscard]] Handle first_in_heap(Time now);
    static bool later(const Due& a, const Due& b) {
        return a.deadline != b.deadline ? a.deadline > b.deadline : static_cast<std::int32_t>(a.armed - b.armed) > 0;
    }
};

}  // namespace conntrack::fast

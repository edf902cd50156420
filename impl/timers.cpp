#include "impl/timers.hpp"

#include "spec/timer.hpp"

#include <algorithm>
#include <bit>

namespace conntrack::fast {

Timers::Timers(EntryStore& store) : store_(store) { heads_.fill(no_entry); }

void Timers::push(Handle entry) {
    PackedEntry& e = store_[entry];
    heap_.push_back({e.deadline, e.id, e.armed, entry});
    std::ranges::push_heap(heap_, later);
    e.filed_in = in_heap;
    e.filed = e.armed;
    next_look_ = std::min(next_look_, e.deadline);
}

void Timers::take_out(PackedEntry& e) {
    const std::uint32_t list = e.filed_in - std::uint32_t{first_list};
    if (e.previous != no_entry)
        store_[e.previous].next = e.next;
    else
        heads_[list] = e.next;
    if (e.next != no_entry) store_[e.next].previous = e.previous;
    if (heads_[list] == no_entry) occupied_[list / wheel_size] &= ~(std::uint64_t{1} << list % wheel_size);
    e.filed_in = nowhere;
}

/// Puts a timer where its deadline belongs, seen from the present tick.
void Timers::file(Handle entry) {
    PackedEntry& e = store_[entry];
    if (e.filed_in >= first_list) take_out(e);
    constexpr std::int64_t furthest = std::int64_t{wheel_size - 1} << (wheels - 1) * wheel_shift;
    const std::int64_t tick = std::min(tick_of(e.deadline), tick_ + furthest);
    if (tick <= tick_) return push(entry);
    unsigned wheel = 0;
    while ((tick >> wheel * wheel_shift) - (tick_ >> wheel * wheel_shift) >= wheel_size) ++wheel;
    const std::int64_t begins = tick >> wheel * wheel_shift;
    const auto at = static_cast<std::uint32_t>(begins) % wheel_size;
    const std::uint32_t list = wheel * wheel_size + at;
    e.next = heads_[list];
    e.previous = no_entry;
    if (e.next != no_entry) store_[e.next].previous = entry;
    heads_[list] = entry;
    occupied_[wheel] |= std::uint64_t{1} << at;
    e.filed_in = static_cast<std::uint16_t>(first_list + list);
    e.filed = static_cast<std::uint32_t>(tick);
    next_look_ = std::min(next_look_, (begins << wheel * wheel_shift) << tick_shift);
}

void Timers::forget(Handle entry) {
    PackedEntry& e = store_[entry];
    if (e.filed_in >= first_list) take_out(e);
    e.filed_in = nowhere;
}

/// Files the entries of a list again, nearer to their time.
void Timers::read_list(unsigned wheel, std::uint32_t at, std::uint32_t& work) {
    Handle& head = heads_[wheel * wheel_size + at];
    while (head != no_entry && work > 0) {
        --work;
        file(head);
    }
}

/// Reads the lists whose time has come. False: there was too much work.
bool Timers::read_present(std::uint32_t& work) {
    for (unsigned wheel = wheels; wheel-- > 0;) {
        const auto at = static_cast<std::uint32_t>(tick_ >> wheel * wheel_shift) % wheel_size;
        if ((occupied_[wheel] >> at & 1) == 0) continue;
        read_list(wheel, at, work);
        if ((occupied_[wheel] >> at & 1) != 0) return false;
    }
    return true;
}

/// The next tick at which a list is to be read.
std::int64_t Timers::next_tick() const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (unsigned wheel = 0; wheel < wheels; ++wheel) {
        if (occupied_[wheel] == 0) continue;
        const std::int64_t present = tick_ >> wheel * wheel_shift;
        const auto behind = static_cast<int>((present + 1) % std::int64_t{wheel_size});
        const int ahead = std::countr_zero(std::rotr(occupied_[wheel], behind));
        next = std::min(next, (present + 1 + ahead) << wheel * wheel_shift);
    }
    return next;
}

/// The first of the heap that is due, when what has left or moved has been cleared away.
Handle Timers::first_in_heap(Time now) {
    while (!heap_.empty() && heap_.front().deadline <= now) {
        const Due due = heap_.front();
        PackedEntry& e = store_[due.entry];
        const bool counts = e.id == due.id && e.filed_in == in_heap && e.filed == due.armed;
        if (counts && e.armed == due.armed) return due.entry;
        std::ranges::pop_heap(heap_, later);
        heap_.pop_back();
        if (counts) file(due.entry);
    }
    return no_entry;
}

Handle Timers::first_due(Time now, std::uint32_t& work) {
    const std::int64_t limit = tick_of(now);
    for (;;) {
        if (!read_present(work)) {
            next_look_ = std::numeric_limits<Time>::min();
            return first_in_heap(now);
        }
        if (const Handle due = first_in_heap(now); due != no_entry) return due;
        const std::int64_t next = next_tick();
        if (next > limit) {
            tick_ = std::max(tick_, limit);
            const bool none = next == std::numeric_limits<std::int64_t>::max();
            next_look_ = none ? never : next << tick_shift;
            if (!heap_.empty()) next_look_ = std::min(next_look_, heap_.front().deadline);
            return no_entry;
        }
        tick_ = next;
    }
}

}  // namespace conntrack::fast

// The search for a tuple that nobody else has: the source that a host had before, the address, the port.
// Sources: get_unique_tuple(), find_appropriate_src(), find_best_ips_proto() and the protocols' unique_tuple().
#include "model/nat/nat.hpp"
#include "spec/nat/address_hash.hpp"
#include "spec/nat/choice.hpp"
#include "spec/nat/port_range.hpp"
#include "spec/tuple_of.hpp"

#include <cassert>
#include <limits>

namespace conntrack {

namespace {

bool is_icmp(const Tuple& tuple) { return tuple.is_icmp(); }

/// The part of a tuple that NAT may change; of ICMP it is the id, whatever is to be changed.
std::uint16_t& part_of(Tuple& tuple, nat::Manip manip) {
    return manip == nat::Manip::src || is_icmp(tuple) ? tuple.src_part : tuple.dst_part;
}
std::uint16_t part_of(const Tuple& tuple, nat::Manip manip) {
    return manip == nat::Manip::src || is_icmp(tuple) ? tuple.src_part : tuple.dst_part;
}

std::uint16_t swapped(std::uint16_t value) { return static_cast<std::uint16_t>(value << 8 | value >> 8); }

bool has_parts(const Tuple& tuple, const Edition& edition, const Modules& modules) {
    return tracker_of(tuple.proto, tuple.family, edition, modules) != L4Tracker::generic;
}

}  // namespace

/// Would the answers to this tuple be taken for another entry's packets?
bool Nat::is_taken(const Tuple& tuple, const Entry& self) const {
    const auto holder = host_.holder(inverse_of(tuple, self, Direction::reply), self.zone);
    if (!holder || holder->first == &self) return false;
    if (!edition_.nat.same_flow_is_no_clash) return true;
    return holder->first->original != self.original;
}

/// The same, but the reverse flow, met at the same moment, is left to clash resolution (nf_nat_used_tuple_new()).
bool Nat::is_taken_but_by_its_reverse(const Tuple& tuple, const Entry& self) const {
    if (!is_taken(tuple, self)) return false;
    const auto translated = [](const Entry& e) {
        return e.has(Status::src_nat) || e.has(Status::dst_nat) || e.has(Status::seq_adjust);
    };
    const bool clashes = may_clash(tuple.proto, tuple.family, edition_, modules_);
    if (!edition_.nat.reverse_flow_is_no_clash || !clashes || translated(self)) return true;
    auto holder = host_.holder(in_zone(tuple, self.zone, Direction::original), self.zone);
    if (!holder) holder = host_.holder(inverse_of(tuple, self, Direction::reply), self.zone);
    return !holder || translated(*holder->first) || holder->first->original != self.reply;
}

/// The same at the end of a search for a TCP port: an entry that has ended makes room if the new connection's sequence
/// numbers are past its own (nf_nat_used_tuple_harder()).
bool Nat::is_taken_even_so(const Tuple& tuple, const Entry& self, std::uint32_t tries_left) {
    const auto state = self.tcp_machine != nullptr ? self.tcp_machine->state() : tcp::State::none;
    if (!nat::looks_at_ended(tries_left, state, edition_)) return is_taken(tuple, self);

    const auto holder = host_.holder(inverse_of(tuple, self, Direction::reply), self.zone);
    if (!holder) return false;
    Entry& old = *holder->first;
    if (holder->second == Direction::original || old.tcp_machine == nullptr) return true;
    const nat::InTheWay<Concrete> in_the_way{.state = old.tcp_machine->state(),
                                             .src_nat = old.has(Status::src_nat),
                                             .fixed_timeout = old.has(Status::fixed_timeout),
                                             .dying = old.has(Status::dying),
                                             .end = old.tcp.original.td_end};
    if (!nat::makes_room<Concrete>(in_the_way, self.tcp.original.td_end)) return true;
    const bool offloaded = old.has(Status::offload);
    host_.evict(old);  // nobody need hold it: it may be gone now
    return offloaded;
}

/// Does the tuple's source (or the part that `manip` names) lie in the range?
bool Nat::fits(const Tuple& tuple, const NatRange& range, nat::Manip manip) const {
    if (!range.proto_specified || !has_parts(tuple, edition_, modules_)) return true;
    const bool stored = is_icmp(tuple) && edition_.nat.counts_stored_ids;
    const auto order = [&](std::uint16_t part) { return stored ? swapped(part) : part; };
    const std::uint16_t part = order(part_of(tuple, manip));
    return order(range.port_min) <= part && part <= order(range.port_max);
}

/// The translation that this host's port had before, or none.
std::optional<Tuple> Nat::reused(const Tuple& current, const Search& search) const {
    const NatRange& range = search.range;
    if (search.manip != nat::Manip::src || range.random || range.random_fully) return std::nullopt;
    if (search.hook != Hook::postrouting && !edition_.nat.reuses_translated_source) return std::nullopt;
    const auto lies_within = [&](const Tuple& t) {
        return (!range.map_ips || (range.min <= t.src && t.src <= range.max)) && fits(t, range, nat::Manip::src);
    };
    if (edition_.nat.tries_original_first && lies_within(current))
        return is_taken_but_by_its_reverse(current, search.entry) ? std::nullopt : std::optional(current);

    std::optional<Tuple> found;
    by_source_.any_of(current, [&](const Entry& other) {
        if (other.zone.of(Direction::original) != search.entry.zone.of(Direction::original)) return false;
        Tuple candidate = current;
        if (edition_.nat.reuses_translated_source) {
            const Tuple translated = inverse_of(other.reply, other, Direction::original);
            candidate.src = translated.src;
            candidate.src_part = translated.src_part;
        }
        if (!lies_within(candidate)) return false;
        if (!is_taken(candidate, search.entry)) found = candidate;
        return true;  // only the first that lies in the range is tried
    });
    return found;
}

std::optional<Tuple> Nat::unique_tuple(const Tuple& current, Search& search) {
    if (auto same = reused(current, search)) return same;

    const NatRange& range = search.range;
    Tuple candidate = current;
    if (range.map_ips) choose_address(candidate, search);

    const bool in_range = fits(candidate, range, search.manip);
    const bool untested =
        edition_.nat.single_port_untested && range.proto_specified && range.port_min == range.port_max;
    const bool may_stay = !range.random && !range.random_fully && !range.proto_offset;
    if (may_stay && in_range && (untested || !is_taken(candidate, search.entry))) return candidate;
    if (search_part(candidate, search, search.manip, range)) return candidate;
    if (edition_.nat.implicit_source && search.manip == nat::Manip::dst &&
        search_part(candidate, search, nat::Manip::src, NatRange{}))
        return candidate;
    if (edition_.nat.failed_search_drops) return std::nullopt;
    return candidate;  // taken: confirmation will show it
}

// --- the address ---------------------------------------------------------------------------------------------------

void Nat::choose_address(Tuple& tuple, const Search& search) {
    const NatRange& range = search.range;
    Address& chosen = search.manip == nat::Manip::src ? tuple.src : tuple.dst;
    if (range.min == range.max) {
        chosen = range.min;
        return;
    }
    if (edition_.nat.least_used_address) return choose_least_used(tuple, search);

    using namespace nat;
    const auto source = words_of(tuple.family, tuple.src), target = words_of(tuple.family, tuple.dst);
    if (!edition_.nat.hashes_whole_address) {
        const std::uint32_t hash =
            old_jhash_2words(stored_word(source[0]), range.persistent ? 0 : stored_word(target[0]), 0);
        const std::uint32_t first = range.min.as_v4();
        chosen = Address::v4(first + scaled(hash, range.max.as_v4() - first + 1));
        return;
    }
    const std::size_t last = tuple.family == Family::ipv4 ? 0 : 3;
    std::array<std::uint32_t, 4> stored{};
    for (std::size_t i = 0; i < stored.size(); ++i) stored[i] = stored_word(source[i]);
    std::uint32_t hash =
        jhash2_of_four(stored, range.persistent ? 0 : stored_word(target[last]) ^ search.entry.zone.id);
    const auto low = words_of(tuple.family, range.min), high = words_of(tuple.family, range.max);
    std::array<std::uint32_t, 4> out{};
    bool whole_word = false;  // an earlier word is below its largest value: this one may be anything
    for (std::size_t i = 0; i <= last; ++i) {
        const std::uint32_t first = whole_word ? 0 : low[i];
        const std::uint32_t size = whole_word ? std::numeric_limits<std::uint32_t>::max() : high[i] - low[i] + 1;
        out[i] = first + scaled(hash, size);
        if (out[i] != high[i]) whole_word = true;
        // find_best_ips_proto() reads the destination again, which by then may be what it has just written.
        if (!range.persistent) hash ^= stored_word(search.manip == Manip::dst ? out[i] : target[i]);
    }
    chosen = last == 0 ? Address::v4(out[0])
                       : Address{std::uint64_t{out[0]} << 32 | out[1], std::uint64_t{out[2]} << 32 | out[3]};
}

/// linux-2.6.9 looks at the addresses in turn, beginning one further every time, and takes the one that the fewest
/// entries share with this destination; an unused one at once.
void Nat::choose_least_used(Tuple& tuple, const Search& search) {
    const NatRange& range = search.range;
    Address& chosen = search.manip == nat::Manip::src ? tuple.src : tuple.dst;
    const std::uint32_t first = range.min.as_v4(), size = range.max.as_v4() - first + 1;
    ++address_turn_;
    std::uint32_t fewest = std::numeric_limits<std::uint32_t>::max();
    Address best = range.min;
    for (std::uint32_t i = 0; i != size && fewest != 0; ++i) {
        chosen = Address::v4(first + (size == 0 ? address_turn_ + i : (address_turn_ + i) % size));
        const std::uint32_t users = users_of(tuple, search.entry);
        if (users < fewest) {
            fewest = users;
            best = chosen;
        }
    }
    chosen = best;
}

std::uint32_t Nat::users_of(const Tuple& tuple, const Entry& self) const {
    std::uint32_t users = 0;
    by_source_.each([&](const Entry& other) {
        if (&other != &self && other.reply.src == tuple.dst && other.reply.dst == tuple.src &&
            other.reply.proto == tuple.proto)
            ++users;
    });
    return users;
}

// --- the port ------------------------------------------------------------------------------------------------------

/// Looks for a free part; the tuple holds the last one tried. False: none was found.
bool Nat::search_part(Tuple& tuple, Search& search, nat::Manip manip, const NatRange& range) {
    if (!nat::has_searchable_part(tuple.proto, edition_)) return false;
    if (!has_parts(tuple, edition_, modules_)) return false;
    const bool stored = is_icmp(tuple) && edition_.nat.counts_stored_ids;
    std::uint16_t& part = part_of(tuple, manip);
    const auto searched = nat::searched_parts<Concrete>(range, manip, tuple.proto, part, edition_);
    if (searched.size == 0) return false;
    const auto try_at = [&](std::uint16_t offset) {
        part = static_cast<std::uint16_t>(searched.first + offset % searched.size);
        if (stored) part = swapped(part);
    };

    if (!edition_.nat.random_start) {
        std::uint16_t& rover = rover_[tuple.proto];
        std::uint16_t offset = rover;
        if (range.random) offset = host_.choices().search_start(search.entry, manip, searched.first, searched.size);
        search.chose_first = range.random;
        const bool advances = edition_.nat.keeps_failed_start || is_icmp(tuple);
        for (std::uint32_t i = 0; i < searched.size; ++i, ++offset) {
            try_at(offset);
            if (advances && !range.random) rover = offset;
            if (is_taken(tuple, search.entry)) continue;
            if (!range.random) rover = offset;
            return true;
        }
        if (advances && !range.random) rover = offset;
        return false;
    }

    constexpr std::uint32_t most_tries = 128, fewest_tries = 16;
    std::uint32_t tries = std::min(searched.size, most_tries);
    const auto start = [&] { return host_.choices().search_start(search.entry, manip, searched.first, searched.size); };
    const bool random = range.random || range.random_fully || manip == nat::Manip::src;
    std::uint16_t offset = 0;
    if (range.proto_offset)
        offset = static_cast<std::uint16_t>(part - range.port_base);
    else if (random)
        offset = start();
    search.chose_first = random && !range.proto_offset;
    for (;;) {
        for (std::uint32_t i = 0; i < tries; ++i, ++offset) {
            try_at(offset);
            if (!is_taken_even_so(tuple, search.entry, tries - i)) return true;
        }
        if (tries >= searched.size || tries < fewest_tries) return false;
        tries /= 2;
        offset = start();
        search.chose_first = true;
    }
}

}  // namespace conntrack

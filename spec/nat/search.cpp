#include "spec/nat/search.hpp"

#include "spec/nat/address_hash.hpp"
#include "spec/nat/choice.hpp"
#include "spec/nat/port_range.hpp"
#include "spec/tuple_of.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace conntrack::nat {

namespace {

bool is_icmp(const Tuple& tuple) { return tuple.is_icmp(); }

/// The part of a tuple that NAT may change; of ICMP it is the id, whatever is to be changed.
std::uint16_t& part_of(Tuple& tuple, Manip manip) {
    return manip == Manip::src || is_icmp(tuple) ? tuple.src_part : tuple.dst_part;
}
std::uint16_t part_of(const Tuple& tuple, Manip manip) {
    return manip == Manip::src || is_icmp(tuple) ? tuple.src_part : tuple.dst_part;
}

std::uint16_t swapped(std::uint16_t value) { return static_cast<std::uint16_t>(value << 8 | value >> 8); }

Chooser chooser(const Seen& e) { return {e.id, e.original, e.tracker, e.zone}; }

/// NAT of linux-2.6.9 does not know the ports of SCTP, though its tracker does.
bool has_parts(const Tuple& tuple, const Edition& edition, const Modules& modules) {
    if (tuple.proto == protocol::sctp && !edition.rewrite.sctp) return false;
    return tracker_of(tuple.proto, tuple.family, edition, modules) != L4Tracker::generic;
}

}  // namespace

/// The tuple of the answer, in the zone of the direction it is meant for.
Tuple Search::inverse_of(const Tuple& tuple, const Zone& zone, Direction dir) const {
    const auto answer = inverse(tuple, edition_, modules_);
    assert(answer && "the tuples of an entry can be inverted");
    return in_zone(*answer, zone, dir);
}

Search::Chosen Search::choose(const Seen& entry, Hook hook, const NatRange& range) {
    Wanted wanted{entry, manip_at(hook), hook, range};
    Chosen out;
    out.current = inverse_of(entry.reply, entry.zone, Direction::original);
    out.as = unique_tuple(out.current, wanted);
    out.first_choice = wanted.chose_first;
    out.none_free = wanted.none_free;
    return out;
}

/// Would the answers to this tuple be taken for another entry's packets?
bool Search::is_taken(const Tuple& tuple, const Seen& self) const {
    const auto holder = table_.holder(inverse_of(tuple, self.zone, Direction::reply), self.zone);
    if (!holder || holder->entry.place == self.place) return false;
    if (!edition_.nat.same_flow_is_no_clash) return true;
    return holder->entry.original != self.original;
}

/// The same, but the reverse flow, met at the same moment, is left to clash resolution (nf_nat_used_tuple_new()).
bool Search::is_taken_but_by_its_reverse(const Tuple& tuple, const Seen& self) const {
    if (!is_taken(tuple, self)) return false;
    const auto translated = [](const Seen& e) {
        return e.has(Status::src_nat) || e.has(Status::dst_nat) || e.has(Status::seq_adjust);
    };
    const bool clashes = may_clash(tuple.proto, tuple.family, edition_, modules_);
    if (!edition_.nat.reverse_flow_is_no_clash || !clashes || translated(self)) return true;
    auto holder = table_.holder(in_zone(tuple, self.zone, Direction::original), self.zone);
    if (!holder) holder = table_.holder(inverse_of(tuple, self.zone, Direction::reply), self.zone);
    return !holder || translated(holder->entry) || holder->entry.original != self.reply;
}

/// The same at the end of a search for a TCP port: an entry that has ended makes room if the new connection's sequence
/// numbers are past its own (nf_nat_used_tuple_harder()).
bool Search::is_taken_even_so(const Tuple& tuple, const Seen& self, std::uint32_t tries_left) {
    if (!looks_at_ended(tries_left, self.tcp_state, edition_)) return is_taken(tuple, self);

    const auto holder = table_.holder(inverse_of(tuple, self.zone, Direction::reply), self.zone);
    if (!holder) return false;
    const Seen& old = holder->entry;
    if (holder->dir == Direction::original || old.tracker != L4Tracker::tcp) return true;
    const InTheWay<Concrete> in_the_way{.state = old.tcp_state,
                                        .src_nat = old.has(Status::src_nat),
                                        .fixed_timeout = old.has(Status::fixed_timeout),
                                        .dying = old.has(Status::dying),
                                        .end = old.tcp_end};
    if (!makes_room<Concrete>(in_the_way, self.tcp_end)) return true;
    table_.evict(old.place);
    return old.has(Status::offload);
}

/// Does the tuple's source (or the part that `manip` names) lie in the range?
bool Search::fits(const Tuple& tuple, const NatRange& range, Manip manip) const {
    if (!range.proto_specified || !has_parts(tuple, edition_, modules_)) return true;
    const bool stored = is_icmp(tuple) && edition_.nat.counts_stored_ids;
    const auto order = [&](std::uint16_t part) { return stored ? swapped(part) : part; };
    const std::uint16_t part = order(part_of(tuple, manip));
    return order(range.port_min) <= part && part <= order(range.port_max);
}

/// The translation that this host's port had before, or none.
std::optional<Tuple> Search::reused(const Tuple& current, const Wanted& wanted) const {
    const NatRange& range = wanted.range;
    if (wanted.manip != Manip::src || range.random || range.random_fully) return std::nullopt;
    if (wanted.hook != Hook::postrouting && !edition_.nat.reuses_translated_source) return std::nullopt;
    const auto lies_within = [&](const Tuple& t) {
        return (!range.map_ips || (range.min <= t.src && t.src <= range.max)) && fits(t, range, Manip::src);
    };
    if (edition_.nat.tries_original_first && lies_within(current))
        return is_taken_but_by_its_reverse(current, wanted.entry) ? std::nullopt : std::optional(current);

    std::optional<Tuple> found;
    table_.each_with_source(current, [&](const Seen& other) {
        if (other.zone.of(Direction::original) != wanted.entry.zone.of(Direction::original)) return false;
        Tuple candidate = current;
        if (edition_.nat.reuses_translated_source) {
            const Tuple translated = inverse_of(other.reply, other.zone, Direction::original);
            candidate.src = translated.src;
            candidate.src_part = translated.src_part;
        }
        if (!lies_within(candidate)) return false;
        if (!is_taken(candidate, wanted.entry)) found = candidate;
        return true;  // only the first that lies in the range is tried
    });
    return found;
}

std::optional<Tuple> Search::unique_tuple(const Tuple& current, Wanted& wanted) {
    if (auto same = reused(current, wanted)) return same;

    const NatRange& range = wanted.range;
    Tuple candidate = current;
    if (range.map_ips) choose_address(candidate, wanted);

    const bool in_range = fits(candidate, range, wanted.manip);
    const bool untested =
        edition_.nat.single_port_untested && range.proto_specified && range.port_min == range.port_max;
    // Where nothing can be searched (a destination without ports in the rule), it may stay though the rule says
    // --random.
    const bool may_stay =
        !(range.random || range.random_fully || range.proto_offset) || !is_searched(candidate, wanted.manip, range);
    if (may_stay && in_range && (untested || !is_taken(candidate, wanted.entry))) {
        wanted.none_free = untested && is_taken(candidate, wanted.entry);
        return candidate;
    }
    if (search_part(candidate, wanted, wanted.manip, range)) return candidate;
    if (edition_.nat.implicit_source && wanted.manip == Manip::dst &&
        search_part(candidate, wanted, Manip::src, NatRange{}))
        return candidate;
    wanted.none_free = true;
    if (edition_.nat.failed_search_drops) return std::nullopt;
    return candidate;  // taken: confirmation will show it
}

// --- the address ---------------------------------------------------------------------------------------------------

void Search::choose_address(Tuple& tuple, const Wanted& wanted) {
    const NatRange& range = wanted.range;
    Address& chosen = wanted.manip == Manip::src ? tuple.src : tuple.dst;
    if (range.min == range.max) {
        chosen = range.min;
        return;
    }
    if (edition_.nat.least_used_address) return choose_least_used(tuple, wanted);

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
        jhash2_of_four(stored, range.persistent ? 0 : stored_word(target[last]) ^ wanted.entry.zone.id);
    const auto low = words_of(tuple.family, range.min), high = words_of(tuple.family, range.max);
    std::array<std::uint32_t, 4> out{};
    bool whole_word = false;  // an earlier word is below its largest value: this one may be anything
    for (std::size_t i = 0; i <= last; ++i) {
        const std::uint32_t first = whole_word ? 0 : low[i];
        const std::uint32_t size = whole_word ? std::numeric_limits<std::uint32_t>::max() : high[i] - low[i] + 1;
        out[i] = first + scaled(hash, size);
        if (out[i] != high[i]) whole_word = true;
        // find_best_ips_proto() reads the destination again, which by then may be what it has just written.
        if (!range.persistent) hash ^= stored_word(wanted.manip == Manip::dst ? out[i] : target[i]);
    }
    chosen = last == 0 ? Address::v4(out[0])
                       : Address{std::uint64_t{out[0]} << 32 | out[1], std::uint64_t{out[2]} << 32 | out[3]};
}

/// linux-2.6.9 looks at the addresses in turn, beginning one further every time, and takes the one that the fewest
/// entries share with this destination; an unused one at once.
void Search::choose_least_used(Tuple& tuple, const Wanted& wanted) {
    const NatRange& range = wanted.range;
    Address& chosen = wanted.manip == Manip::src ? tuple.src : tuple.dst;
    const std::uint32_t first = range.min.as_v4(), size = range.max.as_v4() - first + 1;
    ++address_turn_;
    std::uint32_t fewest = std::numeric_limits<std::uint32_t>::max();
    Address best = range.min;
    for (std::uint32_t i = 0; i != size && fewest != 0; ++i) {
        chosen = Address::v4(first + (size == 0 ? address_turn_ + i : (address_turn_ + i) % size));
        Tuple reply = tuple;
        std::swap(reply.src, reply.dst);
        const std::uint32_t users = table_.listed_with_reply(reply, wanted.entry.place);
        if (users < fewest) {
            fewest = users;
            best = chosen;
        }
    }
    chosen = best;
}

// --- the port ------------------------------------------------------------------------------------------------------

/// Looks for a free part; the tuple holds the last one tried. False: none was found.
bool Search::search_part(Tuple& tuple, Wanted& wanted, Manip manip, const NatRange& range) {
    if (!is_searched(tuple, manip, range)) return false;
    return edition_.nat.random_start ? search_in_rounds(tuple, wanted, manip, range)
                                     : search_in_turn(tuple, wanted, manip, range);
}

namespace {

/// The parts that are searched, and the one of them that stands at an offset.
class Parts {
  public:
    Parts(const NatRange& range, Manip manip, const Tuple& tuple, const Edition& edition)
        : searched_(searched_parts<Concrete>(range, manip, tuple.proto, part_of(tuple, manip), edition)),
          stored_(is_icmp(tuple) && edition.nat.counts_stored_ids) {}

    [[nodiscard]] std::uint32_t first() const { return searched_.first; }
    [[nodiscard]] std::uint32_t size() const { return searched_.size; }
    [[nodiscard]] std::uint16_t at(std::uint16_t offset) const {
        const auto part = static_cast<std::uint16_t>(searched_.first + offset % searched_.size);
        return stored_ ? swapped(part) : part;
    }

  private:
    PartRange<Concrete> searched_;
    bool stored_;
};

}  // namespace

/// Is there a part of the tuple to be searched for?
bool Search::is_searched(const Tuple& tuple, Manip manip, const NatRange& range) const {
    return has_searchable_part(tuple.proto, edition_) && has_parts(tuple, edition_, modules_) &&
           Parts(range, manip, tuple, edition_).size() != 0;
}

/// From where the last search of the protocol stood, all of them.
bool Search::search_in_turn(Tuple& tuple, Wanted& wanted, Manip manip, const NatRange& range) {
    const Parts parts(range, manip, tuple, edition_);
    std::uint16_t& rover = rover_[tuple.proto];
    std::uint16_t offset = rover;
    const bool random = range.random || range.random_fully;
    if (random) offset = table_.choices().search_start(chooser(wanted.entry), manip, parts.first(), parts.size());
    wanted.chose_first = random && parts.size() > 1;
    const bool advances = edition_.nat.keeps_failed_start || is_icmp(tuple);
    for (std::uint32_t i = 0; i < parts.size(); ++i, ++offset) {
        part_of(tuple, manip) = parts.at(offset);
        if (advances && !random) rover = offset;
        if (is_taken(tuple, wanted.entry)) continue;
        if (!random) rover = offset;
        return true;
    }
    if (advances && !random) rover = offset;
    return false;
}

/// Some from a random one on, then fewer from another.
bool Search::search_in_rounds(Tuple& tuple, Wanted& wanted, Manip manip, const NatRange& range) {
    const Parts parts(range, manip, tuple, edition_);
    constexpr std::uint32_t most_tries = 128, fewest_tries = 16;
    std::uint32_t tries = std::min(parts.size(), most_tries);
    const auto start = [&] {
        return table_.choices().search_start(chooser(wanted.entry), manip, parts.first(), parts.size());
    };
    const bool random = range.random || range.random_fully || manip == Manip::src;
    std::uint16_t offset = 0;
    if (range.proto_offset)
        offset = static_cast<std::uint16_t>(part_of(tuple, manip) - range.port_base);
    else if (random)
        offset = start();
    wanted.chose_first = random && !range.proto_offset && parts.size() > 1;
    for (;;) {
        for (std::uint32_t i = 0; i < tries; ++i, ++offset) {
            part_of(tuple, manip) = parts.at(offset);
            if (!is_taken_even_so(tuple, wanted.entry, tries - i)) return true;
        }
        if (tries >= parts.size() || tries < fewest_tries) return false;
        tries /= 2;
        offset = start();
        wanted.chose_first = true;
    }
}

}  // namespace conntrack::nat

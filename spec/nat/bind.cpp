#include "spec/nat/bind.hpp"

#include "spec/nat/choice.hpp"

#include <cassert>

namespace conntrack::nat {

std::optional<Decided> decide(Search& search, const Seen& entry, const std::array<bool, 2>& done, Hook hook,
                              const NatRange& range, const Edition& edition) {
    const Manip manip = manip_at(hook);
    const auto was_done = [&](Manip m) { return done[static_cast<std::size_t>(m)]; };
    assert(!was_done(manip));
    const Search::Chosen chosen = search.choose(entry, hook, range);
    if (!chosen.as) return std::nullopt;
    const bool icmp = chosen.current.is_icmp();
    const auto before = ends_of(chosen.current), after = ends_of(*chosen.as);
    assert(may_be_chosen<Concrete>(manip, before, after, icmp, edition));

    Decided out;
    out.first_choice = chosen.first_choice;
    out.none_free = chosen.none_free;
    out.marks_shown = !edition.nat.keeps_records;
    const bool first = !was_done(Manip::src) && !was_done(Manip::dst);
    out.lists = edition.nat.lists_at_source_binding ? manip == Manip::src : first || edition.nat.relists;
    const Binding<Concrete> so_far{ends_of(entry.reply),
                                   {entry.has(Status::src_nat), was_done(Manip::src)},
                                   {entry.has(Status::dst_nat), was_done(Manip::dst)}};
    out.binding = decided<Concrete>(so_far, manip, before, after, icmp, edition);
    out.reply = with_ends(entry.reply, out.binding.reply, icmp);
    if (!edition.nat.keeps_records) return out;
    const Tuple answer = search.inverse_of(entry.original, entry.zone, Direction::reply);
    for (const auto& r : records_of<Concrete>(hook, before, after, ends_of(answer), icmp))
        if (r.kept)
            out.records[out.record_count++] = {r.dir, r.hook, r.manip, r.to.address,
                                               static_cast<std::uint16_t>(r.to.part)};
    return out;
}

NatRange null_range(const Tuple& reply, Hook hook) {
    NatRange range;
    range.map_ips = true;
    range.min = range.max = manip_at(hook) == Manip::src ? reply.dst : reply.src;
    return range;
}

}  // namespace conntrack::nat

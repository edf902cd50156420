#include "spec/nat/apply.hpp"

#include "spec/nat/translation.hpp"
#include "spec/wire/rewrite.hpp"

namespace conntrack::nat {

namespace {

constexpr std::uint8_t icmp_redirect = 5;
constexpr std::uint8_t icmpv6_redirect = 137;

wire::Part part(Manip manip) { return manip == Manip::src ? wire::Part::source : wire::Part::destination; }

bool has_parts(const Applied& flow) { return flow.tracker != L4Tracker::generic; }

wire::Replacement replacement(Manip manip, const End<Concrete>& end, bool with_part) {
    return {part(manip), end.address,
            with_part ? std::optional(static_cast<std::uint16_t>(end.part)) : std::optional<std::uint16_t>{}};
}

std::uint8_t icmp_type(std::span<const std::uint8_t> bytes) {
    const auto layout = wire::layout_of(bytes);
    return layout && layout->transport < bytes.size() ? bytes[layout->transport] : std::uint8_t{0};
}

bool is_redirect(std::span<const std::uint8_t> bytes, Family family) {
    return icmp_type(bytes) == (family == Family::ipv4 ? icmp_redirect : icmpv6_redirect);
}

}  // namespace

bool translate(const Applied& flow, Hook hook, std::span<std::uint8_t> bytes, const Edition& edition) {
    for (const NatRecord& r : flow.records) {
        if (r.dir != flow.dir || r.hook != hook) continue;
        if (!wire::replace_part(bytes, 0, replacement(r.manip, {r.address, r.part}, has_parts(flow)), edition.rewrite))
            return false;
    }
    if (edition.nat.keeps_records) return true;
    const Manip manip = manip_at(hook);
    if (!is_translated<Concrete>(manip, flow.dir, flow.src_nat, flow.dst_nat)) return true;
    const auto to = target<Concrete>(manip, ends_of(flow.others), flow.others.is_icmp());
    return wire::replace_part(bytes, 0, replacement(manip, to, has_parts(flow)), edition.rewrite);
}

namespace {

/// linux-2.6.9: the quoted packet by the opposite of each record, the error itself by the record.
bool translate_error_by_records(const Applied& flow, Hook hook, std::span<std::uint8_t> bytes, std::size_t quoted,
                                const Edition& edition) {
    for (const NatRecord& r : flow.records) {
        if (r.dir != flow.dir || r.hook != hook) continue;
        const End<Concrete> end{r.address, r.part};
        if (!wire::replace_part(bytes, quoted, replacement(opposite(r.manip), end, has_parts(flow)), edition.rewrite) ||
            !wire::replace_part(bytes, 0, replacement(r.manip, end, false), edition.rewrite))
            return false;
    }
    wire::redo_icmp_checksum(bytes);
    return true;
}

}  // namespace

bool translate_error(const Applied& flow, Hook hook, std::span<std::uint8_t> bytes, const Edition& edition) {
    const auto quoted = wire::quoted_offset(bytes);
    const bool bound = edition.nat.keeps_records ? !flow.records.empty() : flow.src_nat || flow.dst_nat;
    if (is_redirect(bytes, flow.others.family) && redirect_is_dropped<Concrete>(flow.decided_both, bound)) return false;
    if (!quoted) return false;
    if (edition.nat.keeps_records) return translate_error_by_records(flow, hook, bytes, *quoted, edition);

    const Manip manip = manip_at(hook);
    const bool outer = is_translated<Concrete>(manip, flow.dir, flow.src_nat, flow.dst_nat);
    if (!quotation_is_translated<Concrete>(outer, edition)) return true;
    const auto theirs = ends_of(flow.others);
    const Manip inner = opposite(manip);
    const auto inner_to = quoted_target<Concrete>(inner, theirs, flow.others.is_icmp());
    if (!wire::replace_part(bytes, *quoted, replacement(inner, inner_to, has_parts(flow)), edition.rewrite))
        return false;
    wire::redo_icmp_checksum(bytes);
    const auto outer_to = target<Concrete>(manip, theirs, false);
    return !outer || wire::replace_part(bytes, 0, replacement(manip, outer_to, false), edition.rewrite);
}

}  // namespace conntrack::nat

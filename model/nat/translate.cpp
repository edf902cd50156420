// Applies bindings to packets. Sources: do_bindings(), icmp_reply_translation() (2.6.9); nf_nat_packet(),
// nf_nat_icmp_reply_translation() (later).
#include "model/nat/nat.hpp"
#include "spec/nat/translation.hpp"
#include "spec/wire/rewrite.hpp"

namespace conntrack {

namespace {

constexpr std::uint8_t icmp_redirect = 5;
constexpr std::uint8_t icmpv6_redirect = 137;

wire::Part part(nat::Manip manip) { return manip == nat::Manip::src ? wire::Part::source : wire::Part::destination; }

bool has_parts(const Entry& entry) { return entry.tracker != L4Tracker::generic; }

wire::Replacement replacement(nat::Manip manip, const End<Concrete>& end, bool with_part) {
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

bool Nat::translate(const Entry& entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const {
    if (entry.nat == nullptr) return true;
    if (edition_.nat.keeps_records) {
        for (const NatRecord& r : entry.nat->records) {
            if (r.dir != dir || r.hook != hook) continue;
            if (!wire::replace_part(bytes, 0, replacement(r.manip, {r.address, r.part}, has_parts(entry)),
                                    edition_.rewrite))
                return false;
        }
        return true;
    }
    const nat::Manip manip = nat::manip_at(hook);
    if (!nat::is_translated<Concrete>(manip, dir, entry.has(Status::src_nat), entry.has(Status::dst_nat))) return true;
    const auto to = nat::target<Concrete>(manip, ends_of(entry.tuple(other(dir))), entry.original.is_icmp());
    return wire::replace_part(bytes, 0, replacement(manip, to, has_parts(entry)), edition_.rewrite);
}

bool Nat::translate_error(const Entry& entry, Direction dir, Hook hook, std::span<std::uint8_t> bytes) const {
    const auto quoted = wire::quoted_offset(bytes);
    const bool bound = edition_.nat.keeps_records ? entry.nat != nullptr && !entry.nat->records.empty()
                                                  : entry.has(Status::src_nat) || entry.has(Status::dst_nat);
    const bool decided_both = decided(entry, nat::Manip::src) && decided(entry, nat::Manip::dst);
    if (is_redirect(bytes, entry.original.family) && nat::redirect_is_dropped<Concrete>(decided_both, bound))
        return false;
    if (!quoted) return false;

    if (edition_.nat.keeps_records) {
        for (const NatRecord& r : entry.nat != nullptr ? entry.nat->records : std::vector<NatRecord>{}) {
            if (r.dir != dir || r.hook != hook) continue;
            const End<Concrete> end{r.address, r.part};
            if (!wire::replace_part(bytes, *quoted, replacement(nat::opposite(r.manip), end, has_parts(entry)),
                                    edition_.rewrite) ||
                !wire::replace_part(bytes, 0, replacement(r.manip, end, false), edition_.rewrite))
                return false;
        }
        wire::redo_icmp_checksum(bytes);
        return true;
    }

    const nat::Manip manip = nat::manip_at(hook);
    const bool outer = nat::is_translated<Concrete>(manip, dir, entry.has(Status::src_nat), entry.has(Status::dst_nat));
    if (!nat::quotation_is_translated<Concrete>(outer, edition_)) return true;
    const auto theirs = ends_of(entry.tuple(other(dir)));
    const bool icmp = entry.original.is_icmp();
    const nat::Manip inner = nat::opposite(manip);
    if (!wire::replace_part(bytes, *quoted,
                            replacement(inner, nat::quoted_target<Concrete>(inner, theirs, icmp), has_parts(entry)),
                            edition_.rewrite))
        return false;
    wire::redo_icmp_checksum(bytes);
    return !outer ||
           wire::replace_part(bytes, 0, replacement(manip, nat::target<Concrete>(manip, theirs, false), false),
                              edition_.rewrite);
}

}  // namespace conntrack

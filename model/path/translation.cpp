// The packet meets a NAT hook. Sources: ip_nat_fn(), nf_nat_fn(), nf_nat_inet_fn(); the targets MASQUERADE and
// REDIRECT.
#include "spec/nat/translation.hpp"
#include "model/path/doubts.hpp"
#include "model/path/packet_path.hpp"
#include "spec/nat/binding.hpp"

#include <algorithm>

namespace conntrack {

using rules::TableId;

/// Decides what this hook binds, if it is the flow's first packet, and translates. False: the packet stops there.
bool PacketPath::nat(Passage& passage, Hook hook, Time now) {
    const Family family = passage.packet.family;
    if (!nat::stands_at(hook, has_nat(family), edition())) return true;
    const bool icmp = passage.packet.protocol == (family == Family::ipv4 ? protocol::icmp : protocol::icmpv6);
    const Entry* entry = passage.flight.entry();
    if (entry == nullptr) {
        constexpr std::uint8_t redirect = 5;
        const bool is_redirect = icmp && passage.packet.icmp && passage.packet.icmp->type == redirect;
        const bool untracked = passage.flight.verdict().info == CtInfo::untracked;
        if (edition().nat.drops_redirect_unknown && is_redirect && !untracked)
            return stop(passage, Stop::not_translatable, hook);
        return true;
    }
    const Verdict& verdict = passage.flight.verdict();
    const nat::Manip manip = nat::manip_at(hook);
    const nat::AtHook<Concrete> at{.edition = &edition(),
                                   .info = *verdict.info,
                                   .icmp = icmp,
                                   .done = entry->nat != nullptr && entry->nat->decided(manip),
                                   .confirmed = entry->has(Status::confirmed),
                                   .met_when_new = entry->nat != nullptr};
    if (!nat::is_met<Concrete>(at)) return true;
    if (!entry->has(Status::confirmed)) tracker_.meet(passage.flight);
    if (nat::is_error<Concrete>(at)) {
        if (!tracker_.translate_error(passage.flight, hook, passage.bytes))
            return stop(passage, Stop::not_translatable, hook);
        reread(passage);
        return true;
    }
    if (nat::consults_rules<Concrete>(at)) {
        doubts_->by_rivals(passage, hook);
        if (!decide_binding(passage, hook, nat::answer_takes_effect<Concrete>(at), now)) return false;
    } else if (turned_to_another_interface(passage, *entry, hook)) {
        tracker_.end_by(passage.flight, passage.packet);
        return stop(passage, Stop::interface_changed, hook);
    }
    if (!tracker_.translate(passage.flight, hook, passage.bytes)) return stop(passage, Stop::not_translatable, hook);
    reread(passage);
    return true;
}

/// Asks the rules, and binds by their answer if that takes effect.
bool PacketPath::decide_binding(Passage& passage, Hook hook, bool takes_effect, Time now) {
    std::optional<rules::Decision> decision;
    if (hook != Hook::input || edition().nat.input_chain) decision = run(passage, TableId::nat, hook, nullptr);
    if (decision && decision->kind == rules::Decision::Kind::drop) return stop(passage, *decision, hook);
    if (!takes_effect) return true;
    const auto at = static_cast<std::size_t>(nat::manip_at(hook));
    passage.bound[at] = true;
    passage.end_hangs[at] = decision && decision->uncertain;
    const bool asked = decision && decision->kind == rules::Decision::Kind::nat;
    if (!asked) return bind_nothing(passage, hook, now);

    const rules::NatTarget& target = *decision->nat;
    const bool masquerades = target.kind == rules::NatTarget::Kind::masquerade;
    if (masquerades && !edition().nat.masquerades_unspecified && passage.flight.entry()->original.src == Address{})
        return bind_nothing(passage, hook, now);
    const auto range = range_for(passage, target, hook);
    if (!range) return stop(passage, Stop::no_address, hook);
    std::optional<std::string> link;
    if (masquerades) link = router_.interfaces()[passage.route.interface].name;
    BindingOrigin origin{.rule = decision->rule->text, .line = decision->rule->line, .when = now};
    return tracker_.bind(passage.flight, hook, *range, std::move(origin), link) ||
           stop(passage, Stop::no_free_tuple, hook);
}

bool PacketPath::bind_nothing(Passage& passage, Hook hook, Time now) {
    return tracker_.bind_nothing(passage.flight, hook, now) || stop(passage, Stop::no_free_tuple, hook);
}

/// The range of a NAT rule; MASQUERADE and REDIRECT take an address of an interface. Nothing: it has none.
std::optional<NatRange> PacketPath::range_for(const Passage& passage, const rules::NatTarget& target, Hook hook) const {
    using Kind = rules::NatTarget::Kind;
    NatRange range = target.range;
    if (target.kind == Kind::snat || target.kind == Kind::dnat) return range;
    const Family family = passage.packet.family;
    std::optional<Address> address;
    if (target.kind == Kind::masquerade) {
        address = router_.source_address(passage.route.interface, family, passage.packet.dst);
    } else if (hook == Hook::output) {
        address = family == Family::ipv4 ? Address::v4(0x7f00'0001) : Address{0, 1};
    } else if (const std::size_t in = interface_index(passage.in); in < router_.interfaces().size()) {
        address = router_.redirect_address(in, family, passage.packet.dst);
    }
    if (!address) return std::nullopt;
    range.map_ips = true;
    range.min = range.max = *address;
    return range;
}

bool PacketPath::turned_to_another_interface(const Passage& passage, const Entry& entry, Hook hook) const {
    return edition().nat.checks_out_interface && hook == Hook::postrouting && entry.nat != nullptr &&
           entry.nat->masquerades_at && passage.flight.verdict().dir == Direction::original &&
           *entry.nat->masquerades_at != router_.interfaces()[passage.route.interface].name;
}

}  // namespace conntrack

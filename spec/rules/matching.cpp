#include "spec/rules/matching.hpp"

#include "spec/wire/layout.hpp"

#include <algorithm>

namespace conntrack::rules {

namespace {

Answer answer(bool yes) { return yes ? Answer::yes : Answer::no; }

bool in_network(const Address& address, const MaskedAddress& network) {
    return ((address.high ^ network.address.high) & network.mask.high) == 0 &&
           ((address.low ^ network.address.low) & network.mask.low) == 0;
}

template <class Value, class Holds>
bool holds(const Option<Value>& option, Holds&& of) {
    return !option || of(option->value) != option->invert;
}

/// Ports of a match that is absent take everything; so the transport header is needed in any case.
bool ports_hold(const Option<PortRange>& sport, const Option<PortRange>& dport, const Packet& packet) {
    return holds(sport, [&](const PortRange& range) { return range.has(packet.sport); }) &&
           holds(dport, [&](const PortRange& range) { return range.has(packet.dport); });
}

/// The template that the CT target attaches. Seen in linux-6.18: rules behind it find it NEW and CONFIRMED.
FlowView template_entry() {
    FlowView view;
    view.status.set(Status::template_);
    view.status.set(Status::confirmed);
    return view;
}

/// The entry that matches see: also a template, and in editions whose untracked packets share one, that one.
const FlowView* seen_entry(const Subject& subject) {
    if (subject.flow != nullptr) return subject.flow;
    static const FlowView of_template = template_entry();
    if (subject.carries_template) return &of_template;
    static const FlowView untracked = untracked_entry();
    const bool shared = subject.info == CtInfo::untracked && subject.edition.rules.untracked_is_an_entry;
    return shared ? &untracked : nullptr;
}

/// -m conntrack. Sources: ipt_conntrack.c (2.6.9), conntrack_mt() of xt_conntrack.c (later).
class EntryQuestion {
  public:
    EntryQuestion(const ConntrackMatch& match, const Subject& subject)
        : match_(match), subject_(subject), entry_(seen_entry(subject)) {}

    [[nodiscard]] bool answered_yes() const {
        if (!holds(match_.states, [&](std::uint8_t states) { return (states & seen_states()) != 0; })) return false;
        if (entry_ == nullptr) return yes_without_entry();
        return direction_holds() && addresses_hold() && ports_hold_of_entry() && rest_holds();
    }

  private:
    [[nodiscard]] std::uint8_t seen_states() const {
        const auto nat = entry_ == nullptr                               ? 0
                         : subject_.edition.rules.ctstate_nat_by_address ? nat_by_address()
                                                                         : nat_by_status();
        return static_cast<std::uint8_t>(state_of(subject_) | nat);
    }
    [[nodiscard]] int nat_by_address() const {
        return (entry_->original.src != entry_->reply.dst ? state::snat : 0) |
               (entry_->original.dst != entry_->reply.src ? state::dnat : 0);
    }
    [[nodiscard]] int nat_by_status() const {
        return (entry_->status.has(Status::src_nat) ? state::snat : 0) |
               (entry_->status.has(Status::dst_nat) ? state::dnat : 0);
    }

    /// Later kernels end here with "was there a --ctstate?"; 2.6.9 denies every other option, with `!` or not.
    [[nodiscard]] bool yes_without_entry() const {
        if (subject_.edition.rules.ctstate_decides_without_entry) return match_.states.has_value();
        ConntrackMatch states_alone;
        states_alone.states = match_.states;
        return match_ == states_alone;
    }

    [[nodiscard]] bool direction_holds() const { return !match_.dir || *match_.dir == subject_.dir; }

    [[nodiscard]] bool addresses_hold() const {
        auto within = [](const Option<MaskedAddress>& option, const Address& address) {
            return holds(option, [&](const MaskedAddress& network) { return in_network(address, network); });
        };
        return holds(match_.protocol, [&](std::uint8_t number) { return entry_->original.proto == number; }) &&
               within(match_.orig_src, entry_->original.src) && within(match_.orig_dst, entry_->original.dst) &&
               within(match_.repl_src, entry_->reply.src) && within(match_.repl_dst, entry_->reply.dst);
    }

    /// The parts of the tuples, whatever they are: of ICMP the id, and type and code.
    [[nodiscard]] bool ports_hold_of_entry() const {
        auto within = [](const Option<PortRange>& option, std::uint16_t part) {
            return holds(option, [&](const PortRange& range) { return range.has(part); });
        };
        return within(match_.orig_src_port, entry_->original.src_part) &&
               within(match_.orig_dst_port, entry_->original.dst_part) &&
               within(match_.repl_src_port, entry_->reply.src_part) &&
               within(match_.repl_dst_port, entry_->reply.dst_part);
    }

    [[nodiscard]] bool rest_holds() const {
        return holds(match_.status, [&](std::uint32_t bits) { return (entry_->status.bits() & bits) != 0; }) &&
               holds(match_.expires_s, [&](const Range<std::uint32_t>& s) { return s.has(entry_->seconds_left); });
    }

    const ConntrackMatch& match_;
    const Subject& subject_;
    const FlowView* entry_;
};

struct Matcher {
    const Subject& subject;
    const Packet& packet = subject.packet;

    Answer operator()(const AddressMatch& m) const {
        const Address& address = m.side == AddressMatch::Side::source ? packet.src : packet.dst;
        return answer(in_network(address, m.network) != m.invert);
    }
    // A hook without that interface compares with an empty name (nulldevname in ip_tables.c).
    Answer operator()(const InterfaceMatch& m) const {
        const std::string_view name = m.side == InterfaceMatch::Side::in ? subject.in : subject.out;
        return answer((m.prefix ? name.starts_with(m.name) : name == m.name) != m.invert);
    }
    // Source: ip6_packet_match() drops what ipv6_find_hdr() cannot walk to its end.
    Answer operator()(const ProtocolMatch& m) const {
        if (packet.family == Family::ipv6 && wire::is_extension_header(packet.protocol)) return Answer::cut;
        return answer((packet.protocol == m.protocol) != m.invert);
    }
    Answer operator()(const FragmentMatch& m) const { return answer(packet.later_fragment != m.invert); }

    // Source: tcp_mt() of xt_tcpudp.c.
    Answer operator()(const TcpMatch& m) const {
        if (packet.later_fragment) return Answer::no;
        if (!packet.tcp) return Answer::cut;
        if (!ports_hold(m.sport, m.dport, packet)) return Answer::no;
        const std::uint8_t flags = packet.tcp->flags;
        if (!holds(m.flags, [&](const TcpFlagSet& f) { return (flags & f.mask) == f.set; })) return Answer::no;
        if (!m.option) return Answer::yes;
        if (packet.tcp->options_cut) return Answer::cut;
        return answer(packet.tcp->option_kinds.test(m.option->value) != m.option->invert);
    }

    // Sources: udp_mt(), sctp_mt(), dccp_mt(). The last two read twelve bytes.
    Answer operator()(const PortsMatch& m) const {
        if (packet.later_fragment) return Answer::no;
        const std::uint32_t needed = m.module == PortsMatch::Module::udp ? 8 : 12;
        if (packet.transport_available < needed) return Answer::cut;
        return answer(ports_hold(m.sport, m.dport, packet));
    }

    // Source: icmp_match(), icmp6_match().
    Answer operator()(const IcmpMatch& m) const {
        if (packet.later_fragment) return Answer::no;
        if (!packet.icmp) return Answer::cut;
        const bool fits = m.any || (packet.icmp->type == m.type && m.codes.has(packet.icmp->code));
        return answer(fits != m.invert);
    }

    Answer operator()(const StateMatch& m) const { return answer(((m.states & state_of(subject)) != 0) != m.invert); }
    Answer operator()(const ConntrackMatch& m) const { return answer(EntryQuestion(m, subject).answered_yes()); }

    // Sources: mark_mt(), connmark_mt(): without an entry there is no match, `!` or not.
    Answer operator()(const MarkMatch& m) const {
        const FlowView* entry = m.of == MarkMatch::Of::entry ? seen_entry(subject) : nullptr;
        if (m.of == MarkMatch::Of::entry && entry == nullptr) return Answer::no;
        const std::uint32_t mark = entry != nullptr ? entry->mark : subject.mark;
        return answer(((mark & m.mask) == m.value) != m.invert);
    }

    // Source: multiport_mt() of xt_multiport.c.
    Answer operator()(const MultiportMatch& m) const {
        if (packet.later_fragment) return Answer::no;
        if (packet.transport_available < 4) return Answer::cut;
        const bool found = std::any_of(m.ports.begin(), m.ports.end(), [&](const PortRange& range) {
            const bool source = range.has(packet.sport), destination = range.has(packet.dport);
            switch (m.side) {
                case MultiportMatch::Side::source: return source;
                case MultiportMatch::Side::destination: return destination;
                case MultiportMatch::Side::either: break;
            }
            return source || destination;
        });
        return answer(found != m.invert);
    }

    Answer operator()(const CommentMatch&) const { return Answer::yes; }
    Answer operator()(const UnknownMatch& m) const { return answer(m.matches); }
};

}  // namespace

// Sources: state_mt() of xt_state.c, match() of ipt_state.c. Both directions of a state are the same bit.
std::uint8_t state_of(const Subject& subject) {
    switch (subject.info) {
        case CtInfo::new_: return state::new_;
        case CtInfo::established: return state::established;
        case CtInfo::related: return state::related;
        case CtInfo::untracked: return state::untracked;
        case CtInfo::invalid: break;
    }
    return state::invalid;
}

Answer takes(const Match& match, const Subject& subject) { return std::visit(Matcher{subject}, match); }

}  // namespace conntrack::rules

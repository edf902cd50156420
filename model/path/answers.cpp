// What the router of linux-6.18 answers itself: these packets pass OUTPUT and POSTROUTING, are tracked on their way,
// and an ICMP error carries the entry of the packet it is about. Sources: icmp_glue_bits(), nf_ct_attach(),
// nf_send_reset(), nf_conntrack_tcp_set_closing().
#include "model/path/doubts.hpp"
#include "model/path/packet_path.hpp"
#include "model/path/reject.hpp"
#include "spec/icmp.hpp"
#include "spec/nat/manip.hpp"
#include "spec/wire/host.hpp"
#include "spec/wire/layout.hpp"

#include <algorithm>
#include <cassert>

namespace conntrack {

using rules::TableId;

namespace {

constexpr Time milliseconds_per_day = 86'400'000;

std::uint32_t ms_of_day(Time now) {
    return static_cast<std::uint32_t>(now / nanoseconds_per_millisecond % milliseconds_per_day);
}

bool is_icmp_error(const Packet& packet) {
    if (!packet.icmp) return false;
    return packet.protocol == protocol::icmp ? icmp::is_error(packet.icmp->type) : icmp::v6_is_error(packet.icmp->type);
}

}  // namespace

/// Errors of IPv6 bear an address of the interface by which the packet came, wherever they leave (icmp6_send()).
wire::AnswerContext PacketPath::context_of(const Passage& about, Time now) const {
    const Packet& packet = about.packet;
    wire::AnswerContext context;
    const std::size_t came = interface_index(about.in);
    const bool on_link = is_link_local(packet.family, packet.src);
    const std::size_t back = on_link ? came : router_.interface_towards(packet.family, packet.src);
    const auto own = [&](std::size_t interface) -> std::optional<Address> {
        if (interface >= router_.interfaces().size()) return std::nullopt;
        return router_.source_address(interface, packet.family, packet.src);
    };
    context.towards_sender = own(back).value_or(Address{});
    context.on_entry_link = own(came);
    context.to_own_address = router_.is_own_on(came, packet.family, packet.dst);
    context.to_anycast = router_.is_anycast(packet.family, packet.dst);
    context.from_anycast = router_.is_anycast(packet.family, packet.src);
    context.to_many = router_.is_to_many(packet.family, packet.dst);
    context.options = about.options;
    context.ms_of_day = ms_of_day(now);
    return context;
}

/// Options are judged once the packet's route is known; the older routers of the stage look at none (formats.md).
/// False: the packet ends there.
bool PacketPath::receive_options(Passage& passage, Time now) {
    constexpr std::size_t bare_header = 20;
    const bool has_options = passage.packet.family == Family::ipv4 && (passage.bytes[0] & 0xfu) * 4u > bare_header;
    if (!has_options || !edition().stack.handles_ip_options) return true;
    const wire::AnswerContext context = context_of(passage, now);
    const auto received = wire::receive_options(
        passage.bytes, {.own = context.to_own_address ? passage.packet.dst : context.towards_sender,
                        .is_others =
                            [this](const Address& a) {
                                return !router_.is_own(Family::ipv4, a) && !router_.is_to_many(Family::ipv4, a);
                            },
                        .ms_of_day = context.ms_of_day});
    passage.options = received.options;
    if (received.fault) {
        answer_error(passage, wire::ipv4_parameter_problem(*received.fault), now);
        return stop(passage, Stop::options, Hook::prerouting);
    }
    return received.options.source_route == 0 || stop(passage, Stop::options, Hook::prerouting);
}

void PacketPath::answer_error(Passage& about, const wire::IcmpError& error, Time now) {
    if (!edition().stack.answers) return;
    const auto context = context_of(about, now);
    send_answer(about, wire::icmp_error(about.bytes, error, context), now);
}

/// What is told of a datagram that never became whole: in IPv4 only if it is for the router itself (ip_expire()), in
/// IPv6 always (ip6frag_expire_frag_queue()). It quotes the first fragment, and is tracked by it.
void PacketPath::answer_lost(Passage& first, Time now) {
    if (decode(first, {.checksum = wire::ChecksumPolicy::ignore})) return;
    stop(first, Stop::fragment, Hook::prerouting);
    const bool v4 = first.packet.family == Family::ipv4;
    if (v4 && router_.route(first.packet, first.in).kind != Route::Kind::local) return;
    answer_error(first, v4 ? wire::ipv4_reassembly_time_exceeded : wire::ipv6_reassembly_time_exceeded, now);
}

/// What is told of a packet whose IPv6 options the router did not take: it never reached tracking.
void PacketPath::answer_unseen(Passage& about, const wire::IcmpError& error, Time now) {
    const auto layout = wire::layout_of(about.bytes);
    if (!layout || layout->family != Family::ipv6) return;
    about.packet.family = Family::ipv6;
    about.packet.src = Address::from_bytes(std::span(about.bytes).subspan(8, 16));
    about.packet.dst = Address::from_bytes(std::span(about.bytes).subspan(24, 16));
    answer_error(about, error, now);
}

/// The link's MTU is told along.
wire::IcmpError PacketPath::too_big_error(Family family) const {
    const std::uint32_t mtu = surroundings_.link_mtu;
    return family == Family::ipv4 ? wire::IcmpError{3, 4, mtu} : wire::IcmpError{2, 0, mtu};
}

/// The target REJECT. A reset also closes the entry of the connection that it ends.
void PacketPath::answer_reject(Passage& about, const rules::RejectTarget& target, Hook hook, Time now) {
    if (!edition().stack.answers || about.in.empty()) return;
    const auto context = context_of(about, now);
    if (const auto error = reject_error(target)) {
        send_answer(about, wire::reject_with_error(about.bytes, *error, context, hook == Hook::forward), now);
        return;
    }
    const auto reset = wire::reject_with_reset(about.bytes, context);
    if (!reset) return;
    if (about.flight.entry() != nullptr) tracker_.close(about.flight);
    send_answer(about, reset, now, Carries::always);
}

/// A packet has been delivered: the router is a host without open ports.
void PacketPath::answer_as_host(Passage& about, Time now) {
    if (!edition().stack.answers || !surroundings_.answers_as_host) return;
    // UDP has let go of the entry when it finds no socket (__udp4_lib_rcv(), __udp6_lib_rcv()).
    const bool datagram = about.packet.protocol == protocol::udp || about.packet.protocol == protocol::udplite;
    send_answer(about, wire::answer_of_host(about.bytes, context_of(about, now)), now,
                datagram ? Carries::never : Carries::in_errors);
}

/// Where a packet of the router itself leaves: an answer to a link-local address of IPv6, by the link that the packet
/// came by.
std::size_t PacketPath::interface_for(const Passage& own, const Passage* about) const {
    if (about != nullptr && is_link_local(own.packet.family, own.packet.dst)) return interface_index(about->in);
    return router_.interface_towards(own.packet.family, own.packet.dst);
}

/// OUTPUT, the routing decision, POSTROUTING.
void PacketPath::send_answer(Passage& about, const wire::Answer& bytes, Time now, Carries carries) {
    if (!bytes) return;
    Passage own;
    own.came = own.bytes = *bytes;
    // Whatever its addresses: an interface may have been given any.
    auto decoded = wire::decode(own.bytes, {.checksum = wire::ChecksumPolicy::verify, .cut = false, .loopback = true});
    assert(std::holds_alternative<Packet>(decoded) && "the router's own packets are well formed");
    own.packet = std::get<Packet>(std::move(decoded));
    own.arrived = own.packet;
    own.route = {Route::Kind::forward, interface_for(own, &about)};
    if (own.route.interface >= router_.interfaces().size()) return;
    own.number = about.number;
    if (about.uncertain) Doubts::begin(own, Hook::output, about.uncertain_since);

    if (leave_router(own, &about, now, carries, nullptr)) send(own, now);
    doubts_->leave_behind(own);
    // To itself, it goes round by the loopback interface, and is done.
    const Family family = own.packet.family;
    const bool to_itself = router_.is_own(family, own.packet.dst) || router_.is_anycast(family, own.packet.dst);
    const bool emerged = own.emerged() && !to_itself;
    about.answers.push_back(
        {emerged ? own.out.front() : Sent{}, own.flight.verdict(), emerged, own.uncertain && !about.uncertain});
    about.log.insert(about.log.end(), own.log.begin(), own.log.end());
    tracker_.release(std::move(own.flight));
}

Passage PacketPath::originate(std::vector<std::uint8_t> bytes, Time now, const Options& options) {
    Passage own = begin(std::move(bytes), options);
    own.lost = advance(now).lost;
    if (!receive(own, now, options)) return own;
    if (options.before_tracking) options.before_tracking(own.packet);
    set_out(own, now, options);
    doubts_->leave_behind(own);
    return own;
}

void PacketPath::set_out(Passage& own, Time now, const Options& options) {
    own.route = {Route::Kind::forward, router_.interface_towards(own.packet.family, own.packet.dst)};
    if (own.route.interface >= router_.interfaces().size())
        stop(own, Stop::no_route, Hook::output);
    else if (leave_router(own, nullptr, now, Carries::never, options.trace))
        send(own, now);
}

/// `about`: the packet that it answers; null: it answers none.
bool PacketPath::leave_router(Passage& own, const Passage* about, Time now, Carries carries, Trace* trace) {
    Template from;
    const auto raw = run(own, TableId::raw, Hook::output, &from);
    from.bytes = own.bytes;
    own.entry_hangs = raw && raw->uncertain;
    if (raw && raw->kind == rules::Decision::Kind::drop) return stop(own, *raw, Hook::output);
    const bool attached = carries == Carries::always || (carries == Carries::in_errors && is_icmp_error(own.packet));
    if (attached && about != nullptr && about->flight.entry() != nullptr)
        own.flight = tracker_.attach_answer(about->flight);
    else
        own.flight = tracker_.begin(own.packet, now, trace, from);
    doubts_->by_flow(own, Hook::output);
    if (own.flight.verdict().dropped()) return stop(own, Stop::tracking, Hook::output);

    const Address dst = own.packet.dst;
    if (!filter(own, TableId::mangle, Hook::output, now) || !nat(own, Hook::output, now) ||
        !filter(own, TableId::filter, Hook::output, now))
        return false;
    if (own.packet.dst != dst) own.route.interface = interface_for(own, about);
    return own.route.interface < router_.interfaces().size() || stop(own, Stop::no_route, Hook::output);
}

}  // namespace conntrack

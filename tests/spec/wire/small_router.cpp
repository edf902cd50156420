#include "tests/spec/wire/small_router.hpp"

#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/decode.hpp"
#include "spec/wire/host.hpp"
#include "spec/wire/own_packet.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Address inside_v4 = Address::v4(0x0a000001), outside_v4 = Address::v4(0xc0000201);
constexpr Address inside_v6{0xfd00'000a'0000'0000, 1}, outside_v6{0xfd00'000b'0000'0000, 1};

bool lies_inside(Family family, const Address& a) {
    return family == Family::ipv4 ? a.as_v4() >> 24 == 10 : a.high >> 16 == 0xfd00'000a'0000;
}

Address own_address(Family family, bool inside) {
    if (family == Family::ipv4) return inside ? inside_v4 : outside_v4;
    return inside ? inside_v6 : outside_v6;
}

bool is_own(const Address& a) { return a == inside_v4 || a == outside_v4 || a == inside_v6 || a == outside_v6; }

bool is_for_many(Family family, const Address& a) {
    if (family == Family::ipv6) return a.high >> 56 == 0xff;
    return a.as_v4() >> 28 == 0xe || a == Address::v4(0xffff'ffff) || a == Address::v4(0x0a0000ff) ||
           a == Address::v4(0xc00002ff);
}

Family family_of(const Bytes& packet) { return packet[0] >> 4 == 6 ? Family::ipv6 : Family::ipv4; }

Handled answered(const Bytes& packet, bool seen, const wire::Answer& answer) {
    Handled out{.seen = seen, .side = {}, .bytes = {}};
    if (!answer) return out;
    out.side = lies_inside(family_of(packet), wire::source_of(packet, family_of(packet))) ? "inside" : "outside";
    out.bytes = *answer;
    return out;
}

wire::Answer rejected(const Bytes& packet, const wire::AnswerContext& context) {
    const auto layout = wire::layout_of(packet);
    if (layout && layout->protocol == protocol::tcp) return wire::reject_with_reset(packet, context);
    const bool v6 = layout && layout->family == Family::ipv6;
    const auto& error = v6 ? wire::ipv6_port_unreachable : wire::ipv4_port_unreachable;
    return wire::reject_with_error(packet, error, context, true);
}

}  // namespace

wire::AnswerContext context_of(const Bytes& packet) {
    const Family family = family_of(packet);
    const Address dst = wire::destination_of(packet, family);
    wire::AnswerContext context;
    context.towards_sender = own_address(family, lies_inside(family, wire::source_of(packet, family)));
    context.to_own_address = is_own(dst);
    context.to_many = is_for_many(family, dst);
    return context;
}

Handled handle(Bytes packet, std::uint32_t ms_of_day, bool rejecting) {
    const auto decoded = wire::decode(packet, {});
    if (const auto* bad = std::get_if<wire::Malformed>(&decoded))
        return bad->error ? answered(packet, false, wire::icmp_error(packet, *bad->error, context_of(packet)))
                          : Handled{};
    packet.resize(std::get<Packet>(decoded).length);
    const Family family = family_of(packet);
    const Address dst = wire::destination_of(packet, family);
    wire::AnswerContext context = context_of(packet);
    context.ms_of_day = ms_of_day;
    if (family == Family::ipv4) {
        const wire::Ipv4OptionContext options{
            .own = context.to_own_address ? dst : context.towards_sender,
            .is_others = [](const Address& a) { return !is_own(a) && !is_for_many(Family::ipv4, a); },
            .ms_of_day = ms_of_day};
        const auto received = wire::receive_options(packet, options);
        context.options = received.options;
        if (received.fault)
            return answered(packet, true,
                            wire::icmp_error(packet, wire::ipv4_parameter_problem(*received.fault), context));
        if (received.options.source_route != 0) return Handled{.seen = true, .side = {}, .bytes = {}};
    }
    if (context.to_own_address || context.to_many) return answered(packet, true, wire::answer_of_host(packet, context));
    if (packet[family == Family::ipv6 ? 7 : 8] <= 1) {
        const auto& error = family == Family::ipv6 ? wire::ipv6_time_exceeded : wire::ipv4_time_exceeded;
        return answered(packet, true, wire::icmp_error(packet, error, context));
    }
    if (rejecting) return answered(packet, true, rejected(packet, context));
    const bool inside = lies_inside(family, dst);
    if (family == Family::ipv4) wire::forward_options(packet, context.options, own_address(family, inside));
    return {.seen = true, .side = inside ? "inside" : "outside", .bytes = packet, .forwarded = true};
}

std::vector<std::uint8_t> without_choices(Bytes answer) {
    if (answer.empty()) return answer;
    if (answer[0] >> 4 == 6) {
        wire::put32(answer, 0, wire::get32(answer, 0) & 0xfff0'0000);
        return answer;
    }
    const std::size_t header = (answer[0] & 0xfu) * std::size_t{4};
    EXPECT_EQ(wire::fold(wire::sum_bytes(std::span(answer).first(header))), 0xffff) << "of the IP header";
    wire::put16(answer, 4, 0);
    wire::put16(answer, 10, 0);
    return answer;
}

}  // namespace conntrack::testing

// Answers and options over all kinds of packets: what comes out is sound, is not answered again, and nothing is read or
// written beyond the bytes that are there. What exactly is answered stands in live_answers_test.cpp.
#include "spec/wire/answer.hpp"

#include "spec/tuple.hpp"
#include "spec/wire/decode.hpp"
#include "spec/wire/host.hpp"
#include "spec/wire/ipv6_options.hpp"
#include "spec/wire/layout.hpp"
#include "tests/spec/wire/bytes.hpp"
#include "tests/spec/wire/small_router.hpp"
#include "tests/support/property.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

constexpr Family v4 = Family::ipv4, v6 = Family::ipv6;
constexpr Address own_v4 = Address::v4(0x0a000001);
constexpr Address own_v6{0xfd00'000a'0000'0000, 1};

wire::AnswerContext context(Family family) {
    wire::AnswerContext out;
    out.towards_sender = family == v4 ? own_v4 : own_v6;
    return out;
}

/// Any bytes, but often such that they get past the first checks.
Bytes plausible_packet() {
    auto bytes = *rc::gen::scale(3.0, rc::gen::arbitrary<Bytes>());
    if (bytes.size() < 20) bytes.resize(20);
    bytes[0] = *rc::gen::element<std::uint8_t>(0x45, 0x46, 0x4f, 0x60);
    if (bytes[0] == 0x60 && bytes.size() < 40) bytes.resize(40);
    const std::size_t header = (bytes[0] & 0xfu) * std::size_t{4};
    if (bytes.size() < header) bytes.resize(header);
    bytes[bytes[0] == 0x60 ? 6 : 9] = *rc::gen::element<std::uint8_t>(0, 1, 6, 17, 43, 44, 51, 58, 59, 60, 99, 136);
    if (bytes[0] != 0x60) bytes[6] = bytes[7] = 0;
    return bytes;
}

bool is_sound(const Bytes& answer) {
    const auto decoded = wire::decode(answer, {});
    const auto* packet = std::get_if<Packet>(&decoded);
    return packet != nullptr && packet->length == answer.size() && packet->hop_limit == 64 &&
           packet->checksum == Checksum::right;
}

}  // namespace

TEST(Answer, ErrorsAreSoundAndBounded) {
    expect_property(
        [] {
            const Bytes packet = plausible_packet();
            const bool six = packet[0] == 0x60;
            const wire::IcmpError error{*rc::gen::element<std::uint8_t>(1, 3, 4, 11, 12), 2,
                                        *rc::gen::inRange(0u, 60u)};
            const auto answer = wire::icmp_error(packet, error, context(six ? v6 : v4));
            if (!answer) return;
            RC_ASSERT(is_sound(*answer));
            RC_ASSERT(answer->size() <= (six ? 1280U : 576U));
            const auto at = wire::layout_of(*answer)->transport;
            RC_ASSERT((*answer)[at] == error.type);
            RC_ASSERT(std::equal(answer->begin() + static_cast<std::ptrdiff_t>(at) + 8, answer->end(), packet.begin()));
        },
        20);
}

/// Two routers never keep each other busy.
TEST(Answer, ErrorsAndResetsAreNotAnswered) {
    for (const Family family : {v4, v6}) {
        const auto ip = [family](std::uint8_t protocol, const Bytes& transport) {
            return family == v4 ? ipv4(protocol, transport) : ipv6(protocol, transport);
        };
        auto own = context(family);
        own.to_own_address = true;
        const Bytes udp = ip(17, udp_bytes(family, {1})), syn = ip(6, tcp_bytes(family, 0x02, {}, {}));
        const auto unreachable = wire::answer_of_host(udp, own);
        const auto reset = wire::answer_of_host(syn, own);
        ASSERT_TRUE(unreachable && reset);
        EXPECT_TRUE(is_sound(*unreachable) && is_sound(*reset));
        for (const auto& answer : {*unreachable, *reset}) {
            EXPECT_FALSE(wire::answer_of_host(answer, own));
            EXPECT_FALSE(wire::reject_with_reset(answer, own));
        }
        const auto& error = family == v4 ? wire::ipv4_time_exceeded : wire::ipv6_time_exceeded;
        EXPECT_FALSE(wire::icmp_error(*unreachable, error, own));
        EXPECT_FALSE(wire::reject_with_error(*unreachable, error, own, true));
        EXPECT_TRUE(wire::icmp_error(*reset, error, own)) << "a reset may expire like any other packet";
    }
}

TEST(Answer, NothingToLaterFragmentsAndToMany) {
    auto own = context(v4);
    const Bytes later = ipv4(17, udp_bytes(v4, {1}), 3), whole = ipv4(17, udp_bytes(v4, {1}));
    EXPECT_FALSE(wire::icmp_error(later, wire::ipv4_time_exceeded, own));
    EXPECT_FALSE(wire::answer_of_host(later, own));
    EXPECT_TRUE(wire::icmp_error(whole, wire::ipv4_time_exceeded, own));
    own.to_many = true;
    EXPECT_FALSE(wire::icmp_error(whole, wire::ipv4_time_exceeded, own));
    Bytes nobody = whole;
    std::fill_n(nobody.begin() + 12, 4, std::uint8_t{0});
    EXPECT_FALSE(wire::icmp_error(nobody, wire::ipv4_time_exceeded, context(v4)));
    Bytes nobody6 = ipv6(17, udp_bytes(v6, {1}));
    std::fill_n(nobody6.begin() + 8, 16, std::uint8_t{0});
    EXPECT_FALSE(wire::icmp_error(nobody6, wire::ipv6_time_exceeded, context(v6)));
}

TEST(Answer, ASourceRouteIsNotReturned) {
    auto own = context(v4);
    own.options.source_route = 20;
    EXPECT_FALSE(wire::icmp_error(ipv4(17, udp_bytes(v4, {1})), wire::ipv4_time_exceeded, own));
}

TEST(Answer, AnyPacketIsHandledWithinItsBounds) {
    expect_property(
        [] {
            const Bytes packet = plausible_packet();
            auto own = context(packet[0] == 0x60 ? v6 : v4);
            own.to_own_address = *rc::gen::arbitrary<bool>();
            for (const auto& answer : {wire::answer_of_host(packet, own), wire::reject_with_reset(packet, own),
                                       wire::reject_with_error(packet, wire::ipv4_port_unreachable, own, true)})
                if (answer) RC_ASSERT(is_sound(*answer));
            handle(packet, 1, *rc::gen::arbitrary<bool>());
        },
        20);
}

/// All options at random, in a header that is as long as headers get.
TEST(Ipv4Options, AreReadAndReturnedWithinTheirBounds) {
    expect_property(
        [] {
            Bytes packet = ipv4(17, {});
            packet[0] = 0x4f;
            while (packet.size() < 60) {
                const auto kind = *rc::gen::element<std::uint8_t>(0, 1, 7, 68, 130, 131, 134, 137, 148, 255);
                const auto small = [] { return static_cast<std::uint8_t>(*rc::gen::inRange(0, 16)); };
                for (const std::uint8_t byte : {kind, small(), small(), small()}) packet.push_back(byte);
            }
            const Bytes before = packet;
            auto own = context(v4);
            const wire::Ipv4OptionContext told{
                .own = own_v4, .is_others = [](const Address& a) { return a.low % 2 == 0; }, .ms_of_day = 7};
            const auto received = wire::receive_options(packet, told);
            RC_ASSERT(std::equal(before.begin(), before.begin() + 20, packet.begin()));
            if (received.fault) RC_ASSERT(*received.fault >= 20 && *received.fault < 60);
            own.options = received.options;
            if (const auto answer = wire::icmp_error(packet, wire::ipv4_parameter_problem(20), own))
                RC_ASSERT(is_sound(*answer));
            if (received.fault) return;
            wire::forward_options(packet, received.options, own_v4);
            RC_ASSERT(packet.size() == before.size());
        },
        50);
}

TEST(Ipv4Options, APacketWithoutThemIsLeftAlone) {
    Bytes packet = ipv4(17, udp_bytes(v4, {1}));
    ++packet[8];  // whose checksum would be seen to be redone
    const Bytes before = packet;
    const auto received = wire::receive_options(packet, {.own = own_v4, .is_others = {}, .ms_of_day = 0});
    EXPECT_EQ(received.options, wire::Ipv4Options{});
    EXPECT_FALSE(received.fault);
    wire::forward_options(packet, received.options, own_v4);
    EXPECT_EQ(packet, before);
}

}  // namespace conntrack::testing

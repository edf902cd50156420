// A packet of any bytes: decoded, rewritten there and back, its options and extension headers judged, answered, and its
// fields substituted. Reads and writes stay within its bytes, and every answer is a packet that can be decoded.
#include "oracle/play/substitute.hpp"
#include "spec/editions.hpp"
#include "spec/wire/decode.hpp"
#include "spec/wire/host.hpp"
#include "spec/wire/ipv6_options.hpp"
#include "spec/wire/own_packet.hpp"
#include "spec/wire/rewrite.hpp"
#include "tests/fuzz/require.hpp"

using namespace conntrack;
using namespace conntrack::wire;
using conntrack::testing::require;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Address router_v4 = Address::v4(0x0a000001), router_v6{0xfd00'000a'0000'0000, 1};

std::optional<Packet> decoded(const Bytes& bytes) {
    std::optional<Packet> out;
    for (const auto policy : {ChecksumPolicy::verify, ChecksumPolicy::automatic, ChecksumPolicy::ignore})
        for (const bool cut : {false, true}) {
            const auto read = decode(bytes, {.checksum = policy, .cut = cut, .loopback = cut});
            const auto* packet = std::get_if<Packet>(&read);
            if (packet == nullptr) continue;
            require(cut || packet->length <= bytes.size(), "a packet is no longer than its bytes");
            require(packet->transport_length <= packet->length, "its transport part is no longer than the packet");
            require(packet->transport_available <= bytes.size(), "what is there of it lies within the bytes");
            if (!cut) out = *packet;
        }
    return out;
}

/// The part that is replaced, as it was.
Replacement present(const Bytes& packet, const Layout& at, Part part, bool with_value) {
    const std::size_t bytes = at.family == Family::ipv6 ? 16 : 4, from = at.family == Family::ipv6 ? 8 : 12;
    Replacement out{part,
                    Address::from_bytes(std::span(packet).subspan(from + (part == Part::source ? 0 : bytes), bytes)),
                    std::nullopt};
    if (!with_value) return out;
    const bool icmp = at.protocol == protocol::icmp || at.protocol == protocol::icmpv6;
    const std::size_t value = at.transport + (icmp                           ? 4
                                              : at.protocol == protocol::gre ? 6
                                              : part == Part::source         ? 0
                                                                             : 2);
    if (value + 2 <= packet.size()) out.value = static_cast<std::uint16_t>(packet[value] << 8 | packet[value + 1]);
    return out;
}

/// Checksums of 0 and of 0xffff say the same, and a wrong one of SCTP is made right: those bytes are not compared.
Bytes without_sums(Bytes packet, const Layout& at) {
    const auto blank = [&](std::size_t from, std::size_t count) {
        for (std::size_t i = from; i < from + count && i < packet.size(); ++i) packet[i] = 0;
    };
    if (at.family == Family::ipv4) blank(10, 2);
    switch (at.protocol) {
        case protocol::tcp: blank(at.transport + 16, 2); break;
        case protocol::udp:
        case protocol::udplite:
        case protocol::dccp: blank(at.transport + 6, 2); break;
        case protocol::icmp:
        case protocol::icmpv6: blank(at.transport + 2, 2); break;
        case protocol::sctp: blank(at.transport + 8, 4); break;
        default: break;
    }
    return packet;
}

void check_rewriting(const Bytes& packet) {
    const auto layout = layout_of(packet);
    if (!layout) return;
    const Address other = layout->family == Family::ipv4 ? Address::v4(0xc0000264) : Address{0xfd00'000b'0000'0000, 7};
    for (const EditionId id : all_editions)
        for (const Part part : {Part::source, Part::destination})
            for (const bool with_value : {false, true}) {
                const RewriteSwitches& switches = edition(id).rewrite;
                Replacement to{part, other, std::nullopt};
                if (with_value) to.value = 4711;
                Bytes there = packet;
                if (!replace_part(there, 0, to, switches)) {
                    require(there == packet, "what cannot be rewritten is left as it is");
                    continue;
                }
                require(replace_part(there, 0, present(packet, *layout, part, with_value), switches),
                        "what was rewritten can be rewritten back");
                require(without_sums(there, *layout) == without_sums(packet, *layout),
                        "there and back is where one was");
                if (const auto quoted = quoted_offset(packet)) (void)replace_part(there, *quoted, to, switches);
                redo_icmp_checksum(there);
                require(there.size() == packet.size(), "rewriting leaves the length");
            }
}

void check_answer(const Answer& answer) {
    if (!answer) return;
    const auto read = decode(*answer, {.checksum = ChecksumPolicy::verify, .cut = false, .loopback = true});
    const auto* packet = std::get_if<Packet>(&read);
    require(packet != nullptr, "an answer is a packet that can be decoded");
    require(packet->length == answer->size(), "an answer is as long as it says");
    require(packet->checksum != Checksum::wrong, "an answer's checksum is right");
}

void check_answers(const Bytes& packet, const AnswerContext& context, bool ipv4) {
    if (ipv4) {
        check_answer(icmp_error(packet, ipv4_port_unreachable, context));
        check_answer(icmp_error(packet, ipv4_parameter_problem(21), context));
        check_answer(reject_with_error(packet, ipv4_time_exceeded, context, true));
    } else {
        check_answer(icmp_error(packet, ipv6_port_unreachable, context));
        check_answer(reject_with_error(packet, ipv6_time_exceeded, context, true));
    }
    check_answer(reject_with_reset(packet, context));
    check_answer(answer_of_host(packet, context));
}

/// As the packet path does it: options are received and answered, and filled in when the packet is forwarded.
void take_through_the_router(Bytes bytes, const Packet& packet) {
    bytes.resize(packet.length);
    bytes.shrink_to_fit();
    check_rewriting(bytes);
    const bool ipv4 = packet.family == Family::ipv4;
    AnswerContext context;
    context.towards_sender = ipv4 ? router_v4 : router_v6;
    context.ms_of_day = 86'399'999;
    if (ipv4) {
        const auto received = receive_options(bytes, {.own = router_v4,
                                                      .is_others = [](const Address& a) { return a.low % 2 == 0; },
                                                      .ms_of_day = context.ms_of_day});
        context.options = received.options;
        if (received.fault) return check_answers(bytes, context, ipv4);
    } else {
        (void)judge_hop_by_hop(bytes);
        (void)deliver_ipv6(bytes);
    }
    for (const bool own : {false, true})
        for (const bool many : {false, true}) {
            context.to_own_address = own;
            context.to_many = many;
            check_answers(bytes, context, ipv4);
        }
    if (ipv4) forward_options(bytes, context.options, router_v4);
}

void check_substitution(const Bytes& packet) {
    for (const char* field : {"src", "dst", "sport", "dport", "id", "inner_src", "inner_dst", "inner_sport",
                              "inner_dport", "inner_id", "inner_"}) {
        const auto value = oracle::read_field(packet, field);
        Bytes changed = packet;
        const bool done = oracle::write_field(changed, field, value.value_or(Bytes(2)));
        require(done == value.has_value(), "a field that can be read can be written");
        require(changed.size() == packet.size(), "substitution leaves the length");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes(data, data + size);
    check_substitution(bytes);
    if (const auto packet = decoded(bytes)) take_through_the_router(bytes, *packet);
    return 0;
}

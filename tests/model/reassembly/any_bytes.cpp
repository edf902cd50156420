#include "tests/model/reassembly/any_bytes.hpp"

#include "model/reassembly/reassembler.hpp"
#include "spec/editions.hpp"
#include "spec/wire/big_endian.hpp"

#include <algorithm>

namespace conntrack::testing {

namespace {

constexpr std::uint64_t high_thresh = 30'000, largest_packet = 70'000;
constexpr std::uint32_t longest = 65575;  // an IPv6 header and the payload it can name

std::string wrong_after(const Reassembler& reassembler, const Taken& taken) {
    for (const Family family : {Family::ipv4, Family::ipv6})
        if (reassembler.charged_bytes(family) > high_thresh + largest_packet) return "more memory than permitted";
    const auto* whole = std::get_if<WholeDatagram>(&taken.outcome);
    if (whole == nullptr) return {};
    if (whole->bytes.size() > longest) return "longer than a packet can be";
    for (const std::uint32_t mtu : {68u, 600u, 1280u, 1500u, 65535u}) {
        (void)too_big(whole->bytes, whole->chunks, mtu);
        for (const PacketBytes& piece : refragment(whole->bytes, whole->chunks, mtu, 1))
            if (piece.size() > longest + 8) return "a piece longer than a packet can be";
    }
    return {};
}

}  // namespace

std::string reassemble_any_bytes(std::span<const std::uint8_t> input) {
    if (input.empty()) return {};
    Reassembler reassembler(edition(all_editions[input[0] % edition_count]));
    for (const Family family : {Family::ipv4, Family::ipv6})
        reassembler.limit(family, {.high_thresh = high_thresh, .low_thresh = 20'000, .timeout = seconds(30)});
    input = input.subspan(1);
    Time now = 0;
    while (input.size() > 3) {
        const std::size_t length = std::min<std::size_t>(wire::get16(input, 0), input.size() - 3);
        now += input[2] * milliseconds(125);
        const auto packet = input.subspan(3, length);
        input = input.subspan(3 + length);
        (void)reassembler.advance(now);
        const Taken taken = reassembler.take(packet, {.interface = "a"}, now);
        if (std::string wrong = wrong_after(reassembler, taken); !wrong.empty()) return wrong;
        (void)refragment(packet, {.sizes = {24, 100}, .largest = 30}, 600, 0);
    }
    (void)reassembler.advance(now + seconds(30));
    const bool holds = reassembler.waiting_datagrams() != 0 || reassembler.charged_bytes(Family::ipv4) != 0 ||
                       reassembler.charged_bytes(Family::ipv6) != 0;
    return holds ? "holds something after the timeouts" : "";
}

}  // namespace conntrack::testing

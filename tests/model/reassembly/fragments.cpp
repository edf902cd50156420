#include "tests/model/reassembly/fragments.hpp"

#include "spec/tuple.hpp"
#include "spec/wire/checksum.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <charconv>
#include <sstream>

namespace conntrack::testing {

namespace {

constexpr std::uint8_t udp = 17, fragment_header = 44;

std::uint32_t get16(const Bytes& b, std::size_t at) { return std::uint32_t{b[at]} << 8 | b[at + 1]; }

Bytes v6_address(std::uint8_t net, std::uint8_t last) {
    return {0xfd, 0, 0, net, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last};
}

}  // namespace

Part parse_part(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](auto& value) { at = std::from_chars(at, end, value).ptr; };
    Part p;
    number(p.begin);
    EXPECT_TRUE(at != end && *at == '-') << text;
    ++at;
    number(p.end);
    while (at != end) {
        switch (*at++) {
            case '+': p.more = true; break;
            case 'd': p.dont_fragment = true; break;
            case 'i': number(p.id); break;
            case 'e': number(p.ecn); break;
            case 't': number(p.hop_limit); break;
            case 's': number(p.source); break;
            default: ADD_FAILURE() << "not the notation of a fragment: " << text; return p;
        }
    }
    return p;
}

Bytes datagram(Family family, std::size_t bytes) {
    Bytes payload(bytes - 8);
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    Bytes out = join({{0x03, 0xe8, 0, 53, 0, 0, 0, 0}, payload});
    put16(out, 4, static_cast<std::uint32_t>(bytes));
    const bool v4 = family == Family::ipv4;
    const Address src = v4 ? Address::v4(0x0a000002) : Address::from_bytes(v6_address(10, 2));
    const Address dst = v4 ? Address::v4(0xc0000202) : Address::from_bytes(v6_address(11, 2));
    const auto pseudo = wire::pseudo_header_sum(family, src, dst, udp, static_cast<std::uint32_t>(bytes));
    put16(out, 6, wire::complement(wire::sum_bytes(out, pseudo)));
    return out;
}

Bytes fragment_with_options(const Part& p, const Bytes& whole, const Bytes& options) {
    Bytes data(p.end - p.begin);
    for (std::size_t i = 0; i < data.size() && p.begin + i < whole.size(); ++i) data[i] = whole[p.begin + i];
    const auto header = static_cast<std::uint32_t>(20 + options.size());
    Bytes h = {static_cast<std::uint8_t>(0x40 | header / 4),
               static_cast<std::uint8_t>(p.ecn),
               0,
               0,
               0,
               0,
               0,
               0,
               static_cast<std::uint8_t>(p.hop_limit),
               udp,
               0,
               0,
               10,
               0,
               0,
               static_cast<std::uint8_t>(p.source),
               192,
               0,
               2,
               2};
    h = join({h, options});
    put16(h, 2, header + p.end - p.begin);
    put16(h, 4, p.id);
    put16(h, 6, p.begin / 8 | (p.more ? 0x2000u : 0u) | (p.dont_fragment ? 0x4000u : 0u));
    put16(h, 10, wire::complement(wire::sum_bytes(h)));
    return join({h, data});
}

Bytes fragment(Family family, const Part& p, const Bytes& whole) {
    if (family == Family::ipv4) return fragment_with_options(p, whole, {});
    Bytes data(p.end - p.begin);
    for (std::size_t i = 0; i < data.size() && p.begin + i < whole.size(); ++i) data[i] = whole[p.begin + i];
    Bytes h = {0x60,
               static_cast<std::uint8_t>(p.ecn << 4),
               0,
               0,
               0,
               0,
               fragment_header,
               static_cast<std::uint8_t>(p.hop_limit)};
    put16(h, 4, 8 + p.end - p.begin);
    Bytes f = {udp, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(p.id)};
    put16(f, 2, p.begin | (p.more ? 1u : 0u));
    return join({h, v6_address(10, static_cast<std::uint8_t>(p.source)), v6_address(11, 2), f, data});
}

std::string fragment_text(const Bytes& b) {
    std::ostringstream out;
    if (b[0] >> 4 == 4) {
        const std::uint32_t field = get16(b, 6), begin = (field & 0x1fff) * 8;
        if ((field & 0x3fff) == 0) return "whole";
        out << begin << '-' << begin + b.size() - (b[0] & 15u) * 4u << ((field & 0x2000) != 0 ? "+" : "")
            << ((field & 0x4000) != 0 ? "d" : "");
        return out.str();
    }
    if (b[6] != fragment_header) return "whole";
    const std::uint32_t field = get16(b, 42), begin = field & ~7u;
    out << begin << '-' << begin + b.size() - 48 << ((field & 1) != 0 ? "+" : "");
    return out.str();
}

std::string outcome_text(const Taken& taken, std::uint32_t mtu) {
    std::string out = taken.lost.empty() ? "" : "!";
    if (std::holds_alternative<Waits>(taken.outcome)) return out + "w";
    if (std::holds_alternative<GoesOn>(taken.outcome)) return out + "p";
    if (std::holds_alternative<DroppedFragment>(taken.outcome)) return out + "x";
    const auto& whole = std::get<WholeDatagram>(taken.outcome);
    out += "[";
    const auto pieces = whole.pieces.empty() ? refragment(whole.bytes, whole.chunks, mtu, 77) : whole.pieces;
    for (const Bytes& piece : pieces) out += (&piece == pieces.data() ? "" : " ") + fragment_text(piece);
    return out + "]";
}

std::string play(const Edition& edition, Family family, std::string_view parts, std::size_t bytes) {
    Reassembler reassembler(edition);
    const Bytes whole = datagram(family, bytes);
    std::string out;
    std::istringstream words{std::string(parts)};
    for (std::string word; words >> word;) {
        const Taken taken = reassembler.take(fragment(family, parse_part(word), whole), from_inside, 0);
        out += (out.empty() ? "" : " ") + outcome_text(taken);
    }
    return out;
}

}  // namespace conntrack::testing

// Every packet that a recorded kernel translated: told only the new addresses, ports and ids, the rewriting makes the
// same bytes, all checksums included.
#include "spec/icmp.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/rewrite.hpp"
#include "tests/spec/wire/recorded/packets.hpp"
#include "tests/support/sanitized.hpp"

#include <gtest/gtest.h>
#include <map>

namespace conntrack::testing {

namespace {

using Bytes = std::vector<std::uint8_t>;
using wire::Part;
using wire::Replacement;

/// What stands in a part of the IP packet at `ip`.
Replacement read_part(const Bytes& packet, std::size_t ip, Part part) {
    const auto outer = wire::layout_of(packet).value();
    const auto at = wire::layout_of(packet, ip, outer.family).value();
    const bool v6 = at.family == Family::ipv6, source = part == Part::source;
    const std::size_t length = v6 ? 16 : 4, address = ip + (v6 ? 8 : 12) + (source ? 0 : length);
    Replacement out{part, Address::from_bytes(std::span(packet).subspan(address, length)), std::nullopt};
    if (packet.size() < at.transport + 8) return out;
    switch (at.protocol) {
        case protocol::tcp:
        case protocol::udp:
        case protocol::udplite:
        case protocol::sctp: out.value = wire::get16(packet, at.transport + (source ? 0 : 2)); break;
        case protocol::icmp:
            if (icmp::partner(packet[at.transport])) out.value = wire::get16(packet, at.transport + 4);
            break;
        case protocol::icmpv6:
            if (icmp::v6_partner(packet[at.transport])) out.value = wire::get16(packet, at.transport + 4);
            break;
        default: break;
    }
    return out;
}

bool same_part(const Bytes& a, const Bytes& b, std::size_t ip, Part part) {
    const auto x = read_part(a, ip, part), y = read_part(b, ip, part);
    return x.address == y.address && x.value == y.value;
}

/// What one hook does: PRE_ROUTING changes destinations, POST_ROUTING sources, and in a quoted packet the other part.
void translate(Bytes& packet, const Bytes& result, Part part, const RewriteSwitches& switches) {
    const auto quoted = wire::quoted_offset(packet);
    const Part inner = wire::opposite(part);
    const bool inside = quoted && !same_part(packet, result, *quoted, inner);
    if (!inside && same_part(packet, result, 0, part)) return;
    if (quoted) {
        ASSERT_TRUE(wire::replace_part(packet, *quoted, read_part(result, *quoted, inner), switches));
        wire::redo_icmp_checksum(packet);
    }
    ASSERT_TRUE(wire::replace_part(packet, 0, read_part(result, 0, part), switches));
}

/// Whether NAT alone lies between the two: helpers change payloads, reassembly and IP options have tests of their own.
bool comparable(const RecordedPacket& p) {
    if (p.out.empty() || p.out == p.in || p.out.size() != p.in.size() || p.group.starts_with("helper")) return false;
    if (p.where.starts_with("ftp_")) return false;
    if (p.in[0] >> 4 == 6) return p.in[6] != wire::ipv6_header::fragment;
    return p.in[0] == 0x45 && (wire::get16(p.in, 6) & 0x3fff) == 0;
}

}  // namespace

TEST(RecordedRewrites, GiveTheSameBytes) {
    std::vector<EditionId> looked_at(all_editions.begin(), all_editions.end());
    if (sanitized) looked_at = {EditionId::linux_6_18};
    std::map<std::string, int> packets, errors;
    each_recorded_packet(looked_at, [&](const RecordedPacket& p) {
        if (!comparable(p)) return;
        Bytes packet = p.in;
        translate(packet, p.out, Part::destination, p.edition->rewrite);
        translate(packet, p.out, Part::source, p.edition->rewrite);
        EXPECT_EQ(packet, p.out) << p.edition->name << " " << p.where;
        ++packets[std::string(p.edition->name)];
        if (wire::quoted_offset(p.in)) ++errors[std::string(p.edition->name)];
    });
    for (const EditionId id : looked_at) {
        const std::string name(edition(id).name);
        EXPECT_GT(packets[name], 1500) << name;
        EXPECT_GT(errors[name], 40) << name;
        RecordProperty(name, packets[name]);
        std::cout << name << ": " << packets[name] << " packets, of these " << errors[name] << " errors\n";
    }
}

}  // namespace conntrack::testing

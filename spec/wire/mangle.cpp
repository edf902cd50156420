#include "spec/wire/mangle.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/layout.hpp"

#include <span>

namespace conntrack::wire {

namespace {

using Bytes = std::span<std::uint8_t>;
constexpr std::size_t tcp_header = 20, tcp_checksum = 16, tcp_seq = 4, tcp_ack = 8, tcp_offset = 12, tcp_flags = 13;

void sum_anew(Bytes packet, const Layout& layout) {
    constexpr std::size_t ipv6_header = 40, ip_checksum = 10;
    if (layout.family == Family::ipv4) {
        put16(packet, 2, static_cast<std::uint32_t>(packet.size()));
        put16(packet, ip_checksum, 0);
        put16(packet, ip_checksum, complement(sum_bytes(packet.first((packet[0] & 0xfU) * std::size_t{4}))));
    } else {
        put16(packet, 4, static_cast<std::uint32_t>(packet.size() - ipv6_header));
    }
    const Bytes segment = packet.subspan(layout.transport);
    put16(segment, tcp_checksum, 0);
    const std::uint32_t pseudo =
        pseudo_header_sum(layout.family, source_of(packet, layout.family), destination_of(packet, layout.family),
                          protocol::tcp, static_cast<std::uint32_t>(segment.size()));
    put16(segment, tcp_checksum, complement(sum_bytes(segment, pseudo)));
}

/// Adds to a number in the header, and tells the checksum.
void add32(Bytes segment, std::size_t at, std::uint32_t value) {
    const std::uint32_t before = get32(segment, at), after = before + value;
    put32(segment, at, after);
    std::uint32_t sum = get16(segment, tcp_checksum);
    sum = adjusted<Concrete>(sum, before >> 16, after >> 16);
    sum = adjusted<Concrete>(sum, before & 0xffff, after & 0xffff);
    put16(segment, tcp_checksum, sum);
}

/// False: an option is cut.
bool shift_selective_acks(Bytes segment, const expect::Shift<Concrete>& others) {
    constexpr std::uint8_t end_of_options = 0, no_operation = 1, sack = 5;
    constexpr std::size_t edge = 4, block = 2 * edge;
    const std::size_t end = (segment[tcp_offset] >> 4) * std::size_t{4};
    if (end > segment.size()) return false;
    for (std::size_t at = tcp_header; at < end;) {
        const std::uint8_t kind = segment[at];
        if (kind == end_of_options) return true;
        if (kind == no_operation) {
            ++at;
            continue;
        }
        if (at + 1 == end || segment[at + 1] < 2 || at + segment[at + 1] > end) return false;
        const std::size_t next = at + segment[at + 1];
        if (kind == sack && next - at >= 2 + block && (next - at - 2) % block == 0)
            for (std::size_t e = at + 2; e < next; e += edge)
                add32(segment, e, 0 - expect::shift_of_ack<Concrete>(others, get32(segment, e)));
        at = next;
    }
    return true;
}

}  // namespace

bool replace_text(std::vector<std::uint8_t>& packet, std::size_t offset, std::size_t length, std::string_view by) {
    constexpr std::size_t longest = 65'535;
    const auto layout = layout_of(packet);
    if (!layout || !layout->found || packet.size() < layout->transport + tcp_header) return false;
    const std::size_t text = layout->transport + (packet[layout->transport + tcp_offset] >> 4) * std::size_t{4};
    if (text > packet.size() || offset > packet.size() - text || length > packet.size() - text - offset) return false;
    if (packet.size() - length + by.size() > longest) return false;
    const auto begin = packet.begin() + static_cast<std::ptrdiff_t>(text + offset);
    const auto at = packet.erase(begin, begin + static_cast<std::ptrdiff_t>(length));
    packet.insert(at, by.begin(), by.end());
    sum_anew(packet, *layout);
    return true;
}

bool shift_sequence(std::vector<std::uint8_t>& packet, const std::array<expect::Shift<Concrete>, 2>& shifts,
                    Direction dir, const Edition& edition) {
    constexpr std::uint8_t ack_flag = 0x10;
    const auto layout = layout_of(packet);
    if (!layout || packet.size() < layout->transport + tcp_header) return false;
    const Bytes segment = Bytes(packet).subspan(layout->transport);
    const auto &own = shifts[static_cast<std::size_t>(dir)], &others = shifts[static_cast<std::size_t>(other(dir))];
    add32(segment, tcp_seq, expect::shift_at<Concrete>(own, get32(segment, tcp_seq)));
    if (edition.helper.adjusts_only_acks && (segment[tcp_flags] & ack_flag) == 0) return true;
    add32(segment, tcp_ack, 0 - expect::shift_of_ack<Concrete>(others, get32(segment, tcp_ack)));
    return shift_selective_acks(segment, others);
}

void write_zero_sum_as_ones(std::vector<std::uint8_t>& packet) {
    const auto layout = layout_of(packet);
    if (!layout || packet.size() < layout->transport + tcp_header) return;
    const Bytes segment = Bytes(packet).subspan(layout->transport);
    if (get16(segment, tcp_checksum) == 0) put16(segment, tcp_checksum, 0xffff);
}

}  // namespace conntrack::wire

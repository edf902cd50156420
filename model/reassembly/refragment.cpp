#include "model/reassembly/refragment.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace conntrack {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t smallest_ipv6_mtu = 1280, fragment_header_bytes = 8;

bool is_ipv4(Bytes b) { return b[0] >> 4 == 4; }

/// Later pieces carry only the options that are to be copied; the others turn into "no operation".
void blank_options(PacketBytes& b, std::size_t header) {
    constexpr std::uint8_t end_of_list = 0, no_operation = 1, copied = 0x80;
    for (std::size_t at = 20; at < header && b[at] != end_of_list;) {
        if (b[at] == no_operation) {
            ++at;
            continue;
        }
        if (at + 1 >= header || b[at + 1] < 2 || at + b[at + 1] > header) return;
        const std::size_t bytes = b[at + 1];
        if ((b[at] & copied) == 0) std::fill_n(b.begin() + static_cast<std::ptrdiff_t>(at), bytes, no_operation);
        at += bytes;
    }
}

/// Where an IPv6 fragment header goes (ip6_find_1stfragopt()), and the byte that will name it.
struct Place {
    std::size_t header = 40;
    std::size_t next_header = 6;
};

/// `b` is what of the packet stands in one piece: of a reassembled one, its first part. Nothing: the headers lead
/// beyond.
std::optional<Place> place_of_fragment_header(Bytes b) {
    constexpr std::uint8_t hop_by_hop = 0, routing = 43, destination_options = 60;
    Place place;
    bool routed = false;
    for (;;) {
        const std::uint8_t next = b[place.next_header];
        if (next == routing) routed = true;
        const bool passed = next == hop_by_hop || next == routing || (next == destination_options && !routed);
        if (!passed) return place;
        if (place.header + 2 > b.size()) return std::nullopt;
        place.next_header = place.header;
        place.header += (std::size_t{b[place.header + 1]} + 1) * 8;
        if (place.header > b.size()) return std::nullopt;
    }
}

/// One piece: the header, then `data`, which stands at `offset` of the fragmentable part.
struct Cutter {
    Bytes packet;
    std::uint32_t header;  // bytes in front of what is cut
    std::size_t next_header_at = 0;
    std::uint32_t id = 0;
    bool dont_fragment = false;

    [[nodiscard]] PacketBytes piece(std::uint32_t offset, std::uint32_t bytes, bool more) const {
        const Bytes data = packet.subspan(header + offset, bytes);
        PacketBytes out(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(header));
        if (is_ipv4(packet)) {
            if (offset != 0) blank_options(out, header);
            wire::put16(out, 2, header + bytes);
            wire::put16(out, 6, offset / 8 | (more ? 0x2000u : 0u) | (dont_fragment ? 0x4000u : 0u));
            wire::put16(out, 10, 0);
            wire::put16(out, 10, wire::complement(wire::sum_bytes(out)));
        } else {
            const std::uint8_t protocol = std::exchange(out[next_header_at], std::uint8_t{44});
            wire::put16(out, 4, header - 40 + fragment_header_bytes + bytes);
            out.insert(out.end(), {protocol, 0, 0, 0, 0, 0, 0, 0});
            wire::put16(out, header + 2, offset | (more ? 1u : 0u));
            wire::put16(out, header + 4, id >> 16);
            wire::put16(out, header + 6, id & 0xffff);
        }
        out.insert(out.end(), data.begin(), data.end());
        return out;
    }
};

/// The sizes at which a packet is cut.
struct Sizes {
    std::vector<std::uint32_t> bytes;
    bool as_they_came = false;
};

/// The sizes that came, if every piece fits into `room`; nothing if the packet must be cut anew.
std::optional<Sizes> sizes_that_came(const Cutter& cutter, const Chunks& chunks, std::uint32_t room) {
    const auto& came = chunks.sizes;
    if (came.size() < 2 || came[0] <= cutter.header) return std::nullopt;
    if (std::accumulate(came.begin(), came.end(), std::size_t{0}) != cutter.packet.size()) return std::nullopt;
    Sizes out{came, true};
    out.bytes[0] -= cutter.header;
    const bool fit = std::ranges::all_of(out.bytes, [room](std::uint32_t bytes) { return bytes <= room; });
    const bool aligned =
        std::all_of(out.bytes.begin(), out.bytes.end() - 1, [](std::uint32_t b) { return b % 8 == 0; });
    return fit && aligned ? std::optional(out) : std::nullopt;
}

Sizes sizes_anew(const Cutter& cutter, std::uint32_t room) {
    Sizes out;
    const std::uint32_t step = std::max(room / 8 * 8, std::uint32_t{8});
    for (auto left = static_cast<std::uint32_t>(cutter.packet.size()) - cutter.header; left != 0;
         left -= out.bytes.back())
        out.bytes.push_back(left <= room ? left : std::min(left, step));
    return out;
}

/// Cuts so that `room` bytes behind the headers suffice. "Do not fragment" stays only in pieces that are cut anew.
std::vector<PacketBytes> cut(Cutter cutter, const Chunks& chunks, std::uint32_t room) {
    const Sizes sizes = sizes_that_came(cutter, chunks, room).value_or(sizes_anew(cutter, room));
    if (sizes.as_they_came) cutter.dont_fragment = false;
    std::vector<PacketBytes> out;
    std::uint32_t offset = 0;
    for (std::size_t i = 0; i < sizes.bytes.size(); ++i) {
        out.push_back(cutter.piece(offset, sizes.bytes[i], i + 1 < sizes.bytes.size()));
        offset += sizes.bytes[i];
    }
    return out;
}

std::vector<PacketBytes> whole(Bytes packet) { return {PacketBytes(packet.begin(), packet.end())}; }

bool must_not_be_cut(Bytes b) { return is_ipv4(b) && (b[6] & 0x40) != 0; }

std::vector<PacketBytes> refragment_ipv4(Bytes packet, const Chunks& chunks, std::uint32_t mtu) {
    const std::uint32_t header = (packet[0] & 0xfu) * 4;
    if (header < 20 || header >= packet.size()) return whole(packet);
    // Once fragmented, always fragmented: later editions remember the largest, and go by it.
    if (packet.size() <= mtu && chunks.largest == 0) return whole(packet);
    const std::uint32_t most = chunks.largest != 0 ? std::min(chunks.largest, mtu) : mtu;
    const Cutter cutter{packet, header, 0, 0, must_not_be_cut(packet)};
    return cut(cutter, chunks, most > header ? most - header : 0);
}

std::vector<PacketBytes> refragment_ipv6(Bytes packet, const Chunks& chunks, std::uint32_t mtu, std::uint32_t id) {
    if (packet.size() <= mtu && (chunks.largest == 0 || packet.size() <= chunks.largest)) return whole(packet);
    const std::size_t in_one_piece = chunks.sizes.empty() ? packet.size() : chunks.sizes[0];
    const auto place = place_of_fragment_header(packet.first(std::min(in_one_piece, packet.size())));
    if (!place || place->header >= packet.size()) return {};
    const std::uint32_t most = chunks.largest != 0 ? std::max(chunks.largest, smallest_ipv6_mtu) : mtu;
    const std::uint32_t headers = static_cast<std::uint32_t>(place->header) + fragment_header_bytes;
    const Cutter cutter{packet, static_cast<std::uint32_t>(place->header), place->next_header, id, false};
    return cut(cutter, chunks, most > headers ? most - headers : 0);
}

}  // namespace

void Chunks::pull(std::uint32_t bytes) {
    if (sizes.empty()) return;
    std::size_t eaten = 1;
    while (sizes[0] < bytes && eaten < sizes.size()) {
        const std::uint32_t part = std::min(bytes - sizes[0], sizes[eaten]);
        sizes[0] += part;
        sizes[eaten] -= part;
        if (sizes[eaten] == 0) ++eaten;
    }
    sizes.erase(sizes.begin() + 1, sizes.begin() + static_cast<std::ptrdiff_t>(eaten));
}

bool too_big(Bytes packet, const Chunks& chunks, std::uint32_t mtu) {
    if (packet.empty()) return false;
    const bool reassembled = !chunks.sizes.empty();
    if (!reassembled) return packet.size() > mtu && (!is_ipv4(packet) || must_not_be_cut(packet));
    if (is_ipv4(packet)) return must_not_be_cut(packet) && chunks.largest > mtu;
    return packet.size() > mtu && chunks.largest > mtu;
}

std::vector<PacketBytes> refragment(Bytes packet, const Chunks& chunks, std::uint32_t mtu, std::uint32_t id) {
    if (packet.size() < 20) return whole(packet);
    if (is_ipv4(packet)) return refragment_ipv4(packet, chunks, mtu);
    if (packet[0] >> 4 != 6 || packet.size() < 40) return whole(packet);
    return refragment_ipv6(packet, chunks, mtu, id);
}

}  // namespace conntrack

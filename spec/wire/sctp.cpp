#include "spec/wire/sctp.hpp"

#include "spec/wire/big_endian.hpp"

#include <array>
#include <boost/crc.hpp>

namespace conntrack::wire {

namespace {

constexpr std::size_t chunk_header = 4, init_bytes = 16;
constexpr std::uint8_t init_type = 1, init_ack_type = 2;

sctp::Chunk read_chunk(std::span<const std::uint8_t> bytes) {
    sctp::Chunk out;
    out.type = bytes[0];
    out.flags = bytes[1];
    out.length = get16(bytes, 2);
    const bool opens = out.type == init_type || out.type == init_ack_type;
    out.has_init = opens && bytes.size() >= chunk_header + init_bytes;
    if (out.has_init) out.init_tag = get32(bytes, chunk_header);
    return out;
}

}  // namespace

std::optional<sctp::Header> read_sctp(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < sctp_header_bytes) return std::nullopt;
    sctp::Header out;
    out.tag = get32(bytes, 4);
    std::size_t at = sctp_header_bytes;
    while (at + chunk_header <= bytes.size()) {
        out.chunks.push_back(read_chunk(bytes.subspan(at)));
        const std::size_t length = out.chunks.back().length;
        if (length == 0) break;
        at += (length + 3) / 4 * 4;
    }
    return out;
}

std::uint32_t sctp_checksum(std::span<const std::uint8_t> packet) {
    constexpr std::array<std::uint8_t, 4> zeros{};
    boost::crc_optimal<32, 0x1edc6f41, 0xffff'ffff, 0xffff'ffff, true, true> crc;
    crc.process_bytes(packet.data(), sctp_checksum_at);
    crc.process_bytes(zeros.data(), zeros.size());
    const auto rest = packet.subspan(sctp_header_bytes);
    crc.process_bytes(rest.data(), rest.size());
    std::array<std::uint8_t, 4> field{};
    for (unsigned i = 0; i < 4; ++i) field[i] = static_cast<std::uint8_t>(crc.checksum() >> 8 * i);
    return get32(field, 0);
}

}  // namespace conntrack::wire

#include "spec/wire/checksum.hpp"

namespace conntrack::wire {

std::uint32_t sum_bytes(std::span<const std::uint8_t> bytes, std::uint32_t sum) {
    std::uint64_t total = sum;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) total += static_cast<std::uint32_t>(bytes[i] << 8 | bytes[i + 1]);
    if (i < bytes.size()) total += static_cast<std::uint32_t>(bytes[i] << 8);
    while (total >> 32 != 0) total = (total & 0xffff'ffff) + (total >> 32);
    return static_cast<std::uint32_t>((total & 0xffff) + (total >> 16));
}

std::uint16_t fold(std::uint32_t sum) {
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

std::uint32_t pseudo_header_sum(Family family, const Address& src, const Address& dst, std::uint8_t protocol,
                                std::uint32_t length) {
    const auto s = src.bytes();
    const auto d = dst.bytes();
    const std::size_t from = family == Family::ipv4 ? 12 : 0;
    std::uint32_t sum = sum_bytes(std::span(s).subspan(from));
    sum = sum_bytes(std::span(d).subspan(from), sum);
    return sum + protocol + (length >> 16) + (length & 0xffff);
}

}  // namespace conntrack::wire

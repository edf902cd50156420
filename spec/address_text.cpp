#include "spec/address_text.hpp"

#include <arpa/inet.h>
#include <array>

namespace conntrack {

std::optional<Address> read_address(Family family, std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN || text.find(char{}) != text.npos) return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    const bool v4 = family == Family::ipv4;
    if (inet_pton(v4 ? AF_INET : AF_INET6, std::string(text).c_str(), bytes.data()) != 1) return std::nullopt;
    return Address::from_bytes(std::span(bytes).first(v4 ? 4 : 16));
}

std::string address_text(Family family, const Address& address) {
    const auto bytes = address.bytes();
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (family == Family::ipv4)
        inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
    else
        inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

}  // namespace conntrack

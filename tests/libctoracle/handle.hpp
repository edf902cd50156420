// A handle of the C library for tests, and packets to give it.
#pragma once

#include "libctoracle/ctoracle.h"
#include "oracle/traffic/packet_bytes.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace conntrack::library {

struct Destroy {
    void operator()(ctoracle* oracle) const { ctoracle_destroy(oracle); }
};
using Handle = std::unique_ptr<ctoracle, Destroy>;
using Bytes = std::vector<std::uint8_t>;

inline constexpr std::int64_t second = 1'000'000'000;
inline constexpr std::array<const char*, 2> two_interfaces = {"inside=10.0.0.1/24", "outside=192.0.2.1/24"};

inline Handle create(const char* edition, const char* tracker, bool with_router = false) {
    const ctoracle_options options{sizeof options,
                                   edition,
                                   tracker,
                                   with_router ? two_interfaces.data() : nullptr,
                                   with_router ? two_interfaces.size() : 0,
                                   nullptr,
                                   0};
    ctoracle* out = nullptr;
    EXPECT_EQ(ctoracle_create(&options, &out), CTORACLE_OK) << ctoracle_message();
    return Handle(out);
}

inline ctoracle_verdict track(const Handle& oracle, const Bytes& packet, std::int64_t now,
                              const char* interface = nullptr) {
    ctoracle_verdict out{};
    out.size = sizeof out;
    EXPECT_EQ(ctoracle_track(oracle.get(), interface, packet.data(), packet.size(), now, &out), CTORACLE_OK)
        << ctoracle_message();
    return out;
}

inline oracle::traffic::IpText between(std::uint32_t src, std::uint32_t dst, std::uint8_t protocol) {
    return {.src = Address::v4(src), .dst = Address::v4(dst), .protocol = protocol};
}

inline constexpr std::uint32_t host = 0x0a00'0002, server = 0xc000'0209, router_outside = 0xc000'0201;

inline Bytes udp(std::uint32_t src, std::uint16_t sport, std::uint32_t dst, std::uint16_t dport) {
    return oracle::traffic::udp_packet(between(src, dst, protocol::udp), sport, dport, 4);
}

}  // namespace conntrack::library

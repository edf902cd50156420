// Where transport headers and quoted packets begin.
#include "spec/wire/layout.hpp"
#include "tests/spec/wire/bytes.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

constexpr Family v4 = Family::ipv4, v6 = Family::ipv6;

Bytes first(const Bytes& bytes, std::size_t n) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)};
}

}  // namespace

TEST(Layout, OfWholePackets) {
    const auto four = wire::layout_of(ipv4(17, udp_bytes(v4, {})));
    ASSERT_TRUE(four);
    EXPECT_TRUE(four->found && !four->later_fragment);
    EXPECT_EQ(four->transport, 20U);
    EXPECT_EQ(four->protocol, 17);

    Bytes options = join({ipv4(17, {}), {1, 1, 1, 0}, udp_bytes(v4, {})});
    options[0] = 0x46;
    EXPECT_EQ(wire::layout_of(options)->transport, 24U);

    const auto six = wire::layout_of(ipv6(60, join({{58, 0, 0, 0, 0, 0, 0, 0}, echo_bytes(v6)})));
    EXPECT_EQ(six->transport, 48U);
    EXPECT_EQ(six->protocol, 58);
    EXPECT_TRUE(wire::layout_of(ipv4(17, udp_bytes(v4, {}), 3))->later_fragment);
}

TEST(Layout, OfWhatIsNone) {
    EXPECT_FALSE(wire::layout_of(Bytes{}));
    EXPECT_FALSE(wire::layout_of(Bytes{0x50}));
    EXPECT_FALSE(wire::layout_of(first(ipv4(17, udp_bytes(v4, {})), 19)));
    EXPECT_FALSE(wire::layout_of(first(ipv6(17, udp_bytes(v6, {})), 39)));
    Bytes long_header = ipv4(17, {});
    long_header[0] = 0x4f;
    EXPECT_FALSE(wire::layout_of(long_header)->found) << "options that are not there";
    EXPECT_EQ(wire::layout_of(long_header)->transport, 20U);
    EXPECT_FALSE(wire::layout_of(ipv6(wire::ipv6_header::none, {}))->found);
}

TEST(Layout, WhereErrorsQuote) {
    EXPECT_EQ(wire::quoted_offset(ipv4(1, error_bytes(v4, ipv4(17, udp_bytes(v4, {}))))), 28U);
    EXPECT_EQ(wire::quoted_offset(ipv6(58, error_bytes(v6, ipv6(17, udp_bytes(v6, {}))))), 48U);
    EXPECT_EQ(wire::quoted_offset(ipv4(1, echo_bytes(v4))), std::nullopt) << "a query quotes nothing";
    EXPECT_EQ(wire::quoted_offset(ipv6(58, echo_bytes(v6))), std::nullopt);
    EXPECT_EQ(wire::quoted_offset(ipv4(17, udp_bytes(v4, ipv4(17, {})))), std::nullopt);
    EXPECT_EQ(wire::quoted_offset(ipv4(1, error_bytes(v4, first(ipv4(17, {}), 19)))), std::nullopt);
    EXPECT_EQ(wire::quoted_offset(ipv4(1, error_bytes(v4, ipv4(17, {})), 5)), std::nullopt) << "a later fragment";
    Bytes other_version = ipv4(1, error_bytes(v4, ipv4(17, {})));
    other_version[28] = 0x65;
    EXPECT_EQ(wire::quoted_offset(other_version), 28U) << "the version of a quoted packet is not looked at";
}

TEST(Layout, WhereRedirectsOfIcmpv6Quote) {
    const auto redirect = [](std::uint8_t option, std::uint8_t length, const Bytes& quoted) {
        return ipv6(58, join({{137, 0, 0, 0, 0, 0, 0, 0}, Bytes(32), {option, length, 0, 0, 0, 0, 0, 0}, quoted}));
    };
    const Bytes udp = ipv6(17, udp_bytes(v6, {}));
    EXPECT_EQ(wire::quoted_offset(redirect(4, 7, udp)), 40U + 40U + 8U);
    EXPECT_EQ(wire::quoted_offset(redirect(2, 7, udp)), std::nullopt) << "a link-layer address";
    EXPECT_EQ(wire::quoted_offset(redirect(4, 0, udp)), std::nullopt);
    EXPECT_EQ(wire::quoted_offset(redirect(4, 5, first(udp, 39))), std::nullopt);
}

}  // namespace conntrack::testing

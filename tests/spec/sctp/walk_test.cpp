// What the walk over a packet's chunks says before any of them is judged.
#include "spec/clause_table.hpp"
#include "spec/sctp/packet.hpp"
#include "tests/support/editions.hpp"

#include <string>

namespace conntrack::testing {

namespace {

constexpr std::uint8_t data = 0, init = 1, init_ack = 2, sack = 3, heartbeat = 4, abort_ = 6, shutdown = 7,
                       shutdown_ack = 8, cookie_echo = 10, cookie_ack = 11, complete = 14;

sctp::Header header_of(const std::vector<std::uint8_t>& types, std::uint16_t length_of_last = 4) {
    sctp::Header out;
    for (const std::uint8_t type : types) out.chunks.push_back({.type = type, .flags = 0, .length = 4});
    if (!out.chunks.empty()) out.chunks.back().length = length_of_last;
    return out;
}

}  // namespace

class SctpWalk : public EveryEdition {
  protected:
    [[nodiscard]] static std::string fault(const sctp::Header& header) {
        const auto walk = sctp::walk(header, tested());
        return walk.fault ? std::string(info(*walk.fault).name) : "";
    }
    [[nodiscard]] static bool bears_own_tag(const std::vector<std::uint8_t>& types) {
        return sctp::walk(header_of(types), tested()).bears_own_tag;
    }
};
CTORACLE_EVERY_EDITION(SctpWalk);

TEST_P(SctpWalk, SomeChunksComeFirstAndSomeAlone) {
    for (const std::uint8_t alone : {init, init_ack, complete}) {
        EXPECT_EQ(fault(header_of({alone})), "");
        EXPECT_EQ(fault(header_of({alone, data})), "sctp.chunks.order");
        EXPECT_EQ(fault(header_of({data, alone})), "sctp.chunks.order");
    }
    for (const std::uint8_t first : {cookie_echo, cookie_ack}) {
        EXPECT_EQ(fault(header_of({first, data, sack})), "");
        EXPECT_EQ(fault(header_of({data, first})), "sctp.chunks.order");
    }
    EXPECT_EQ(fault(header_of({sack, data, heartbeat, abort_})), "");
}

TEST_P(SctpWalk, NoChunkAndNoLengthAreRefusedWhereTheWalkIsBounded) {
    const bool bounded = !is(EditionId::linux_2_6_9);
    EXPECT_EQ(fault(header_of({})), bounded ? "sctp.chunks.none" : "");
    EXPECT_EQ(fault(header_of({data}, 0)), bounded ? "sctp.chunks.zero_length" : "sctp.chunks.endless");
    EXPECT_EQ(fault(header_of({data, abort_}, 0)), bounded ? "sctp.chunks.zero_length" : "sctp.chunks.endless");
    // The endless walk meets these a second time, and refuses them.
    EXPECT_EQ(fault(header_of({init}, 0)), bounded ? "sctp.chunks.zero_length" : "sctp.chunks.order");
    EXPECT_EQ(fault(header_of({cookie_echo}, 0)), bounded ? "sctp.chunks.zero_length" : "sctp.chunks.order");
}

TEST_P(SctpWalk, AChunkWithARuleOfItsOwnSparesThePacketTheTest) {
    for (const std::uint8_t own : {init, complete, cookie_echo, abort_, shutdown_ack})
        EXPECT_FALSE(bears_own_tag({own}));
    for (const std::uint8_t none : {data, sack, init_ack, shutdown, cookie_ack}) EXPECT_TRUE(bears_own_tag({none}));
    EXPECT_FALSE(bears_own_tag({data, abort_}));
    EXPECT_EQ(bears_own_tag({heartbeat}), !is(EditionId::linux_6_18));
}

}  // namespace conntrack::testing

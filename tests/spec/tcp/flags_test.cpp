// Packet classes, and which of the 64 sets of flags are legal: the lists of facts, written out once more.
#include "spec/tcp/flags.hpp"
#include "tests/support/editions.hpp"

#include <set>

namespace conntrack::testing {

namespace {

std::uint8_t flags_named(const std::string& letters) {
    std::uint8_t flags = 0;
    for (const char c : letters) {
        const std::size_t bit = std::string("FSRPAU").find(c);
        EXPECT_NE(bit, std::string::npos) << c;
        flags = static_cast<std::uint8_t>(flags | 1 << bit);
    }
    return flags;
}

/// The legal sets; in later editions any of them with PSH as well.
std::set<std::uint8_t> legal_sets(const Edition& edition) {
    std::set<std::uint8_t> out;
    if (edition.id == EditionId::linux_2_6_9) {
        for (const char* set : {"S", "SA", "R", "RA", "RAP", "FA", "A", "AP", "AU", "AUP", "FAP", "FAU", "FAUP"})
            out.insert(flags_named(set));
        return out;
    }
    for (const char* set : {"S", "SU", "SA", "R", "RA", "FA", "FAU", "A", "AU"}) {
        out.insert(flags_named(set));
        out.insert(static_cast<std::uint8_t>(flags_named(set) | tcp::flag_psh));
    }
    return out;
}

}  // namespace

using TcpFlags = EveryEdition;
CTORACLE_EVERY_EDITION(TcpFlags);

TEST_P(TcpFlags, AllSixtyFourSets) {
    const auto legal = legal_sets(tested());
    EXPECT_EQ(legal.size(), is(EditionId::linux_2_6_9) ? 13U : 18U);
    for (unsigned flags = 0; flags < 64; ++flags)
        EXPECT_EQ(tcp::valid_flags(static_cast<std::uint8_t>(flags), tested()),
                  legal.count(static_cast<std::uint8_t>(flags)) != 0)
            << flags;
}

TEST_P(TcpFlags, EceAndCwrNeverMatter) {
    for (unsigned flags = 0; flags < 256; ++flags)
        EXPECT_EQ(tcp::valid_flags(static_cast<std::uint8_t>(flags), tested()),
                  tcp::valid_flags(static_cast<std::uint8_t>(flags & 0x3f), tested()))
            << flags;
}

TEST(PacketClasses, FirstThatAppliesOfRstSynFinAck) {
    using tcp::PacketClass;
    EXPECT_EQ(tcp::packet_class(flags_named("S")), PacketClass::syn);
    EXPECT_EQ(tcp::packet_class(flags_named("SU")), PacketClass::syn);
    EXPECT_EQ(tcp::packet_class(flags_named("SA")), PacketClass::synack);
    EXPECT_EQ(tcp::packet_class(flags_named("FA")), PacketClass::fin);
    EXPECT_EQ(tcp::packet_class(flags_named("F")), PacketClass::fin);
    EXPECT_EQ(tcp::packet_class(flags_named("AP")), PacketClass::ack);
    EXPECT_EQ(tcp::packet_class(flags_named("RA")), PacketClass::rst);
    EXPECT_EQ(tcp::packet_class(flags_named("RS")), PacketClass::rst);
    EXPECT_EQ(tcp::packet_class(flags_named("SF")), PacketClass::syn);
    EXPECT_EQ(tcp::packet_class(flags_named("PU")), PacketClass::none);
    EXPECT_EQ(tcp::packet_class(0), PacketClass::none);
}

TEST(PacketClasses, NamesAndNumbersAreTheKernels) {
    constexpr std::string_view names[] = {"syn", "synack", "fin", "ack", "rst", "none"};
    for (std::size_t i = 0; i < tcp::class_count; ++i) EXPECT_EQ(tcp::name(static_cast<tcp::PacketClass>(i)), names[i]);
}

TEST_P(TcpFlags, StatesAreNamedAsProcPrintsThem) {
    constexpr std::string_view names[] = {"NONE",       "SYN_SENT", "SYN_RECV",  "ESTABLISHED", "FIN_WAIT",
                                          "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE"};
    for (std::size_t i = 0; i < std::size(names); ++i)
        EXPECT_EQ(tcp::name(static_cast<tcp::State>(i), tested()), names[i]);
    EXPECT_EQ(tcp::name(tcp::State::syn_sent2, tested()), is(EditionId::linux_2_6_9) ? "LISTEN" : "SYN_SENT2");
}

}  // namespace conntrack::testing

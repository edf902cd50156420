// What a running linux-6.18 router did with fragments: sent through TUN devices, with a rule that asks for the state of
// connections. A column says what became of each fragment; notation in fragments.hpp.
#include "tests/model/reassembly/fragments.hpp"

#include "spec/editions.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

struct Seen {
    const char* what;
    const char* in;
    const char* ipv4;
    const char* ipv6;  // null: as IPv4
    std::size_t bytes = 120;
};

constexpr Seen table[] = {
    {"in order", "0-48+ 48-96+ 96-120", "w w [0-48+ 48-96+ 96-120]", nullptr},
    {"reversed", "96-120 48-96+ 0-48+", "w w [0-48+ 48-96+ 96-120]", nullptr},
    {"duplicates", "0-48+ 0-48+ 48-96+ 48-96+ 96-120", "w x w x [0-48+ 48-96+ 96-120]", nullptr},
    {"inside a run", "0-48+ 48-96+ 8-88+ 96-120", "w w x [0-48+ 48-96+ 96-120]", nullptr},
    {"inside one fragment", "0-48+ 8-24+ 48-120", "w x [0-48+ 48-120]", nullptr},
    {"a run appended, again", "0-48+ 48-96+ 0-96+ 96-120", "w w x [0-48+ 48-96+ 96-120]", nullptr},
    {"two runs, again", "48-96+ 0-48+ 0-96+ 96-120", "w w !x w", nullptr},
    {"a gap filled, again", "0-16+ 32-48+ 16-32+ 0-48+ 48-120", "w w w !x w", nullptr},
    {"a gap filled, its front again", "0-16+ 32-48+ 16-32+ 0-32+ 48-120", "w w w !x w", nullptr},
    {"around an earlier one", "8-24+ 0-48+ 48-120", "w !x w", nullptr},
    {"half over an earlier one, then anew", "0-48+ 40-80+ 48-120 0-48+", "w !x w [0-48+ 48-120]", nullptr},
    {"half over a later one", "48-96+ 40-56+", "w !x", nullptr},
    {"odd length first", "0-45+ 40-120", "w [0-40+ 40-120]", "p w"},
    {"odd length second", "0-48+ 48-53+ 48-120 0-48+", "w !x w [0-48+ 48-120]", "w !p w [0-48+ 48-120]"},
    {"the end, twice, differing", "96-120 96-112 0-96+", "w !x w", "w x [0-96+ 96-120]"},
    {"the end, twice, same", "96-120 96-120 0-96+", "w x [0-96+ 96-120]", nullptr},
    {"beyond the end", "48-120 120-136+ 0-48+", "w !x w", "w x [0-48+ 48-120]"},
    {"the end before other data", "96-112+ 48-64 0-96+ 112-120", "w !x w w", "w x w [0-96+ 96-112+ 112-120]"},
    {"empty in the middle", "0-48+ 48-48+ 48-120", "w !x w", "w x [0-48+ 48-120]"},
    {"empty at the end", "0-120+ 120-120", "w !x", "w x"},
    {"empty at the end first", "120-120 0-48+ 48-120+", "x w w", "x w [0-48+ 48-120]"},
    {"in one fragment", "0-120", "p", "[whole]"},
    {"in one fragment while others wait", "0-48+ 0-120i1 48-120", "w p [0-48+ 48-120]", "w !x w"},
    {"congestion 0 and 1", "0-48+ 48-120e1", "w !x", nullptr},
    {"congestion 3 and 0", "0-48+e3 48-120", "w !x", nullptr},
    {"congestion 1 and 2", "0-48+e1 48-120e2", "w [0-48+ 48-120]", nullptr},
    {"of two identifiers", "0-48+ 48-120i2 48-120 0-48+i2", "w w [0-48+ 48-120] [0-48+ 48-120]", nullptr},
    {"of two sources", "0-48+ 48-120s3 48-120", "w w [0-48+ 48-120]", nullptr},
    {"large", "0-1400+ 1400-2800", "w [0-1400+ 1400-2800]", nullptr, 2800},
    {"just below the header's gain", "0-1400+ 1400-1408", "w [0-1400+ 1400-1408]", "w [whole]", 1408},
    {"just above it", "0-1400+ 1400-1416", "w [0-1400+ 1400-1416]", nullptr, 1416},
};

}  // namespace

TEST(SeenOn618, Ipv4) {
    for (const Seen& s : table) EXPECT_EQ(play(linux_6_18, Family::ipv4, s.in, s.bytes), s.ipv4) << s.what;
}

TEST(SeenOn618, Ipv6) {
    for (const Seen& s : table)
        EXPECT_EQ(play(linux_6_18, Family::ipv6, s.in, s.bytes), s.ipv6 == nullptr ? s.ipv4 : s.ipv6) << s.what;
}

}  // namespace conntrack::testing

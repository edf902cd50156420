// The fast tracker is the model: whatever packets come, in whatever order and time, both say the same.
#include "tests/impl/lock_step.hpp"
#include "tests/impl/move_maker.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

constexpr std::size_t longest = 1500;

void expect_equal(EditionId id, const LockStep::Options& options) {
    expect_property([&] {
        LockStep both(id, options);
        const std::string wrong = both.play(*long_moves(longest));
        if (!wrong.empty()) RC_FAIL(wrong);
    });
}

}  // namespace

using FastTracker = EveryEdition;
CTORACLE_EVERY_EDITION(FastTracker);

TEST_P(FastTracker, IsTheModelPacketByPacket) { expect_equal(GetParam(), {}); }

TEST_P(FastTracker, IsTheModelInBatches) { expect_equal(GetParam(), {.batch = 40}); }

TEST_P(FastTracker, IsTheModelWhenItExpiresLittleByLittle) {
    expect_equal(GetParam(), {.expired_at_once = 1, .batch = 3});
}

TEST_P(FastTracker, IsTheModelWithModules) {
    expect_equal(GetParam(), {.modules = {.udplite = true, .sctp = false, .gre = false}, .later_notifier = true});
}

}  // namespace conntrack::testing

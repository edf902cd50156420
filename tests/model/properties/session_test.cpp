// Whatever packets come, in whatever order and time: the invariants hold after every move, and observers hear of each
// entry in order.
#include "tests/model/properties/session.hpp"
#include "tests/support/editions.hpp"

#include <rapidcheck/gtest.h>

namespace conntrack::testing {

namespace {

void expect_sound_sessions(EditionId id, Tracker::Options options) {
    rc::detail::checkGTest([&] {
        Session session(edition(id), options);
        const auto played = *moves();
        const std::string wrong = session.play(played);
        if (!wrong.empty()) RC_FAIL(wrong);
        RC_CLASSIFY(session.history().heard().size() > 10);
    });
}

}  // namespace

using Sessions = EveryEdition;
CTORACLE_EVERY_EDITION(Sessions);

TEST_P(Sessions, KeepEveryInvariant) { expect_sound_sessions(GetParam(), {}); }

TEST_P(Sessions, KeepThemWithModules) {
    expect_sound_sessions(GetParam(), {.modules = {.udplite = true, .sctp = false, .gre = false}});
}

TEST_P(Sessions, KeepThemWithTheLaterNotifier) {
    expect_sound_sessions(GetParam(), {.modules = {}, .later_notifier = true});
}

}  // namespace conntrack::testing

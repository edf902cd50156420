// Observers by themselves: who hears what, and that none can harm another.
#include "model/observers.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace conntrack::testing {

namespace {

class ObserversTest : public ::testing::Test {
  protected:
    Observers observers_;
    Entry entry_;
    std::string heard_;  // one letter for each call

    Observers::Id listen(char letter, EventMask mask = every_event) {
        return observers_.add(mask, [this, letter](const Notice&) { heard_ += letter; });
    }
    void tell(EventMask mask = mask_of(EventBit::new_)) { observers_.notify({mask, entry_, 0, 0}); }
};

}  // namespace

TEST_F(ObserversTest, HearInTheOrderOfTheirRegistration) {
    listen('a');
    listen('b');
    listen('c');
    tell();
    EXPECT_EQ(heard_, "abc");
}

TEST_F(ObserversTest, HearOnlyWhatSharesABitWithTheirMask) {
    listen('n', mask_of(EventBit::new_));
    listen('p', mask_of(EventBit::protoinfo));
    listen('0', 0);
    tell(mask_of(EventBit::protoinfo));
    EXPECT_EQ(heard_, "p");
    tell(static_cast<EventMask>(mask_of(EventBit::new_) | mask_of(EventBit::protoinfo)));
    EXPECT_EQ(heard_, "pnp") << "one call each, however many bits are shared";
}

TEST_F(ObserversTest, AreHandedTheWholeNotice) {
    entry_.id = 42;
    const auto both = static_cast<EventMask>(mask_of(EventBit::new_) | mask_of(EventBit::protoinfo));
    bool called = false;
    observers_.add(mask_of(EventBit::new_), [&](const Notice& n) {
        called = true;
        EXPECT_EQ(n.mask, both) << "the mask is not cut to what was asked for";
        EXPECT_EQ(n.entry.id, 42U);
        EXPECT_EQ(n.now, 7);
        EXPECT_EQ(n.time_left, 9);
        EXPECT_EQ(n.message(), Message::new_);
    });
    observers_.notify({both, entry_, 7, 9});
    EXPECT_TRUE(called);
}

TEST_F(ObserversTest, ThatThrowDoNotKeepOthersFromHearing) {
    observers_.add(every_event, [](const Notice&) { throw std::runtime_error("no room"); });
    listen('a');
    observers_.add(every_event, [](const Notice&) { throw 5; });
    listen('b');
    tell();
    EXPECT_EQ(heard_, "ab");
    EXPECT_EQ(observers_.failures(), 2U);
    EXPECT_EQ(observers_.last_failure(), "an observer threw something that is no exception");
    tell();
    EXPECT_EQ(heard_, "abab") << "and they stay subscribed";
    EXPECT_EQ(observers_.failures(), 4U);
}

TEST_F(ObserversTest, ThatThrowLeaveWhatTheySaid) {
    observers_.add(every_event, [](const Notice&) { throw std::runtime_error("no room"); });
    tell();
    EXPECT_EQ(observers_.last_failure(), "no room");
}

TEST_F(ObserversTest, MayLeaveWhileTheyAreCalled) {
    Observers::Id self = 0;
    self = observers_.add(every_event, [&](const Notice&) {
        heard_ += 's';
        observers_.remove(self);
    });
    listen('a');
    tell();
    tell();
    EXPECT_EQ(heard_, "saa");
}

TEST_F(ObserversTest, MaySendOthersAwayWhileTheyAreCalled) {
    const auto before = listen('x');
    Observers::Id after = 0;
    observers_.add(every_event, [&](const Notice&) {
        heard_ += 's';
        observers_.remove(before);
        observers_.remove(after);
    });
    after = listen('y');
    listen('z');
    tell();
    EXPECT_EQ(heard_, "xsz") << "who comes later and was sent away does not hear this notice";
    tell();
    EXPECT_EQ(heard_, "xszsz");
}

TEST_F(ObserversTest, ThatComeWhileOthersAreCalledHearTheNextNotice) {
    bool once = true;
    observers_.add(every_event, [&](const Notice&) {
        heard_ += 's';
        // Many, so that the list has to move.
        for (int i = 0; once && i < 50; ++i) listen('n');
        once = false;
    });
    listen('a');
    tell();
    EXPECT_EQ(heard_, "sa");
    tell();
    EXPECT_EQ(heard_, "sasa" + std::string(50, 'n'));
}

TEST_F(ObserversTest, MayBeToldWhileTheyAreTold) {
    bool nested = false;
    Observers::Id gone = 0;
    observers_.add(every_event, [&](const Notice&) {
        heard_ += 's';
        if (nested) return;
        nested = true;
        observers_.remove(gone);
        tell();
    });
    gone = listen('g');
    listen('a');
    tell();
    EXPECT_EQ(heard_, "ssaa");
}

TEST_F(ObserversTest, ThatHaveLeftAreForgotten) {
    EXPECT_TRUE(observers_.empty());
    const auto a = listen('a'), b = listen('b');
    EXPECT_NE(a, b);
    EXPECT_FALSE(observers_.empty());
    observers_.remove(a);
    observers_.remove(a);
    observers_.remove(77);
    tell();
    EXPECT_EQ(heard_, "b");
    observers_.remove(b);
    EXPECT_TRUE(observers_.empty());
}

}  // namespace conntrack::testing

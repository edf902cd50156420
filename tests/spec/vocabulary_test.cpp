// Names and numbers that others rely on: clauses, status bits, event bits, editions.
#include "spec/clause_table.hpp"
#include "spec/event.hpp"
#include "spec/status.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"
#include "tests/support/editions.hpp"

#include <set>

namespace conntrack::testing {

TEST(Clauses, HaveUniqueNamesInTheSpellingOfAll) {
    std::set<std::string_view> names;
    for (const ClauseInfo& clause : clause_table) {
        EXPECT_TRUE(names.insert(clause.name).second) << clause.name;
        EXPECT_NE(clause.name.find('.'), std::string_view::npos) << clause.name;
        EXPECT_EQ(clause.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."), std::string_view::npos)
            << clause.name;
    }
    EXPECT_EQ(names.size(), clause_count);
}

TEST(Clauses, SayWhatTheyMean) {
    for (const ClauseInfo& clause : clause_table) {
        EXPECT_TRUE(clause.meaning.ends_with('.')) << clause.name;
        EXPECT_TRUE(clause.advice.empty() || clause.advice.ends_with('.') || clause.advice.ends_with(')'))
            << clause.name;
        EXPECT_EQ(&info(clause.clause), &clause);
    }
}

TEST(Clauses, ExistInSomeEditionAndNameItsSourceFile) {
    for (const ClauseInfo& clause : clause_table) {
        EXPECT_NE(clause.editions & every_edition, 0U) << clause.name;
        EXPECT_EQ(clause.editions & ~every_edition, 0U) << clause.name;
        for (const EditionId id : all_editions)
            EXPECT_TRUE(!clause.exists_in(id) || kernel_file(clause.source, id).ends_with(".c")) << clause.name;
    }
}

TEST(StatusBits, HaveTheKernelsNumbersAndNames) {
    constexpr std::string_view kernel[] = {"EXPECTED",     "SEEN_REPLY", "ASSURED",       "CONFIRMED",
                                           "SRC_NAT",      "DST_NAT",    "SEQ_ADJUST",    "SRC_NAT_DONE",
                                           "DST_NAT_DONE", "DYING",      "FIXED_TIMEOUT", "TEMPLATE",
                                           "NAT_CLASH",    "HELPER",     "OFFLOAD",       "HW_OFFLOAD"};
    ASSERT_EQ(status_names.size(), std::size(kernel));
    for (std::size_t i = 0; i < status_names.size(); ++i) EXPECT_EQ(status_names[i], kernel[i]);
    EXPECT_EQ(static_cast<unsigned>(Status::seen_reply), 2U);
    EXPECT_EQ(static_cast<unsigned>(Status::assured), 4U);
    EXPECT_EQ(static_cast<unsigned>(Status::confirmed), 8U);
    EXPECT_EQ(static_cast<unsigned>(Status::dying), 512U);
    EXPECT_EQ(static_cast<unsigned>(Status::hw_offload), 32768U);
}

TEST(StatusBits, AreSetAndCleared) {
    StatusSet s;
    s.set(Status::assured);
    s.set(Status::dying);
    EXPECT_TRUE(s.has(Status::assured) && s.has(Status::dying) && !s.has(Status::confirmed));
    s.clear(Status::assured);
    EXPECT_EQ(s, StatusSet(512));
}

TEST(EventBits, AreDistinctAndAllOfThemAreEveryEvent) {
    EventMask all = 0;
    std::set<std::string_view> names;
    for (const EventName& event : event_names) {
        EXPECT_FALSE(has(all, event.bit)) << event.name;
        EXPECT_TRUE(names.insert(event.name).second) << event.name;
        all = static_cast<EventMask>(all | mask_of(event.bit));
    }
    EXPECT_EQ(all, every_event);
}

TEST(EventBits, MakeOneKindOfMessage) {
    const auto both = [](EventBit a, EventBit b) { return static_cast<EventMask>(mask_of(a) | mask_of(b)); };
    EXPECT_EQ(message_of(both(EventBit::destroy, EventBit::new_)), Message::destroy);
    EXPECT_EQ(message_of(both(EventBit::new_, EventBit::protoinfo)), Message::new_);
    EXPECT_EQ(message_of(mask_of(EventBit::related)), Message::new_);
    EXPECT_EQ(message_of(both(EventBit::status, EventBit::protoinfo)), Message::update);
    EXPECT_EQ(name(Message::new_), "NEW");
    EXPECT_EQ(name(Message::update), "UPDATE");
    EXPECT_EQ(name(Message::destroy), "DESTROY");
}

using Editions = EveryEdition;
CTORACLE_EVERY_EDITION(Editions);

TEST_P(Editions, AreFoundByTheirNamesLongAndShort) {
    const std::string_view full = tested().name;
    EXPECT_EQ(tested().id, GetParam());
    EXPECT_TRUE(full.starts_with("linux-"));
    EXPECT_EQ(edition_named(full), GetParam());
    EXPECT_EQ(edition_named(full.substr(6)), GetParam());
    EXPECT_EQ(edition_named(std::string(full) + "x"), std::nullopt);
}

TEST(EditionNames, ThatAreNone) {
    for (const char* word : {"", "linux-", "linux-2.6", "2.6.10", "Linux-2.6.9"})
        EXPECT_EQ(edition_named(word), std::nullopt) << word;
}

TEST_P(Editions, TellRepliesAndAssuranceByTheirOwnBits) {
    const bool separate = is(EditionId::linux_6_18);
    EXPECT_EQ(reply_bit(tested().notice), separate ? EventBit::reply : EventBit::status);
    EXPECT_EQ(assured_bit(tested().notice), separate ? EventBit::assured : EventBit::status);
    EXPECT_EQ(tested().notice.notifier, !is(EditionId::linux_2_6_9));
}

TEST(Verdicts, AreNamedAsTheStateMatchNamesThem) {
    EXPECT_EQ(name(CtInfo::new_), "new");
    EXPECT_EQ(name(CtInfo::untracked), "untracked");
    EXPECT_EQ(name(Direction::reply), "reply");
    EXPECT_EQ(other(Direction::reply), Direction::original);
}

TEST(Verdicts, OfAPacketThatFoundItsEntry) {
    constexpr auto original = Direction::original, reply = Direction::reply;
    for (const bool replied : {false, true})
        for (const bool expected : {false, true})
            EXPECT_EQ(packet_state(reply, replied, expected), CtInfo::established) << "a reply is never RELATED";
    EXPECT_EQ(packet_state(original, false, false), CtInfo::new_);
    EXPECT_EQ(packet_state(original, false, true), CtInfo::related);
    EXPECT_EQ(packet_state(original, true, false), CtInfo::established);
    EXPECT_EQ(packet_state(original, true, true), CtInfo::established);
}

}  // namespace conntrack::testing

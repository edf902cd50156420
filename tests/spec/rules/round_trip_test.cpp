// What is written is read back as the same rules; and no text makes the parser fail in any other way than by an error.
#include "tests/spec/rules/random_rules.hpp"
#include "tests/spec/rules/rule_texts.hpp"
#include "tests/support/property.hpp"
#include "tests/support/values.hpp"

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

TEST(RuleRoundTrip, WhatIsWrittenIsReadBackAsTheSame) {
    std::size_t rules_seen = 0;
    expect_property(
        [&] {
            const auto seed = *rc::gen::arbitrary<std::uint64_t>();
            for (const Family family : {Family::ipv4, Family::ipv6}) {
                const RuleSet rules = random_rules(seed, family);
                const std::string text = to_text(rules, true);
                const auto read = parse(text, family);
                if (const auto* error = std::get_if<ParseError>(&read)) RC_FAIL(error->text() + "\n" + text);
                RC_ASSERT(std::get<RuleSet>(read) == rules);
                RC_ASSERT(to_text(std::get<RuleSet>(read), true) == text);
                for (const auto& table : rules.tables)
                    if (table)
                        for (const Chain& chain : table->chains) rules_seen += chain.rules.size();
            }
        },
        5);
    EXPECT_GT(rules_seen, 500u) << "the rule sets were not all empty";
}

TEST(RuleRoundTrip, AlsoWithMatchesThatAreNotKnown) {
    expect_property([] {
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        for (const bool matches : {false, true}) {
            const RuleSet rules = random_rules(seed, Family::ipv4, &matches);
            const auto policy = matches ? UnknownMatchPolicy::always : UnknownMatchPolicy::never;
            const std::string text = to_text(rules);
            const auto read = parse(text, Family::ipv4, {policy});
            if (const auto* error = std::get_if<ParseError>(&read)) RC_FAIL(error->text() + "\n" + text);
            RC_ASSERT(to_text(std::get<RuleSet>(read)) == text);
        }
    });
}

/// Every text gives rules or an error, whose place is inside the text; what is taken is also written and taken again.
TEST(RuleRoundTrip, ADamagedTextIsReadOrRefused) {
    std::size_t taken = 0, refused = 0;
    expect_property(
        [&] {
            const auto seed = *rc::gen::arbitrary<std::uint64_t>();
            RandomValues random(seed);
            std::string text = to_text(random_rules(seed, Family::ipv4), true);
            for (std::uint32_t changes = 1 + random.below(3); changes > 0 && !text.empty(); --changes) {
                const std::size_t at = random.below(static_cast<std::uint32_t>(text.size()));
                static constexpr std::string_view bytes = "!-:[]/,\"\\ \n09xA\t\xff";
                switch (random.below(3)) {
                    case 0: text[at] = bytes[random.below(static_cast<std::uint32_t>(bytes.size()))]; break;
                    case 1: text.erase(at, 1 + random.below(8)); break;
                    default:
                        text.insert(at, text.substr(random.below(static_cast<std::uint32_t>(text.size())), 9));
                        break;
                }
            }
            const auto policy = static_cast<UnknownMatchPolicy>(random.below(3));
            const auto read = parse(text, Family::ipv4, {policy});
            const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
            if (const auto* error = std::get_if<ParseError>(&read)) {
                ++refused;
                RC_ASSERT(error->line >= 1 && error->line <= lines + 1);
                RC_ASSERT(error->column >= 1);
                RC_ASSERT(!error->message.empty());
                return;
            }
            ++taken;
            const auto again = parse(to_text(std::get<RuleSet>(read), true), Family::ipv4, {policy});
            RC_ASSERT(std::holds_alternative<RuleSet>(again));
            RC_ASSERT(std::get<RuleSet>(again) == std::get<RuleSet>(read));
        },
        20);
    EXPECT_GT(taken, 20u);
    EXPECT_GT(refused, 20u);
}

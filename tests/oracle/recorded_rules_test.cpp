// Every rule text in the recordings of real kernels is read, and what it means can be written and read again.
#include "oracle/input/lines.hpp"
#include "spec/rules/parse.hpp"
#include "spec/rules/to_text.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <filesystem>
#include <nlohmann/json.hpp>

using namespace conntrack;

namespace {

struct Seen {
    std::size_t texts = 0, rules = 0;
};

void read_text(const std::string& text, Family family, const std::string& where, Seen& seen) {
    const auto read = rules::parse(text, family);
    if (const auto* error = std::get_if<rules::ParseError>(&read)) {
        ADD_FAILURE() << where << ": " << error->text() << "\nin\n" << text;
        return;
    }
    const auto& set = std::get<rules::RuleSet>(read);
    const auto again = rules::parse(rules::to_text(set, true), family);
    ASSERT_TRUE(std::holds_alternative<rules::RuleSet>(again)) << where;
    EXPECT_EQ(std::get<rules::RuleSet>(again), set) << where;
    ++seen.texts;
    for (const auto& table : set.tables)
        if (table)
            for (const auto& chain : table->chains) seen.rules += chain.rules.size();
}

/// The rules of a scenario's header or of a step.
void read_rules(const nlohmann::json& holder, const std::string& where, Seen& seen) {
    if (!holder.contains("rules")) return;
    const auto& texts = holder.at("rules");
    if (texts.contains("ipv4")) read_text(texts.at("ipv4"), Family::ipv4, where, seen);
    if (texts.contains("ipv6")) read_text(texts.at("ipv6"), Family::ipv6, where, seen);
}

}  // namespace

TEST(RecordedRules, AllAreRead) {
    Seen seen;
    for (const auto& file : std::filesystem::recursive_directory_iterator(conntrack::testing::recordings_folder())) {
        if (file.path().extension() != ".xz") continue;
        oracle::LineReader reader(file.path().string());
        std::string line;
        while (reader.next(line)) {
            if (line.find("\"rules\"") == line.npos) continue;
            const auto json = nlohmann::json::parse(line);
            const std::string where = file.path().filename().string() + ":" + std::to_string(reader.line_number());
            if (json.contains("scenario")) read_rules(json.at("scenario"), where, seen);
            if (json.contains("step")) read_rules(json.at("step"), where, seen);
        }
    }
    EXPECT_GT(seen.texts, 100u);
    EXPECT_GT(seen.rules, 100u);
    std::printf("%zu texts with %zu rules\n", seen.texts, seen.rules);
}

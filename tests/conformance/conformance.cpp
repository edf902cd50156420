// Every recording of tests/conformance agrees with the model, and with the fast tracker, but for those that skipped.txt
// lists with their reason; and none of those agrees.
#include "oracle/check/check.hpp"
#include "tests/support/places.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <tuple>

namespace conntrack::oracle {

namespace {

namespace fs = std::filesystem;

/// Reasons by "group name" of one edition.
using Skipped = std::map<std::string, std::string>;

Skipped read_skipped(const std::string& edition) {
    Skipped out;
    std::ifstream in(fs::path(testing::recordings_folder()) / "skipped.txt");
    EXPECT_TRUE(in.good());
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::string of, group, name, reason;
        words >> of >> group >> name;
        std::getline(words >> std::ws, reason);
        EXPECT_FALSE(reason.empty()) << line;
        if (of == edition) out[group + " " + name] = reason;
    }
    return out;
}

using Named = std::tuple<std::string, std::string>;  // edition and tracker

class Conformance : public ::testing::TestWithParam<Named> {};

TEST_P(Conformance, EveryRecordingAgreesUnlessItIsListed) {
    const std::string &edition = std::get<0>(GetParam()), &word = std::get<1>(GetParam());
    const TrackerKind tracker = *tracker_named(word);
    Skipped skipped = read_skipped(edition);
    std::map<std::string, std::size_t> reasons;
    std::size_t recordings = 0, packets = 0;
    for (const auto& file : fs::directory_iterator(fs::path(testing::recordings_folder()) / edition)) {
        const std::string group = file.path().filename().string().substr(0, file.path().filename().string().find('.'));
        read_recordings(file.path().string(), [&](Recording&& recording) {
            ASSERT_EQ(conntrack::edition(recording.scenario.edition).name, edition);
            const std::string key = group + " " + recording.scenario.name;
            const CheckResult result = check(recording, std::nullopt, tracker);
            if (const auto it = skipped.find(key); it != skipped.end()) {
                EXPECT_TRUE(result.disagreement.has_value()) << key << " agrees: take it out of skipped.txt";
                ++reasons[it->second];
                skipped.erase(it);
                return;
            }
            ++recordings;
            packets += result.packets;
            if (const auto& d = result.disagreement)
                ADD_FAILURE() << key << " step " << d->step << " (" << d->packet << "): " << d->difference.field
                              << "\n  recorded " << d->difference.recorded << "\n  " << word << "    "
                              << d->difference.model;
        });
    }
    for (const auto& [key, reason] : skipped)
        ADD_FAILURE() << key << " is listed in skipped.txt, but there is no such recording";
    EXPECT_GT(recordings, 90u);
    fmt::print("{}, {}: {} recordings with {} packets agree; skipped:\n", edition, word, recordings, packets);
    for (const auto& [reason, count] : reasons) fmt::print("  {:>4}  {}\n", count, reason);
}

INSTANTIATE_TEST_SUITE_P(Editions, Conformance,
                         ::testing::Combine(::testing::Values("linux-2.6.9", "linux-2.6.32", "linux-6.18"),
                                            ::testing::Values("model", "fast")),
                         [](const auto& info) {
                             std::string name = std::get<0>(info.param) + "_" + std::get<1>(info.param);
                             for (char& c : name)
                                 if (c == '.' || c == '-') c = '_';
                             return name;
                         });

/// A change of any kind in a recording must be found: otherwise the check checks nothing.
TEST(Check, FindsEveryKindOfChange) {
    const fs::path file = fs::path(testing::recordings_folder()) / "linux-2.6.32" / "historic.jsonl.xz";
    const auto changed = [&](const std::string& scenario, const std::function<bool(Json&)>& change) {
        bool seen = false, found = false;
        read_recordings(file.string(), [&](Recording&& recording) {
            if (recording.scenario.name != scenario) return;
            for (RecordedStep& step : recording.steps)
                if (!seen) seen = change(step.line);
            found = check(recording).disagreement.has_value();
        });
        EXPECT_TRUE(seen) << "nothing to change in " << scenario;
        return found;
    };
    const auto in_entry = [](const char* key, const std::function<void(Json&)>& change) {
        return [=](Json& line) {
            for (Json& entry : line.at("table"))
                if (entry.contains(key)) return change(entry.at(key)), true;
            return false;
        };
    };
    const auto add_one = [](Json& value) { value = value.get<std::int64_t>() + 1; };
    const std::string tcp = "hist_tcp_end_of_TIME_WAIT", udp = "hist_udp_unreplied_30s";
    EXPECT_TRUE(changed(tcp, [](Json& line) {
        if (!line.contains("verdict")) return false;
        line.at("verdict").at("ct") = "related";
        return true;
    }));
    EXPECT_TRUE(changed(tcp, in_entry("tcp", [](Json& t) { t.at("state") = "CLOSE"; })));
    EXPECT_TRUE(changed(tcp, in_entry("tcp", [&](Json& t) { add_one(t.at("flags_orig")); })));
    EXPECT_TRUE(changed(tcp, in_entry("win", [&](Json& w) { add_one(w.at(0).at(1)); })));
    EXPECT_TRUE(changed(tcp, in_entry("last", [&](Json& l) { add_one(l.at(3)); })));
    EXPECT_TRUE(changed(tcp, in_entry("cnt_orig", [&](Json& c) { add_one(c.at(1)); })));
    EXPECT_TRUE(changed(tcp, in_entry("use", add_one)));
    EXPECT_TRUE(changed(tcp, in_entry("status", [](Json& s) { s.push_back("EXPECTED"); })));
    EXPECT_TRUE(changed(tcp, in_entry("timeout", [](Json& t) { t = t.get<int>() + 2; })));
    EXPECT_TRUE(changed(udp, in_entry("timeout_ms", add_one)));
    EXPECT_TRUE(changed(udp, [](Json& line) {
        if (line.at("events").empty()) return false;
        line.at("events").at(0).at("bits") = Json::array({"STATUS"});
        return true;
    }));
    EXPECT_TRUE(changed(udp, [](Json& line) {
        if (!line.contains("pre_events")) return false;
        line.erase("pre_events");
        return true;
    }));
    EXPECT_TRUE(changed(udp, [](Json& line) {
        if (line.at("proc").empty()) return false;
        line.at("proc").at(0) = line.at("proc").at(0).get<std::string>() + " ";
        return true;
    }));
    EXPECT_TRUE(changed(udp, [&](Json& line) {
        add_one(line.at("alive").at(0));
        return true;
    }));
}

/// What a full table leaves open is taken from the recording, and still judged.
TEST(Check, FindsAFullTableThatIsNotPermitted) {
    const auto agrees = [](const char* file, const std::string& scenario,
                           const std::function<void(Recording&)>& change) {
        bool agreed = false;
        read_recordings((fs::path(testing::recordings_folder()) / file).string(), [&](Recording&& recording) {
            if (recording.scenario.name != scenario) return;
            change(recording);
            agreed = !check(recording).disagreement;
        });
        return agreed;
    };
    const auto nothing = [](Recording&) {};
    const char* live = "linux-6.18/full.jsonl.xz";
    ASSERT_TRUE(agrees(live, "full_assured", nothing));
    ASSERT_TRUE(agrees(live, "full_unassured", nothing));
    EXPECT_FALSE(agrees(live, "full_assured", [](Recording& r) { r.steps.at(3).line.at("verdict").at("ct") = "new"; }))
        << "nobody may go";
    EXPECT_FALSE(agrees(live, "full_assured", [](Recording& r) {
        r.steps.at(13).line.at("verdict").at("ct") = nullptr;
    })) << "there is room";
    EXPECT_FALSE(agrees(live, "full_unassured", [](Recording& r) { r.steps.at(1).line.at("count") = 262'145; }))
        << "above the maximum";
    EXPECT_FALSE(
        agrees(live, "full_unassured", [](Recording& r) { r.steps.at(15).line.at("kernel_log") = {"out of memory"}; }));

    const char* old = "linux-2.6.9/historic.jsonl.xz";
    ASSERT_TRUE(agrees(old, "hist_full_b16_mixed", nothing));
    EXPECT_FALSE(agrees(old, "hist_full_b16_mixed", [](Recording& r) {
        for (RecordedStep& s : r.steps)
            if (s.line.contains("bucket")) s.line.at("bucket") = (s.line.at("bucket").get<int>() + 1) % 16;
    })) << "other packets would have met a full chain";
}

}  // namespace

}  // namespace conntrack::oracle

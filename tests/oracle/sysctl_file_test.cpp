// Settings as sysctl prints them, read and applied.
#include "oracle/input/sysctl_file.hpp"
#include "model/tracker.hpp"

#include "test_files.hpp"

namespace conntrack::oracle::test {
namespace {

std::string complaint_about(const std::string& text) {
    const TextFile file(text);
    return complaint(file, [](const std::string& path) { read_sysctl_file(path); });
}

TEST(SysctlFile, EveryConntrackNameOfARealMachine) {
    const auto lines = read_sysctl_file(data_file("sysctl_a.txt"));
    ASSERT_EQ(lines.size(), 41U);
    EXPECT_EQ(lines.front().name, "net.netfilter.nf_conntrack_acct");
    EXPECT_EQ(lines.front().value, 1);
    EXPECT_EQ(lines.front().line, 5U);
    Tracker tracker(linux_6_18);
    for (const auto& line : lines) apply_setting(tracker, line.name, line.value, {"sysctl_a.txt", line.line});
    EXPECT_EQ(tracker.settings()[Setting::acct], 1U);
    EXPECT_EQ(tracker.settings()[Setting::udp_timeout], 30U);
}

TEST(SysctlFile, FormsOfALine) {
    const TextFile file(
        "# a comment\n; another\n\n  net.ipv4.tcp_rmem = 4096 131072 33554432\n"
        "net.netfilter.nf_conntrack_udp_timeout=31\n"
        "-net/netfilter/nf_conntrack_max =  7 \n"
        "net.ipv4.netfilter.ip_conntrack_icmp_timeout\t=\t9\n");
    const auto lines = read_sysctl_file(file.path());
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].value, 31);
    EXPECT_EQ(lines[1].name, "net/netfilter/nf_conntrack_max");
    EXPECT_EQ(lines[1].value, 7);
    EXPECT_EQ(lines[2].value, 9);
    EXPECT_EQ(lines[2].line, 7U);
}

TEST(SysctlFile, BadLines) {
    EXPECT_EQ(complaint_about("\nnet.netfilter.nf_conntrack_udp_timeout 30\n"),
              ":2: expected \"NAME = VALUE\", found \"net.netfilter.nf_conntrack_udp_timeout 30\"");
    EXPECT_EQ(complaint_about("net.netfilter.nf_conntrack_udp_timeuot = 30\n"),
              ":1: no edition has a setting \"net.netfilter.nf_conntrack_udp_timeuot\"; the nearest is "
              "\"nf_conntrack_udp_timeout\"");
    EXPECT_EQ(complaint_about("net.netfilter.nf_conntrack_udp_timeout = 30s\n"),
              ":1: net.netfilter.nf_conntrack_udp_timeout: expected a whole number, found \"30s\"");
    EXPECT_NE(complaint_about("net.netfilter.nf_conntrack_udp_timeout =\n"), "");
    EXPECT_NE(complaint_about("net.netfilter.nf_conntrack_udp_timeout = 99999999999999999999\n"), "");
}

TEST(SysctlFile, WarnsOfWhatChangesNothing) {
    Tracker tracker(linux_6_18);
    EXPECT_EQ(apply_setting(tracker, "nf_conntrack_udp_timeout", 12, {"--sysctl"}), std::nullopt);
    EXPECT_EQ(tracker.settings()[Setting::udp_timeout], 12U);
    EXPECT_EQ(apply_setting(tracker, "nf_conntrack_udplite_timeout", 12, {"f", 3}),
              "f:3: linux-6.18 has no setting nf_conntrack_udplite_timeout, it is ignored");
    EXPECT_EQ(apply_setting(tracker, "nf_conntrack_buckets", 12, {"--sysctl"}), std::nullopt);
    EXPECT_EQ(tracker.settings()[Setting::buckets], 12U);
    EXPECT_EQ(apply_setting(tracker, "nf_conntrack_timestamp", 1, {"--sysctl"}),
              "--sysctl: nothing that is modelled depends on nf_conntrack_timestamp, it is ignored");
}

TEST(SysctlFile, RefusesWhatTheKernelRefuses) {
    Tracker tracker(linux_6_18);
    const auto message = [&](const std::string& name, std::int64_t value, const SettingPlace& where) -> std::string {
        try {
            apply_setting(tracker, name, value, where);
        } catch (const InputError& e) {
            return e.what();
        }
        return "";
    };
    EXPECT_EQ(message("nf_conntrack_udp_timeout", 8'589'935, {"f", 2}),
              "f:2: nf_conntrack_udp_timeout = 8589935: nf_conntrack_udp_timeout takes 0 to 8589934 in linux-6.18");
    EXPECT_EQ(message("nf_conntrack_max", -1, {"f", 2}),
              "f:2: nf_conntrack_max = -1: nf_conntrack_max takes 0 to 2147483647 in linux-6.18");
    EXPECT_EQ(message("nf_conntrack_maximum", 1, {"--sysctl"}),
              "--sysctl: no edition has a setting \"nf_conntrack_maximum\"; the nearest is \"nf_conntrack_max\"");
    EXPECT_EQ(tracker.settings()[Setting::udp_timeout], 30U);
}

TEST(SysctlFile, GivesOneWarningAReason) {
    const TextFile file(
        "net.netfilter.nf_conntrack_flowtable_udp_timeout = 7\n"
        "net.netfilter.nf_conntrack_udp_timeout = 11\n"
        "net.netfilter.nf_conntrack_udplite_timeout = 12\n"
        "net.netfilter.nf_conntrack_dccp_loose = 1\n"
        "net.netfilter.nf_conntrack_timestamp = 1\n");
    Tracker tracker(linux_6_18);
    EXPECT_EQ(
        apply_sysctl_file(tracker, file.path()),
        (std::vector<std::string>{
            file.path() + ": ignored, linux-6.18 has no such setting: net.netfilter.nf_conntrack_udplite_timeout "
                          "(line 3), net.netfilter.nf_conntrack_dccp_loose (line 4)",
            file.path() +
                ": ignored, nothing that is modelled depends on: net.netfilter.nf_conntrack_flowtable_udp_timeout "
                "(line 1), net.netfilter.nf_conntrack_timestamp (line 5)"}));
    EXPECT_EQ(tracker.settings()[Setting::udp_timeout], 11U);
    const TextFile bad("net.netfilter.nf_conntrack_udp_timeout = 8589935\n");
    EXPECT_THROW(apply_sysctl_file(tracker, bad.path()), InputError);
}

TEST(SysctlFile, SaysWhyItRefusesWhatAKernelTakes) {
    const auto message = [](const Edition& edition, const std::string& name, std::int64_t value) -> std::string {
        Tracker tracker(edition);
        try {
            apply_setting(tracker, name, value, {"f", 2});
        } catch (const InputError& e) {
            const std::string what = e.what();
            return what.find("; ") == std::string::npos ? "refused" : what.substr(what.find("; ") + 2);
        }
        return "taken";
    };
    // What a running linux-6.18 takes: seconds down to -8589934, and nothing else below zero.
    EXPECT_EQ(message(linux_6_18, "nf_conntrack_udp_timeout", -8'589'934),
              "the kernel takes this too, as a time that has passed: no entry would live, which 0 says as well");
    EXPECT_EQ(message(linux_6_18, "nf_conntrack_udp_timeout", -8'589'935), "refused");
    for (const char* name : {"nf_conntrack_max", "nf_conntrack_tcp_loose", "nf_conntrack_log_invalid",
                             "nf_conntrack_tcp_max_retrans", "nf_conntrack_acct", "nf_conntrack_events"})
        EXPECT_EQ(message(linux_6_18, name, -1), "refused") << name;
    EXPECT_EQ(message(linux_2_6_9, "ip_conntrack_udp_timeout", -1),
              "the kernel takes this too, as a time that has passed or as 49 days, by the size of its words");
    EXPECT_EQ(message(linux_2_6_32, "nf_conntrack_max", -1),
              "the kernel takes this too, as a number that some places read with a sign and others without");
    EXPECT_EQ(message(linux_2_6_32, "nf_conntrack_log_invalid", -1), "refused");
    EXPECT_EQ(message(linux_2_6_32, "nf_conntrack_max", -2'147'483'649), "refused");
    EXPECT_EQ(message(linux_2_6_32, "nf_conntrack_tcp_loose", 2), "taken");
}

}  // namespace
}  // namespace conntrack::oracle::test

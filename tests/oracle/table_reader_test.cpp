// Tables that real programs printed, read and put into a tracker; and every kind of line that is refused.
#include "oracle/input/table_reader.hpp"
#include "model/tracker.hpp"

#include "oracle/text/conntrack_text.hpp"
#include "oracle/text/proc_text.hpp"
#include "test_files.hpp"

#include <algorithm>

namespace conntrack::oracle::test {
namespace {

const std::string tcp_line =
    "tcp      6 431999 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 "
    "src=10.0.2.2 dst=10.0.1.2 sport=80 dport=5000 [ASSURED] mark=0 use=1\n";
const std::string icmp_ends =
    "src=10.0.1.2 dst=10.0.2.2 type=8 code=0 id=7 [UNREPLIED] "
    "src=10.0.2.2 dst=10.0.1.2 type=0 code=0 id=7";
const std::string udp_ends = "src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2 src=10.0.2.2 dst=10.0.1.2 sport=2 dport=1";

std::vector<Imported> read(const std::string& text, const Edition& edition = linux_6_18, const Modules& modules = {}) {
    return read_table(TextFile(text).path(), edition, modules);
}

std::string complaint_about(const std::string& text, const Edition& edition = linux_6_18, const Modules& modules = {}) {
    const TextFile file(text);
    return complaint(file, [&](const std::string& path) { read_table(path, edition, modules); });
}

/// Reads a file of tests/data into a tracker and prints it anew, sorted.
std::vector<std::string> reprinted(const std::string& name, auto line_of) {
    Tracker tracker(linux_6_18);
    for (const auto& entry : read_table(data_file(name), linux_6_18, {})) EXPECT_TRUE(tracker.import(entry, 0));
    std::vector<std::string> out;
    tracker.table().each_linked([&](const Entry& e) { out.push_back(line_of(e, linux_6_18, 0)); });
    std::ranges::sort(out);
    return out;
}

TEST(TableReader, WhatThreePrintersPrintedIsOneTable) {
    auto listed = lines_of(data_file("conntrack_list.txt"));
    listed.pop_back();  // the closing line
    std::ranges::sort(listed);
    auto proc = lines_of(data_file("proc_nf_conntrack.txt"));
    std::ranges::sort(proc);
    ASSERT_EQ(listed.size(), 14U);
    for (const char* name : {"conntrack_list.txt", "conntrack_list_extended_id.txt", "proc_nf_conntrack.txt"}) {
        EXPECT_EQ(reprinted(name, conntrack_list_line), listed) << name;
        EXPECT_EQ(reprinted(name, proc_line), proc) << name;
    }
}

TEST(TableReader, OldProcFileOfLinux269) {
    const std::string line =
        "tcp      6 431999 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=1234 dport=80 packets=3 "
        "bytes=120 src=10.0.2.2 dst=10.0.1.2 sport=80 dport=1234 packets=2 bytes=80 "
        "[ASSURED] use=1";
    Tracker tracker(linux_2_6_9);
    ASSERT_TRUE(tracker.import(read(line + " \n", linux_2_6_9).at(0), 0));
    tracker.table().each_linked([&](const Entry& e) { EXPECT_EQ(proc_line(e, linux_2_6_9, 0), line); });
}

TEST(TableReader, FieldsThatMeanNothingToTheModel) {
    const auto table = read(
        "\n  \n"
        "ipv4     2 tcp      6 119 SYN_SENT src=10.0.1.2 dst=10.0.2.2 sport=5002 dport=21 packets=1 bytes=40 "
        "[UNREPLIED] src=10.0.2.2 dst=10.0.1.2 sport=21 dport=5002 packets=0 bytes=0 mark=5 delta-time=1 "
        "[start=Mon Nov 23 02:17:24 2026] [stop=Mon Nov 23 02:17:25 2026] helper=ftp use=1 id=2263446142 labels=a,b\n"
        "ipv4     2 gre      47 29 timeout=30, stream_timeout=180 src=10.0.1.2 dst=10.0.2.2 srckey=0x0 dstkey=0x0 "
        "src=10.0.2.2 dst=10.0.1.2 srckey=0x0 dstkey=0x0 mark=0 secctx=system_u:object_r:x:s0 zone=0 use=2\n"
        "icmp     1 -1 " +
        icmp_ends +
        " secmark=3 id=4000000000\n"
        "conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.\n");
    ASSERT_EQ(table.size(), 3U);
    EXPECT_EQ(table[0].mark, 5U);
    EXPECT_EQ(table[0].counters[0], (Counter{1, 40}));
    EXPECT_FALSE(table[0].seen_reply);
    EXPECT_FALSE(table[1].has_counters);
    EXPECT_EQ(table[2].timeout, 0U);
    EXPECT_EQ(table[2].reply.src_part, 7U);
}

TEST(TableReader, OffloadedEntriesHaveNeitherSecondsNorState) {
    const auto table = read(
        "ipv4     2 tcp      6 src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2 src=10.0.2.2 dst=10.0.1.2 "
        "sport=2 dport=1 [OFFLOAD] mark=0 zone=0 use=3\n"
        "udp      17 " +
        udp_ends + " [HW_OFFLOAD] mark=0 use=1\n");
    ASSERT_EQ(table.size(), 2U);
    for (const auto& entry : table) {
        EXPECT_TRUE(entry.assured && entry.seen_reply);
        EXPECT_EQ(entry.timeout, 86'400U);
    }
    EXPECT_EQ(table[0].tcp_state, tcp::State::established);
}

TEST(TableReader, TranslatedEntryKeepsItsReplyTuple) {
    const auto table = read(
        "udp      17 29 src=10.0.1.2 dst=10.0.2.2 sport=6009 dport=6013 [UNREPLIED] src=10.0.2.2 "
        "dst=10.0.2.1 sport=6014 dport=6009 mark=0 use=1\n");
    EXPECT_EQ(table.at(0).original.dst_part, 6013U);
    EXPECT_EQ(table.at(0).reply.src_part, 6014U);
    EXPECT_EQ(table.at(0).reply.dst.as_v4(), 0x0a000201U);
}

TEST(TableReader, AnEntryMayHaveEqualTuples) {
    const std::string both = " src=10.0.1.2 dst=10.0.1.2 sport=7 dport=7";
    EXPECT_EQ(read("udp 17 29" + both + both + "\n").size(), 1U);
}

TEST(TableReader, TcpStatesAreThoseOfTheEdition) {
    const auto in_state = [](const std::string& state) { return "tcp 6 10 " + state + " " + udp_ends + "\n"; };
    EXPECT_EQ(read(in_state("SYN_SENT2"), linux_2_6_32).at(0).tcp_state, tcp::State::syn_sent2);
    EXPECT_EQ(read(in_state("LISTEN"), linux_2_6_9).at(0).tcp_state, tcp::State::syn_sent2);
    const std::string names = "SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE, ";
    EXPECT_EQ(complaint_about(in_state("SYN_SENT2"), linux_2_6_9),
              ":1: \"SYN_SENT2\" is no TCP state of a connection in linux-2.6.9: expected one of " + names + "LISTEN");
    EXPECT_EQ(complaint_about(in_state("LISTEN"), linux_6_18),
              ":1: \"LISTEN\" is no TCP state of a connection in linux-6.18: expected one of " + names + "SYN_SENT2");
    EXPECT_NE(complaint_about(in_state("NONE")), "");
}

struct BadLine {
    std::string line, complaint;
};

TEST(TableReader, EveryBadLineIsNamed) {
    const std::string ends = " " + udp_ends;
    const std::string original = " src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2";
    const std::string no_protocol =
        ": expected a protocol (tcp, udp, ..., unknown), as conntrack -L, "
        "/proc/net/nf_conntrack and /proc/net/ip_conntrack print it";
    const BadLine bad_lines[] = {
        {"garbage", "\"garbage\"" + no_protocol},
        {" [UPDATE] udp 17 30" + ends, "\"[UPDATE]\"" + no_protocol},
        {"ipv4 10 udp 17 30" + ends, "\"10\": the number of ipv4 is 2"},
        {"ipv6 10 udp 17 30" + ends, "the original tuple mixes address families"},
        {"ipv4", "the line ends where the number of the address family was expected"},
        {"udp", "the line ends where the protocol's number was expected"},
        {"udp 6 30" + ends, "\"6\": the number of udp is 17"},
        {"unknown 256 30" + ends, "\"256\": expected a whole number from 0 to 255"},
        {"udp 17" + ends, "expected the seconds left behind \"udp 17\""},
        {"udp 17 21474837" + ends, "\"21474837\": expected a whole number from 0 to 21474836"},
        {"udp 17 30 ESTABLISHED" + ends, "\"ESTABLISHED\" was not understood: udp entries have no state"},
        {"tcp 6 30" + ends, "a TCP entry without a state, expected one such as ESTABLISHED"},
        {"udp 17 30" + original, "expected an original and a reply tuple, each from src= on; found 1"},
        {"udp 17 30", "expected an original and a reply tuple, each from src= on; found 0"},
        {"udp 17 30" + ends + original, "\"src=10.0.1.2\": a third tuple, expected two"},
        {"udp 17 30 dst=10.0.2.2", "\"dst=10.0.2.2\" stands before any src="},
        {"udp 17 30 src=10.0.1.2 dst=10.0.2 sport=1", "\"dst=10.0.2\": expected an IPv4 or IPv6 address"},
        {"udp 17 30 src=10.0.1.2 dst=fd00::1 sport=1 dport=2" + original, "the original tuple mixes address families"},
        {"udp 17 30 src=fd00::2 dst=fd00::1 sport=1 dport=2" + original,
         "the two tuples are of different address families"},
        {"udp 17 30 src=10.0.1.2 dst=10.0.2.2 sport=1" + original, "the original tuple lacks dport="},
        {"udp 17 30" + original + " src=10.0.2.2 sport=2 dport=1", "the reply tuple lacks dst="},
        {"udp 17 30 src=10.0.1.2 dst=10.0.2.2 sport=1 sport=2" + original,
         "\"sport=2\": sport= stands twice in one tuple"},
        {"udp 17 30 src=10.0.1.2 dst=10.0.2.2 sport=65536" + original,
         "\"sport=65536\": expected a whole number from 0 to 65535"},
        {"udp 17 30" + ends + " type=8", "the reply tuple has ports and an ICMP type"},
        {"icmp 1 30 src=10.0.1.2 dst=10.0.2.2 type=8 code=0" + original, "the original tuple lacks id="},
        {"icmp 1 30 src=10.0.1.2 dst=10.0.2.2 type=256" + original,
         "\"type=256\": expected a whole number from 0 to 255"},
        {"icmp 1 30 " + icmp_ends + " sport=1", "the reply tuple has ports and an ICMP type"},
        {"udp 17 30" + original + " packets=1 bytes=29 src=10.0.2.2 dst=10.0.1.2 sport=2 dport=1",
         "expected packets= and bytes= behind both tuples, or behind neither"},
        {"udp 17 30" + ends + " zone=5", "\"zone=5\": zones are not modelled yet"},
        {"udp 17 30" + ends + " zone-orig=5", "\"zone-orig=5\": zones are not modelled yet"},
        {"udp 17 30" + ends + " mark=0x7", "\"mark=0x7\": expected a whole number from 0 to 4294967295"},
        {"udp 17 30" + ends + " use=many", "\"use=many\": expected a whole number from 0 to 18446744073709551615"},
        {"udp 17 30" + ends + " colour=red", "\"colour=red\" was not understood: no entry has a field colour="},
        {"udp 17 30" + ends + " [SEEN]",
         "\"[SEEN]\" was not understood, expected [UNREPLIED], [ASSURED], [OFFLOAD] or [HW_OFFLOAD]"},
        {"udp 17 30" + ends + " rest", "\"rest\" was not understood, expected NAME=VALUE"},
        {"udp 17 30" + ends + " [UNREPLIED] [ASSURED]",
         "the entry is both [UNREPLIED] and [ASSURED]: only user space makes such entries, no packet does, and the "
         "model has no such state"},
        {"sctp 132 8 CLOSED" + ends,
         "an SCTP entry cannot be taken from a list, which does not show the verification tags of its association"},
        {"gre 47 8 src=10.0.1.2 dst=10.0.2.2 srckey=0x1 dstkey=0x0 src=10.0.2.2 dst=10.0.1.2",
         "the reply tuple lacks srckey="},
        {"unknown 99 600" + ends,
         "the original tuple has more than addresses, and linux-6.18 tracks unknown by addresses alone (is a "
         "module missing?)"},
    };
    for (const BadLine& bad : bad_lines) {
        EXPECT_EQ(complaint_about(bad.line + "\n"), ":1: " + bad.complaint) << bad.line;
        EXPECT_EQ(complaint_about(tcp_line + "\n" + bad.line + "\n"), ":3: " + bad.complaint) << bad.line;
    }
}

TEST(TableReader, WhatAnEditionCannotHave) {
    const std::string v6 =
        "udp 17 30 src=fd00::1 dst=fd00::2 sport=1 dport=2 "
        "src=fd00::2 dst=fd00::1 sport=2 dport=1\n";
    EXPECT_EQ(complaint_about(v6, linux_2_6_9), ":1: linux-2.6.9 does not track IPv6");
    const std::string udplite = "udplite 136 30 " + udp_ends + "\n";
    EXPECT_EQ(read(udplite, linux_2_6_32, {.udplite = true}).at(0).original.src_part, 1U);
    EXPECT_EQ(complaint_about(udplite, linux_2_6_32),
              ":1: the original tuple has more than addresses, and linux-2.6.32 tracks udplite by addresses alone "
              "(is a module missing?)");
}

TEST(TableReader, TwoEntriesMayNotShareATuple) {
    const std::string again = tcp_line.substr(0, tcp_line.find(" src=")) +
                              " src=10.0.9.9 dst=10.0.2.2 sport=5000 dport=80 "
                              "src=10.0.2.2 dst=10.0.1.2 sport=80 dport=5000\n";
    EXPECT_EQ(complaint_about(tcp_line + again),
              ":2: the tuple \"src=10.0.2.2 dst=10.0.1.2 sport=80 dport=5000\" belongs to the entry of line 1 already");
    EXPECT_NE(complaint_about(tcp_line + tcp_line), "");
}

TEST(TableReader, MissingFile) { EXPECT_THROW(read_table(data_file("no_such_file"), linux_6_18, {}), InputError); }

}  // namespace
}  // namespace conntrack::oracle::test

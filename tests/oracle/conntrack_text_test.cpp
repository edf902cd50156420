// Lines of conntrack -E and -L: those of linux-6.18 against what the real program printed.
#include "oracle/text/conntrack_text.hpp"

#include "captured_traffic.hpp"
#include "oracle/text/proc_text.hpp"
#include "test_files.hpp"

#include <algorithm>

namespace conntrack::oracle::test {
namespace {

constexpr auto there = Direction::original, back = Direction::reply;

/// A tracker whose notices are written down.
class Listener {
  public:
    explicit Listener(const Edition& edition, bool later_notifier = false)
        : tracker(edition, {.modules = {}, .later_notifier = later_notifier}) {
        tracker.configure(Setting::acct, 1);
        tracker.configure(Setting::events, 1);
        tracker.observers().add(every_event, [this](const Notice& notice) {
            heard.push_back(conntrack_event_line(notice, tracker.edition(), tracker.notice_rules(), user_space));
        });
    }

    void send(const std::vector<Sent>& packets) {
        for (const Sent& s : packets) {
            now = s.at;
            tracker.track(s.packet, now);
        }
        now += milliseconds(20);
    }
    void flush() {
        user_space = true;
        tracker.flush(now);
    }
    [[nodiscard]] Entry& only_entry() const {
        Entry* found = nullptr;
        tracker.table().each_linked([&](Entry& e) { found = &e; });
        return *found;
    }
    [[nodiscard]] std::vector<std::string> list(auto line_of) const {
        std::vector<std::string> out;
        tracker.table().each_linked([&](const Entry& e) { out.push_back(line_of(e, tracker.edition(), now)); });
        std::ranges::sort(out);
        return out;
    }

    Tracker tracker;
    Time now = 0;
    bool user_space = false;
    std::vector<std::string> heard;
};

std::vector<std::string> sorted(std::vector<std::string> lines) {
    std::ranges::sort(lines);
    return lines;
}

TEST(ConntrackText, EventsAreThoseOfTheRealProgram) {
    Listener listener(linux_6_18);
    listener.send(captured_traffic());
    const std::size_t before_flush = listener.heard.size();
    listener.flush();
    std::vector<std::string> real = lines_of(data_file("conntrack_events.txt")), ours = listener.heard;
    ASSERT_EQ(ours.size(), real.size());
    // A real flush goes by hash bucket: any order.
    std::sort(real.begin() + static_cast<std::ptrdiff_t>(before_flush), real.end());
    std::sort(ours.begin() + static_cast<std::ptrdiff_t>(before_flush), ours.end());
    for (std::size_t i = 0; i < real.size(); ++i) EXPECT_EQ(ours[i], real[i]);
}

TEST(ConntrackText, ListIsThatOfTheRealProgram) {
    Listener listener(linux_6_18);
    listener.send(captured_traffic());
    auto real = lines_of(data_file("conntrack_list.txt"));
    real.pop_back();  // "conntrack v1.4.7 (conntrack-tools): 14 flow entries have been shown."
    EXPECT_EQ(listener.list(conntrack_list_line), sorted(real));
    EXPECT_EQ(listener.list(proc_line), sorted(lines_of(data_file("proc_nf_conntrack.txt"))));
}

TEST(ConntrackText, ExpiredEntryShowsNoTimeoutAndWithoutAccountingNoCounters) {
    Listener listener(linux_6_18);
    listener.tracker.configure(Setting::acct, 0);
    listener.tracker.configure(Setting::udp_timeout, 2);
    listener.send({{0, udp(ends4(), there, 6002, 6003)}});
    listener.tracker.advance(seconds(3));
    const std::vector<std::string> real = {
        "    [NEW] udp      17 2 src=10.0.1.2 dst=10.0.2.2 sport=6002 dport=6003 [UNREPLIED] src=10.0.2.2 dst=10.0.1.2 "
        "sport=6003 dport=6002",
        "[DESTROY] udp      17 src=10.0.1.2 dst=10.0.2.2 sport=6002 dport=6003 [UNREPLIED] src=10.0.2.2 dst=10.0.1.2 "
        "sport=6003 dport=6002"};
    EXPECT_EQ(listener.heard, real);
}

TEST(ConntrackText, MarkIsShownIfNotZeroOrJustSetToZero) {
    Listener listener(linux_6_18);
    listener.send({{0, udp(ends4(), there, 6001, 6000)}});
    Entry& entry = listener.only_entry();
    const auto event = [&](std::uint32_t mark, EventMask mask) {
        entry.mark = mark;
        return conntrack_event_line({mask, entry, 0, seconds(30)}, linux_6_18, linux_6_18.notice, false);
    };
    const std::string flow =
        "udp      17 30 src=10.0.1.2 dst=10.0.2.2 sport=6001 dport=6000 [UNREPLIED] src=10.0.2.2 "
        "dst=10.0.1.2 sport=6000 dport=6001";
    const EventMask marked = mask_of(EventBit::mark);
    EXPECT_EQ(event(7, static_cast<EventMask>(mask_of(EventBit::new_) | marked)), "    [NEW] " + flow + " mark=7");
    EXPECT_EQ(event(0, marked), " [UPDATE] " + flow + " mark=0");
    EXPECT_EQ(event(4294967295, marked), " [UPDATE] " + flow + " mark=4294967295");
    EXPECT_EQ(event(0, mask_of(EventBit::reply)), " [UPDATE] " + flow);
}

TEST(ConntrackText, TcpStateOnlyWithProtoinfo) {
    Listener listener(linux_6_18);
    listener.send({{0, tcp(ends4(), there, 5000, {1000, 0, syn})}});
    const Notice notice{mask_of(EventBit::mark), listener.only_entry(), 0, seconds(9)};
    EXPECT_EQ(conntrack_event_line(notice, linux_6_18, linux_6_18.notice, false),
              " [UPDATE] tcp      6 9 src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [UNREPLIED] src=10.0.2.2 "
              "dst=10.0.1.2 sport=80 dport=5000 mark=0");
}

TEST(ConntrackText, Linux2632DestroyHasNeitherTimeoutNorState) {
    Listener listener(linux_2_6_32);
    listener.send({{0, tcp(ends4(), there, 5000, {1000, 0, syn})},
                   {milliseconds(20), tcp(ends4(), back, 5000, {7000, 1001, syn | ack})},
                   {milliseconds(40), tcp(ends4(), there, 5000, {1001, 7001, ack})}});
    listener.flush();
    const std::vector<std::string> expected = {
        "    [NEW] tcp      6 120 SYN_SENT src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [UNREPLIED] src=10.0.2.2 "
        "dst=10.0.1.2 sport=80 dport=5000",
        " [UPDATE] tcp      6 60 SYN_RECV src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 src=10.0.2.2 dst=10.0.1.2 "
        "sport=80 dport=5000",
        " [UPDATE] tcp      6 432000 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 src=10.0.2.2 "
        "dst=10.0.1.2 sport=80 dport=5000 [ASSURED]",
        "[DESTROY] tcp      6 src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 packets=2 bytes=80 src=10.0.2.2 "
        "dst=10.0.1.2 sport=80 dport=5000 packets=1 bytes=40 [ASSURED] [USERSPACE]"};
    EXPECT_EQ(listener.heard, expected);
}

/// The kernel tracks these by addresses alone; the library goes by their number and shows parts that are all 0.
TEST(ConntrackText, LibraryShowsPartsOfProtocolsWithoutATracker) {
    const auto listed = [](const Edition& edition, std::uint8_t proto) {
        Listener listener(edition);
        listener.send({{0, packet(ends4(), there, proto, 16)}});
        return listener.list(conntrack_list_line).at(0);
    };
    EXPECT_EQ(listed(linux_2_6_32, protocol::udplite),
              "udplite  136 599 src=10.0.1.2 dst=10.0.2.2 sport=0 dport=0 packets=1 bytes=36 [UNREPLIED] src=10.0.2.2 "
              "dst=10.0.1.2 sport=0 dport=0 packets=0 bytes=0 mark=0 use=1");
    EXPECT_EQ(listed(linux_2_6_32, protocol::gre),
              "gre      47 599 src=10.0.1.2 dst=10.0.2.2 srckey=0x0 dstkey=0x0 packets=1 bytes=36 [UNREPLIED] "
              "src=10.0.2.2 dst=10.0.1.2 srckey=0x0 dstkey=0x0 packets=0 bytes=0 mark=0 use=1");
    EXPECT_EQ(listed(linux_2_6_32, protocol::icmpv6),
              "icmpv6   58 599 src=10.0.1.2 dst=10.0.2.2 type=0 code=0 id=0 packets=1 bytes=36 [UNREPLIED] "
              "src=10.0.2.2 dst=10.0.1.2 type=0 code=0 id=0 packets=0 bytes=0 mark=0 use=1");
}

TEST(ConntrackText, Linux269IsToldInTheWordsOfALaterNotifier) {
    Listener listener(linux_2_6_9, true);
    listener.send({{0, query(ends4(), there, 8, 7)}, {milliseconds(20), query(ends4(), back, 0, 7)}});
    ASSERT_GE(listener.heard.size(), 2U);
    EXPECT_EQ(listener.heard.front(),
              "    [NEW] icmp     1 30 src=10.0.1.2 dst=10.0.2.2 type=8 code=0 id=7 [UNREPLIED] src=10.0.2.2 "
              "dst=10.0.1.2 type=0 code=0 id=7");
    EXPECT_TRUE(listener.heard.back().starts_with("[DESTROY] icmp     1 src=10.0.1.2 ")) << listener.heard.back();
}

}  // namespace
}  // namespace conntrack::oracle::test

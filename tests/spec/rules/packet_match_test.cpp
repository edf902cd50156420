// Matches of what stands in the packet itself.
#include "tests/spec/rules/rule_fixture.hpp"

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

namespace {

/// Every text of `yes` takes the packet and its negation does not; with `no` the other way round. A text holds one
/// option at `%`, which becomes "" or "! ".
void expect_takes(const Packet& packet, std::initializer_list<const char*> yes, std::initializer_list<const char*> no) {
    auto with = [](const std::string& text, const char* sign) {
        const auto at = text.find('%');
        return at == text.npos ? text : text.substr(0, at) + sign + text.substr(at + 1);
    };
    auto expect = [&](const std::string& text, bool taken) {
        Subject plain{packet, linux_6_18, "eth0", "eth1"}, inverted{packet, linux_6_18, "eth0", "eth1"};
        EXPECT_EQ(takes(with(text, ""), plain), taken) << text;
        if (text.find('%') == text.npos) return;
        EXPECT_EQ(takes(with(text, "! "), inverted), !taken) << "! " << text;
    };
    for (const char* text : yes) expect(text, true);
    for (const char* text : no) expect(text, false);
}

}  // namespace

TEST(PacketMatch, Addresses) {
    expect_takes(udp_packet(ipv4_ends(1000, 53), Direction::original),
                 {"%-s 10.0.1.2", "%-s 10.0.1.0/24", "%-d 10.0.2.2/31", "%-s 10.7.1.2/255.0.255.0", "-s 0.0.0.0/0"},
                 {"%-s 10.0.1.3", "%-s 10.0.1.128/25", "%-d 10.0.1.2", "%-d 10.0.2.0/31"});
    expect_takes(udp_packet(ipv6_ends(1000, 53), Direction::original),
                 {"%-s 2001:db8:1::2", "%-s 2001:db8:1::/64", "%-d 2001:db8::/31", "%-d ::2/::ffff"},
                 {"%-s 2001:db8:1::3", "%-d 2001:db8:1::/48", "%-d ::3/::ffff", "%-s 2001:db8:1:8000::/49"});
}

TEST(PacketMatch, Interfaces) {
    const Packet packet = udp_packet(ipv4_ends(1000, 53), Direction::original);
    expect_takes(packet, {"%-i eth0", "%-i eth+", "%-o eth1", "-i +", "%-i eth0+"},
                 {"%-i eth", "%-i eth1", "%-i eth00", "%-i Eth+", "%-o eth0", "%-i eth00+"});
    Subject nowhere{packet, linux_6_18, "", ""};
    EXPECT_FALSE(takes("-i eth0", nowhere)) << "a hook without an interface";
    EXPECT_TRUE(takes("! -i eth0", nowhere));
    EXPECT_TRUE(takes("-i + -o +", nowhere));
}

TEST(PacketMatch, Protocols) {
    expect_takes(udp_packet(ipv4_ends(1000, 53), Direction::original), {"%-p udp", "%-p 17", "-p all"},
                 {"%-p tcp", "%-p 136"});
}

TEST(PacketMatch, Fragments) {
    Packet packet = udp_packet(ipv4_ends(1000, 53), Direction::original);
    packet.fragment = true;
    expect_takes(packet, {"-p udp --dport 53"}, {"%-f"});
    packet.later_fragment = true;
    expect_takes(packet, {"%-f"}, {"-p udp --dport 53", "-p udp ! --dport 54", "-p udp -m multiport ! --dports 54"});
}

TEST(PacketMatch, Ports) {
    const Ends ends = ipv4_ends(1000, 53);
    expect_takes(
        udp_packet(ends, Direction::original),
        {"-p udp %--dport 53", "-p udp %--dport 53:60", "-p udp %--dport :53", "-p udp %--sport 1000:", "-p udp -m udp",
         "-p udp ! --sport 53 %--dport 53"},
        {"-p udp %--dport 54:", "-p udp %--sport :999", "-p tcp --dport 53", "-p udp ! --dport 53 --sport 1000"});
    const std::uint8_t twelve = 12;
    Packet sctp = ip_packet(ends, Direction::original, protocol::sctp, twelve);
    expect_takes(sctp, {"-p sctp %--dport 53", "-p sctp --sport 0:65535"}, {"-p sctp %--sport 53"});
    Packet dccp = ip_packet(ends, Direction::original, protocol::dccp, twelve);
    expect_takes(dccp, {"-p dccp %--dport 53"}, {"-p dccp %--sport 53"});
    sctp.transport_available = 11;
    Subject cut{sctp, linux_6_18};
    EXPECT_TRUE(cuts("-p sctp --dport 54", cut));
}

TEST(PacketMatch, Multiport) {
    const Ends ends = ipv4_ends(1000, 53);
    expect_takes(udp_packet(ends, Direction::original),
                 {"-p udp -m multiport %--dports 1,50:53", "-p udp -m multiport %--sports 999:1000",
                  "-p udp -m multiport %--ports 53,7", "-p udp -m multiport %--ports 7,1000"},
                 {"-p udp -m multiport %--dports 1,2,54:60", "-p udp -m multiport %--sports 53",
                  "-p udp -m multiport %--ports 52,54:999,1001:65535"});
    Packet lite = udplite_packet(ends, Direction::original);
    expect_takes(lite, {"-p udplite -m multiport --dports 53"}, {});
    lite.transport_available = 3;
    Subject cut{lite, linux_6_18};
    EXPECT_TRUE(cuts("-p udplite -m multiport --dports 54", cut));
}

TEST(PacketMatch, TcpFlagsAndOptions) {
    Packet packet = tcp_packet(ipv4_ends(1000, 80), Direction::original, {.flags = tcp::flag_syn | tcp::flag_ece});
    packet.tcp->option_kinds.set(2).set(8);
    expect_takes(packet,
                 {"-p tcp %--syn", "-p tcp %--tcp-flags ALL SYN", "-p tcp %--tcp-flags SYN,ACK SYN",
                  "-p tcp %--tcp-flags FIN NONE", "-p tcp %--tcp-option 8", "-p tcp --sport 1000 %--tcp-option 2",
                  "-p tcp --tcp-flags NONE NONE"},
                 {"-p tcp %--tcp-flags SYN,ACK SYN,ACK", "-p tcp %--tcp-flags SYN NONE", "-p tcp %--tcp-option 3",
                  "-p tcp %--tcp-flags SYN SYN,ACK"});
    packet.tcp->options_cut = true;
    Subject cut{packet, linux_6_18}, other_port{packet, linux_6_18};
    EXPECT_TRUE(cuts("-p tcp --tcp-option 3", cut));
    EXPECT_FALSE(cuts("-p tcp --dport 81 --tcp-option 3", other_port)) << "the ports are asked first";
}

/// Seen on linux-6.18: a rule with `-p` drops a packet whose chain of IPv6 headers has no end, whatever the protocol.
TEST(PacketMatch, HeadersThatLeadNowhereDropThePacket) {
    Packet packet = ip_packet(ipv6_ends(0, 0), Direction::original, 60, 0);
    packet.transport_found = false;
    Subject subject{packet, linux_6_18}, other{packet, linux_6_18};
    EXPECT_TRUE(cuts("-p udp", subject));
    EXPECT_TRUE(cuts("! -p udp", subject));
    EXPECT_FALSE(cuts("-i inside", other));
    packet.protocol = 59;  // no next header: that is an end
    Subject ends{packet, linux_6_18};
    EXPECT_FALSE(cuts("-p udp", ends));
    const Packet v4 = ip_packet(ipv4_ends(0, 0), Direction::original, 60, 0);
    Subject of_ipv4{v4, linux_6_18};
    EXPECT_FALSE(cuts("-p udp", of_ipv4));
}

TEST(PacketMatch, ACutHeaderDropsThePacket) {
    Packet packet = tcp_packet(ipv4_ends(1000, 80), Direction::original, {});
    packet.tcp.reset();
    packet.transport_available = 19;
    for (const char* text : {"-p tcp -m tcp", "-p tcp ! --dport 80"}) {
        Subject subject{packet, linux_6_18};
        EXPECT_TRUE(cuts(text, subject)) << text;
    }
    Subject ports_alone{packet, linux_6_18};
    EXPECT_TRUE(takes("-p tcp -m multiport --dports 80", ports_alone)) << "four bytes are enough here";
    Packet udp = udp_packet(ipv4_ends(1000, 80), Direction::original);
    udp.transport_available = 7;
    Subject short_udp{udp, linux_6_18};
    EXPECT_TRUE(cuts("-p udp --dport 81", short_udp));
}

TEST(PacketMatch, IcmpTypes) {
    const Packet unreachable = icmp_packet(ipv4_ends(0, 0), Direction::original, 3, 4);
    expect_takes(unreachable,
                 {"-p icmp %--icmp-type 3", "-p icmp %--icmp-type 3/4", "-p icmp %--icmp-type any",
                  "-p icmp %--icmp-type fragmentation-needed"},
                 {"-p icmp %--icmp-type 3/3", "-p icmp %--icmp-type 4", "-p icmp %--icmp-type echo-request"});
    const Packet echo = echo_packet(ipv6_ends(7, 0), Direction::original);
    expect_takes(echo, {"-p icmpv6 %--icmpv6-type 128", "-p icmpv6 %--icmpv6-type 128/0"},
                 {"-p icmpv6 %--icmpv6-type 128/1", "-p icmpv6 %--icmpv6-type 255"});
    Packet cut = unreachable;
    cut.icmp.reset();
    Subject subject{cut, linux_6_18};
    EXPECT_TRUE(cuts("-p icmp --icmp-type 3", subject));
}

TEST(PacketMatch, MarksAndComments) {
    const Packet packet = udp_packet(ipv4_ends(1000, 53), Direction::original);
    auto marked = [&](const char* text) {
        Subject subject{packet, linux_6_18, "", "", 0x15};
        return takes(text, subject);
    };
    for (const char* text : {"--mark 0x15", "--mark 0x5/0xf", "--mark 0/0x2", "--mark 0x10/0x10"}) {
        EXPECT_TRUE(marked((std::string("-m mark ") + text).c_str())) << text;
        EXPECT_FALSE(marked((std::string("-m mark ! ") + text).c_str())) << text;
    }
    EXPECT_FALSE(marked("-m mark --mark 0x14"));
    EXPECT_FALSE(marked("-m mark --mark 0x15/0xf")) << "a value with bits outside its mask is never met";
    EXPECT_TRUE(marked("-m comment --comment \"not true\""));
}

TEST(TcpOptionKinds, AreFoundAsTheRuleMatchFindsThem) {
    using Bytes = std::vector<std::uint8_t>;
    auto kinds = [](const Bytes& bytes) { return tcp::option_kinds(bytes); };
    EXPECT_EQ(kinds({}), tcp::OptionKinds{});
    EXPECT_EQ(kinds({1, 2, 4, 5, 180, 1}), tcp::OptionKinds().set(1).set(2));
    EXPECT_EQ(kinds({0, 3, 3, 7}), tcp::OptionKinds().set(0).set(3)) << "it walks on behind the end of the list";
    EXPECT_EQ(kinds({8, 0, 5, 1}), tcp::OptionKinds().set(8).set(0).set(5).set(1)) << "over no length, byte by byte";
    EXPECT_EQ(kinds({4, 40, 8, 1}), tcp::OptionKinds().set(4)) << "a length beyond the header ends it";
    EXPECT_EQ(kinds({1, 4}), tcp::OptionKinds().set(1).set(4));
}

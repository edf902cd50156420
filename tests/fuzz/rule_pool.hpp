// Rule sets that a session changes between: each of NAT's ways to choose, and rules that look at entries and mark them.
#pragma once

#include <array>
#include <string_view>

namespace conntrack::testing {

inline constexpr std::array<std::string_view, 16> ipv4_rules = {
    "",
    "*nat\n-A POSTROUTING -o outside -j MASQUERADE\nCOMMIT\n",
    "*nat\n-A POSTROUTING -o outside -j SNAT --to-source 192.0.2.100\n"
    "-A PREROUTING -i outside -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.3:1000\nCOMMIT\n",
    "*nat\n-A POSTROUTING -p udp -j SNAT --to-source 192.0.2.100-192.0.2.101:5000-5001\n"
    "-A POSTROUTING -p tcp -j SNAT --to-source 192.0.2.100:5000-5001\nCOMMIT\n",
    "*nat\n-A PREROUTING -p tcp -j REDIRECT --to-ports 80\n-A OUTPUT -p udp -j REDIRECT --to-ports 53\n"
    "-A OUTPUT -p tcp -j DNAT --to-destination 10.0.0.2\nCOMMIT\n",
    "*nat\n-A POSTROUTING -o outside -p tcp -j MASQUERADE --to-ports 5000-5001 --random\n"
    "-A PREROUTING -j DNAT --to-destination 10.0.0.2-10.0.0.9\nCOMMIT\n",
    "*nat\n-A POSTROUTING -j SNAT --to-source 10.0.0.2-10.0.0.3 --random --persistent\nCOMMIT\n",
    "*nat\n-A PREROUTING -j DNAT --to-destination 224.0.0.1\n-A POSTROUTING -j SNAT --to-source 127.0.0.1\nCOMMIT\n",
    "*raw\n-A PREROUTING -p udp -j CT --zone 1\n-A PREROUTING -p tcp -j CT --zone-orig 2\n"
    "-A OUTPUT -p icmp -j CT --notrack\nCOMMIT\n*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n",
    "*raw\n-A PREROUTING -s 10.0.0.2/32 -j CT --notrack\n-A OUTPUT -j CT --zone-reply 3\nCOMMIT\n",
    "*mangle\n-A PREROUTING -j CONNMARK --restore-mark\n-A FORWARD -j MARK --set-xmark 0x5/0xff\n"
    "-A POSTROUTING -j CONNMARK --save-mark\nCOMMIT\n*filter\n-A FORWARD -m connmark --mark 0x5 -j ACCEPT\nCOMMIT\n",
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A FORWARD -i inside -m conntrack --ctstate NEW,DNAT -j ACCEPT\nCOMMIT\n",
    "*filter\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n-A INPUT -j REJECT\n"
    "-A FORWARD -p udp -j REJECT --reject-with icmp-host-prohibited\nCOMMIT\n",
    "*filter\n-A INPUT -p tcp -j REJECT --reject-with tcp-reset\n-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset\n"
    "-A OUTPUT -p udp -j REJECT\nCOMMIT\n*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n",
    "*mangle\n-A POSTROUTING -p udp -j DROP\nCOMMIT\n*nat\n-A POSTROUTING -p tcp -m tcp --sport 1000 -j DROP\n"
    "-A POSTROUTING -j SNAT --to-source 192.0.2.1\nCOMMIT\n",
    "*nat\n-A PREROUTING -p icmp -j DNAT --to-destination 10.0.0.3\n-A POSTROUTING -p icmp -j SNAT --to-source "
    "192.0.2.100\n-A INPUT -j SNAT --to-source 10.0.0.3\nCOMMIT\n",
};

inline constexpr std::array<std::string_view, 8> ipv6_rules = {
    "",
    "*nat\n-A POSTROUTING -o outside -j MASQUERADE\nCOMMIT\n",
    "*nat\n-A POSTROUTING -j SNAT --to-source fd00:b::64-fd00:b::65\n"
    "-A PREROUTING -p tcp -j DNAT --to-destination [fd00:a::3]:1000\nCOMMIT\n",
    "*nat\n-A PREROUTING -p udp -j DNAT --to-destination ::1\n-A PREROUTING -p tcp -j DNAT --to-destination ff02::1\n"
    "-A POSTROUTING -j SNAT --to-source ff02::1\nCOMMIT\n",
    "*nat\n-A PREROUTING -j REDIRECT\n-A OUTPUT -j REDIRECT\nCOMMIT\n",
    "*filter\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n-A FORWARD -j REJECT\n-A OUTPUT -j REJECT\nCOMMIT\n",
    "*nat\n-A OUTPUT -p ipv6-icmp -j DNAT --to-destination fd00:b::2\n-A POSTROUTING -j SNAT --to-source ::1\nCOMMIT\n",
    "*raw\n-A PREROUTING -j CT --zone-orig 7\nCOMMIT\n*nat\n-A POSTROUTING -j MASQUERADE --random-fully\nCOMMIT\n",
};

}  // namespace conntrack::testing

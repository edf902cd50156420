#include "tests/model/path/rules.hpp"

#include "spec/rules/rule_set.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace conntrack::testing {

namespace {

using rules::TableId;

/// A line; words that begin with $ are addresses, written as the family does.
struct Line {
    TableId table;
    std::string_view text;
    bool later_only = false;  // zones and --random-fully came after linux-2.6.32
};

constexpr std::array<Line, 30> lines = {{
    {TableId::nat, ""},  // a nat table without rules: null bindings
    {TableId::nat, "-A POSTROUTING -o outside -j SNAT --to-source $router"},
    {TableId::nat, "-A POSTROUTING -o outside -j MASQUERADE"},
    {TableId::nat, "-A PREROUTING -i outside -d $router/128 -j DNAT --to-destination $host"},
    {TableId::nat, "-A POSTROUTING -o outside -p udp -j SNAT --to-source $first-$last"},
    {TableId::nat, "-A POSTROUTING -o outside -p udp -j SNAT --to-source $[first]:4000-4001"},
    {TableId::nat, "-A POSTROUTING -o outside -p tcp -j SNAT --to-source $[first]:4000"},
    {TableId::nat, "-A POSTROUTING -o outside -p icmp -j SNAT --to-source $first-$last"},
    {TableId::nat, "-A PREROUTING -p udp --dport 53 -j DNAT --to-destination $server-$far"},
    {TableId::nat, "-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination $[server]:8080-8081"},
    {TableId::nat, "-A PREROUTING -p tcp --dport 81 -j REDIRECT --to-ports 8080"},
    {TableId::nat, "-A PREROUTING -p udp --dport 81 -j REDIRECT"},
    {TableId::nat, "-A POSTROUTING -o inside -j SNAT --to-source $inner"},
    {TableId::nat, "-A POSTROUTING -o outside -p udp -j MASQUERADE --to-ports 4000-4002"},
    {TableId::nat, "-A POSTROUTING -o other -j MASQUERADE"},
    {TableId::nat, "-A POSTROUTING -p udp -j SNAT --to-source $first-$last --persistent"},
    {TableId::nat, "-A POSTROUTING -p tcp -j SNAT --to-source $router --random"},
    {TableId::nat, "-A POSTROUTING -p tcp -j MASQUERADE --random-fully", true},
    {TableId::nat, "-A POSTROUTING -p udp --dport 80 -j ACCEPT"},
    {TableId::filter, "-A FORWARD -p udp --dport 80 -j DROP"},
    {TableId::filter, "-A FORWARD -m conntrack --ctstate INVALID -j DROP"},
    {TableId::filter, "-A FORWARD -i outside -m conntrack --ctstate NEW -j REJECT"},
    {TableId::filter, "-A FORWARD -p tcp -m tcp --dport 53 -j REJECT --reject-with tcp-reset"},
    {TableId::mangle, "-A FORWARD -p udp -j CONNMARK --set-xmark 0x7/0xffffffff"},
    {TableId::mangle, "-A PREROUTING -p tcp --dport 81 -j DROP"},
    {TableId::raw, "-A PREROUTING -p udp --sport 1501 -j NOTRACK"},
    {TableId::raw, "-A PREROUTING -s $host/128 -j NOTRACK"},
    {TableId::raw, "-A PREROUTING -i inside -p udp -j CT --zone 1", true},
    {TableId::raw, "-A PREROUTING -p tcp -j CT --zone 2", true},
    {TableId::raw, "-A PREROUTING -i inside -s $host/128 -j CT --zone-orig 3", true},
}};

struct Word {
    std::string_view name, v4, v6;
};
constexpr std::array<Word, 7> words = {{{"router", "192.0.2.1", "fd00:b::1"},
                                        {"host", "10.0.0.2", "fd00:a::2"},
                                        {"first", "192.0.2.100", "fd00:b::100"},
                                        {"last", "192.0.2.102", "fd00:b::102"},
                                        {"server", "192.0.2.2", "fd00:b::2"},
                                        {"far", "192.0.2.3", "fd00:b::3"},
                                        {"inner", "10.0.0.1", "fd00:a::1"}}};

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

std::string written(std::string_view line, Family family) {
    std::string out(line);
    const bool v4 = family == Family::ipv4;
    for (const Word& word : words) {
        const std::string address(v4 ? word.v4 : word.v6), name(word.name);
        replace_all(out, "$[" + name + "]", v4 ? address : "[" + address + "]");
        replace_all(out, "$" + name, address);
    }
    replace_all(out, "/128", v4 ? "/32" : "/128");
    if (!v4) replace_all(out, "-p icmp ", "-p ipv6-icmp ");
    return out;
}

}  // namespace

std::string rules_text(std::uint32_t picked, Family family, const Edition& edition) {
    std::string out;
    for (const TableId table : rules::all_tables) {
        std::string mine;
        bool any = false;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const Line& line = lines[i];
            const bool there = !line.later_only || edition.id == EditionId::linux_6_18;
            if (line.table != table || !there || (picked >> i & 1u) == 0) continue;
            any = true;
            if (!line.text.empty()) mine += written(line.text, family) + "\n";
        }
        if (any) out += "*" + std::string(name(table)) + "\n" + mine + "COMMIT\n";
    }
    return out;
}

}  // namespace conntrack::testing

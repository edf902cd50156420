// Rules for real_iptables.sh, on standard output:
//   rules_tool written|canonical FAMILY   all samples as one text, as they were written or in their canonical form
//   rules_tool random FAMILY SEED         a random rule set, with counters
//   rules_tool read FAMILY < TEXT         what the text means, in canonical form with counters; 1 for a text it refuses
//   rules_tool bad FAMILY                 texts that are refused here and by iptables, each behind a byte of value 0
//   rules_tool counted FILE PORT...       the counters after a UDP datagram from this host to each port of itself
#include "spec/editions.hpp"
#include "spec/rules/parse.hpp"
#include "spec/rules/run.hpp"
#include "spec/rules/to_text.hpp"
#include "tests/spec/rules/random_rules.hpp"
#include "tests/spec/rules/rule_samples.hpp"
#include "tests/support/packets.hpp"

#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <span>
#include <string>

using namespace conntrack;
using namespace conntrack::rules;
using namespace conntrack::testing;

namespace {

/// All samples in one text: a table each, with the chain `user`.
std::string sample_text(std::span<const Sample> samples, bool canonical) {
    std::string out;
    for (const TableId id : all_tables) {
        out += "*" + std::string(name(id)) + "\n:user - [0:0]\n";
        for (const Sample& sample : samples)
            if (sample.table == name(id))
                out += std::string(canonical && sample.canonical ? sample.canonical : sample.written) + "\n";
        out += "COMMIT\n";
    }
    return out;
}

RuleSet read_or_die(const std::string& text, Family family) {
    auto result = parse(text, family);
    if (const auto* error = std::get_if<ParseError>(&result)) {
        std::cerr << error->text() << "\n";
        std::exit(1);
    }
    return std::get<RuleSet>(std::move(result));
}

std::string everything(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

void write_bad(std::span<const Bad> rules, const char* table) {
    for (const Bad& bad : rules) {
        if (bad.real == Real::takes) continue;
        std::cout << (table ? "*" + std::string(table) + "\n:user - [0:0]\n" + bad.text + "\nCOMMIT\n" : bad.text)
                  << '\0';
    }
}

void write_all_bad(Family family) {
    if (family == Family::ipv6) {
        write_bad(bad_ipv6_rules, "filter");
        write_bad(bad_ipv6_nat_rules, "nat");
        return;
    }
    write_bad(bad_texts, nullptr);
    write_bad(bad_filter_rules, "filter");
    write_bad(bad_nat_rules, "nat");
    write_bad(bad_raw_rules, "raw");
}

/// One datagram over the loopback interface: out and, with the entry it got, in again. Port 10 is not tracked.
void send_to_itself(const RuleSet& rules, RuleCounters& counters, std::uint16_t port) {
    const Address self = Address::v4(0x7f000001);
    constexpr std::uint16_t from = 40000;
    const Packet packet = udp_packet({Family::ipv4, self, self, from, port}, Direction::original, 2);
    FlowView flow;
    flow.original = {self, self, from, port, protocol::udp, Family::ipv4, 0};
    flow.reply = {self, self, port, from, protocol::udp, Family::ipv4, 0};
    Subject subject{packet, linux_6_18, "", "lo"};
    subject.counters = &counters;

    auto passes = [&](TableId table, Hook hook) {
        return run(rules, table, hook, subject).kind == Decision::Kind::accept;
    };
    if (!passes(TableId::raw, Hook::output)) return;
    if (subject.info != CtInfo::untracked) subject.tracked(CtInfo::new_, Direction::original, &flow);
    if (!passes(TableId::mangle, Hook::output) || !passes(TableId::filter, Hook::output)) return;
    if (!passes(TableId::mangle, Hook::postrouting)) return;
    flow.status.set(Status::confirmed);
    flow.seconds_left = 29;
    subject.in = "lo";
    subject.out = "";
    for (const TableId table : {TableId::raw, TableId::mangle})
        if (!passes(table, Hook::prerouting)) return;
    for (const TableId table : {TableId::mangle, TableId::filter})
        if (!passes(table, Hook::input)) return;
}

int counted(const std::string& path, std::span<char*> ports) {
    std::ifstream file(path);
    const RuleSet rules = read_or_die(everything(file), Family::ipv4);
    RuleCounters counters(rules);
    for (const char* port : ports) send_to_itself(rules, counters, static_cast<std::uint16_t>(std::stoi(port)));
    std::cout << to_text(rules, true, &counters);
    return 0;
}

}  // namespace

int main(int count, char** words) {
    const std::span<char*> arguments(words, static_cast<std::size_t>(count));
    if (arguments.size() < 3) return 2;
    const std::string verb = arguments[1];
    if (verb == "counted") return counted(arguments[2], arguments.subspan(3));
    const Family family = std::string_view(arguments[2]) == "ipv6" ? Family::ipv6 : Family::ipv4;
    const std::span<const Sample> samples =
        family == Family::ipv4 ? std::span<const Sample>(ipv4_samples) : std::span<const Sample>(ipv6_samples);
    if (verb == "written") std::cout << sample_text(samples, false);
    if (verb == "canonical") std::cout << to_text(read_or_die(sample_text(samples, true), family), true);
    if (verb == "random") std::cout << to_text(random_rules(std::stoull(arguments[3]), family), true);
    if (verb == "read") std::cout << to_text(read_or_die(everything(std::cin), family), true);
    if (verb == "bad") write_all_bad(family);
    return 0;
}

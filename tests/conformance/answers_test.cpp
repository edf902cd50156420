// What the router of linux-6.18 answers itself, to the byte, and what tracking says of it. `check` compares neither,
// for a recorder need not see it.
#include "oracle/check/recorded_choice.hpp"
#include "oracle/play/player.hpp"
#include "oracle/text/addresses.hpp"
#include "spec/wire/big_endian.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <filesystem>
#include <map>

namespace conntrack::oracle {

namespace {

/// Ports that NAT chose are those of the recording.
class RecordedPorts final : public Choices {
  public:
    explicit RecordedPorts(const Recording& recording) : recording_(recording) {}
    void begin_step(std::size_t step) { step_ = step; }
    std::uint16_t search_start(const Chooser& entry, nat::Manip manip, std::uint32_t first,
                               std::uint32_t size) override {
        const auto part = recorded_part(recording_, step_, entry, manip);
        return part && *part >= first && *part - first < size ? static_cast<std::uint16_t>(*part - first) : 0;
    }

  private:
    const Recording& recording_;
    std::size_t step_ = 0;
};

void clear(std::vector<std::uint8_t>& bytes, std::size_t at, std::size_t count) {
    for (std::size_t i = at; i < std::min(at + count, bytes.size()); ++i) bytes[i] = 0;
}

/// Without what hangs on the moment or on the machine: identifiers, flow labels, the time of day in a timestamp reply.
/// An interface that lists no link-local address has one nevertheless, which the machine chose (`any_source`).
std::string comparable(std::vector<std::uint8_t> bytes, bool any_source) {
    constexpr std::uint8_t timestamp_reply = 14, icmp = 1;
    if (bytes[0] >> 4 == 6) {
        clear(bytes, 1, 3);
        if (any_source) clear(bytes, 8, 16), clear(bytes, 42, 2);
        return to_hex(bytes);
    }
    clear(bytes, 4, 2);
    clear(bytes, 10, 2);
    const std::size_t header = (bytes[0] & 0xfu) * std::size_t{4};
    if (bytes[9] == icmp && bytes[header] == timestamp_reply) clear(bytes, header + 2, 2), clear(bytes, header + 12, 8);
    return to_hex(bytes);
}

bool is_link_local_source(const std::vector<std::uint8_t>& bytes) {
    return bytes[0] >> 4 == 6 && wire::get16(bytes, 8) == 0xfe80;
}

/// The answers of a step, and what tracking said of each.
std::vector<std::string> answers_of(const Json& line, const std::vector<bool>& any_source) {
    std::vector<std::string> out;
    const Json& verdict = line.at("verdict");
    if (const auto local = verdict.find("local"); local != verdict.end())
        for (const Json& answer : *local)
            out.push_back(answer.at("side").get<std::string>() + " " +
                          comparable(*parse_hex(answer.at("out").get<std::string>()),
                                     out.size() < any_source.size() && any_source[out.size()]));
    if (const auto ct = verdict.find("local_ct"); ct != verdict.end()) out.push_back(ct->dump());
    return out;
}

bool lists_link_local(const Recording& recording) {
    for (const Interface& i : recording.scenario.interfaces)
        for (const Network& n : i.addresses)
            if (is_link_local(n.family, n.address)) return true;
    return false;
}

/// Linux answers a sender whose packets it has no route for once in a second (ip_error, net/ipv4/route.c: a token each
/// second, none left after another answer while icmp_ratelimit is 0, as it was for the recordings). The model answers
/// always.
class Limit {
  public:
    /// True if the recording may lack the one answer that was played.
    bool may_hold_back(const Json& played, const Json& recorded, double at) {
        for (const Json& answer : local(recorded)) last_[receiver(answer)] = at;
        if (!local(recorded).empty() || local(played).size() != 1) return false;
        const Json answer = local(played)[0];
        const auto bytes = *parse_hex(answer.at("out").get<std::string>());
        constexpr std::uint8_t icmp = 1, unreachable = 3, network = 0;
        const bool no_route =
            bytes[0] >> 4 == 4 && bytes[9] == icmp && bytes[20] == unreachable && bytes[21] == network;
        const auto last = last_.find(receiver(answer));
        return no_route && last != last_.end() && at - last->second < 1;
    }

  private:
    std::map<std::string, double> last_;

    static Json local(const Json& verdict) { return verdict.value("local", Json::array()); }
    static std::string receiver(const Json& answer) {
        const auto bytes = *parse_hex(answer.at("out").get<std::string>());
        const std::size_t at = bytes[0] >> 4 == 4 ? 16 : 24, size = bytes[0] >> 4 == 4 ? 4 : 16;
        return {bytes.begin() + static_cast<std::ptrdiff_t>(at),
                bytes.begin() + static_cast<std::ptrdiff_t>(at + size)};
    }
};

/// Returns how many answers there were.
std::size_t compare(const Recording& recording) {
    RecordedPorts ports(recording);
    Player player(recording.scenario, recording.scenario.edition);
    player.tracker().choose_by(ports);
    const bool chosen_by_machine = !lists_link_local(recording);
    std::size_t answers = 0;
    Limit limit;
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        const RecordedStep& recorded = recording.steps[i];
        ports.begin_step(i);
        const auto sent = recorded.line.find("sent");
        const auto bytes = sent == recorded.line.end() ? std::nullopt : parse_hex(sent->get<std::string>());
        const StepResult played = player.play(recorded.step, bytes ? &*bytes : nullptr);
        if (!std::holds_alternative<PacketStep>(recorded.step.action)) continue;
        std::vector<bool> any_source;
        const Json& verdict = recorded.line.at("verdict");
        if (const auto local = verdict.find("local"); local != verdict.end())
            for (const Json& answer : *local)
                any_source.push_back(chosen_by_machine &&
                                     is_link_local_source(*parse_hex(answer.at("out").get<std::string>())));
        answers += any_source.size();
        if (limit.may_hold_back(played.json.at("verdict"), verdict, recorded.line.at("t").get<double>())) continue;
        EXPECT_EQ(answers_of(played.json, any_source), answers_of(recorded.line, any_source))
            << recording.scenario.name << " line " << recorded.line_number;
    }
    return answers;
}

}  // namespace

TEST(RecordedAnswers, OfTheRouterAreTheModels) {
    std::size_t answers = 0;
    for (const char* group : {"zones", "rules", "nat_more", "protocols", "local", "ipv6_nat", "random_rules",
                              "interfaces", "odd_packets"}) {
        const auto file =
            std::filesystem::path(testing::recordings_folder()) / "linux-6.18" / (std::string(group) + ".jsonl.xz");
        read_recordings(file.string(), [&](Recording&& recording) { answers += compare(recording); });
    }
    EXPECT_GT(answers, 700U);
}

}  // namespace conntrack::oracle

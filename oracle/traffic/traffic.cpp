#include "oracle/traffic/traffic.hpp"

#include "oracle/adapters/answer_line.hpp"
#include "oracle/play/player.hpp"
#include "oracle/record/scenario_json.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/traffic/announcements.hpp"
#include "oracle/traffic/flow.hpp"
#include "oracle/traffic/oddity.hpp"
#include "oracle/traffic/rule_pool.hpp"
#include "oracle/traffic/waiting.hpp"
#include "spec/wire/layout.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>

namespace conntrack::oracle::traffic {

namespace {

FlowKind draw_kind(Profile profile, Numbers& numbers) {
    constexpr std::array<Share<FlowKind>, 8> mixed = {{{FlowKind::tcp, 50},
                                                       {FlowKind::udp, 20},
                                                       {FlowKind::udplite, 4},
                                                       {FlowKind::echo, 14},
                                                       {FlowKind::other_query, 5},
                                                       {FlowKind::sctp, 6},
                                                       {FlowKind::gre, 3},
                                                       {FlowKind::unknown, 7}}};
    constexpr std::array<Share<FlowKind>, 2> datagrams = {{{FlowKind::udp, 3}, {FlowKind::udplite, 1}}};
    constexpr std::array<Share<FlowKind>, 3> queries = {
        {{FlowKind::echo, 3}, {FlowKind::other_query, 2}, {FlowKind::udp, 1}}};
    constexpr std::array<Share<FlowKind>, 2> tunnels = {{{FlowKind::gre, 5}, {FlowKind::udp, 1}}};
    constexpr std::array<Share<FlowKind>, 4> announcing = {
        {{FlowKind::ftp, 14}, {FlowKind::tftp, 3}, {FlowKind::tcp, 2}, {FlowKind::udp, 1}}};
    switch (profile) {
        case Profile::ftp: return numbers.pick(announcing);
        case Profile::tcp: return FlowKind::tcp;
        case Profile::udp: return numbers.pick(datagrams);
        case Profile::icmp: return numbers.pick(queries);
        case Profile::sctp: return FlowKind::sctp;
        case Profile::gre: return numbers.pick(tunnels);
        default: return numbers.pick(mixed);
    }
}

std::uint8_t protocol_of(FlowKind kind, Family family, Numbers& numbers) {
    switch (kind) {
        case FlowKind::tcp:
        case FlowKind::ftp: return protocol::tcp;
        case FlowKind::udp:
        case FlowKind::tftp: return protocol::udp;
        case FlowKind::udplite: return protocol::udplite;
        case FlowKind::sctp: return protocol::sctp;
        case FlowKind::gre: return protocol::gre;
        case FlowKind::unknown: return numbers.one_in(2) ? 99 : 50;
        default: return family == Family::ipv4 ? protocol::icmp : protocol::icmpv6;
    }
}

Flow draw_flow(const TrafficOptions& options, Numbers& numbers) {
    Flow flow;
    const bool may_be_v6 = options.edition != EditionId::linux_2_6_9;
    flow.family = may_be_v6 && numbers.percent(30) ? Family::ipv6 : Family::ipv4;
    flow.kind = draw_kind(options.profile, numbers);
    if (flow.family == Family::ipv6 && flow.kind == FlowKind::other_query) flow.kind = FlowKind::echo;
    flow.protocol = protocol_of(flow.kind, flow.family, numbers);
    flow.client_inside = numbers.percent(85);
    const std::uint32_t a = 2 + numbers.below(3), b = 2 + numbers.below(2);
    const bool v4 = flow.family == Family::ipv4;
    const Address inside = v4 ? Address::v4(0x0a00'0000 + a) : Address{0xfd00'000a'0000'0000, a};
    const Address outside = v4 ? Address::v4(0xc633'6400 + b) : Address{0xfd00'000b'0000'0000, b};
    flow.client = flow.client_inside ? inside : outside;
    flow.server = flow.client_inside ? outside : inside;
    // Few ports, so that flows meet.
    flow.client_part = static_cast<std::uint16_t>(1000 + numbers.below(3));
    constexpr std::array<std::uint16_t, 3> services = {80, 81, 53};
    flow.server_part = numbers.of(services);
    // The two ids of a call; 0: no call, but GRE of version 0.
    if (flow.kind == FlowKind::gre && numbers.one_in(3)) flow.client_part = 0;
    if (flow.kind == FlowKind::ftp) flow.server_part = 21;
    if (flow.kind == FlowKind::tftp) flow.server_part = 69;
    flow.client_start = numbers.one_in(3) ? 0xffff'ff00 : numbers.any32();
    flow.server_start = numbers.one_in(3) ? 0xffff'ff00 : numbers.any32();
    return flow;
}

struct SettingChoice {
    const char* name;
    std::array<std::int64_t, 3> values;
};

SettingChoice draw_setting(Profile profile, Numbers& numbers) {
    constexpr std::array<SettingChoice, 10> usual = {{{"tcp_loose", {1, 0, 0}},
                                                      {"tcp_be_liberal", {0, 1, 1}},
                                                      {"tcp_max_retrans", {3, 1, 0}},
                                                      {"tcp_ignore_invalid_rst", {0, 1, 1}},
                                                      {"tcp_timeout_established", {432'000, 1000, 100}},
                                                      {"tcp_timeout_unacknowledged", {300, 20, 500}},
                                                      {"udp_timeout", {30, 5, 40}},
                                                      {"udp_timeout_stream", {180, 10, 10'000}},
                                                      {"icmp_timeout", {30, 7, 300}},
                                                      {"generic_timeout", {600, 3, 1000}}}};
    constexpr std::array<SettingChoice, 6> of_sctp = {{{"sctp_timeout_closed", {10, 20, 100}},
                                                       {"sctp_timeout_cookie_wait", {3, 30, 9}},
                                                       {"sctp_timeout_established", {432'000, 210, 1000}},
                                                       {"sctp_timeout_shutdown_sent", {3, 5, 50}},
                                                       {"sctp_timeout_shutdown_ack_sent", {3, 5, 50}},
                                                       {"sctp_timeout_heartbeat_sent", {30, 5, 300}}}};
    constexpr std::array<SettingChoice, 2> of_gre = {
        {{"gre_timeout", {30, 20, 200}}, {"gre_timeout_stream", {180, 100, 1000}}}};
    switch (profile) {
        case Profile::sctp: return numbers.of(of_sctp);
        case Profile::gre: return numbers.of(of_gre);
        default: return numbers.of(usual);
    }
}

std::string prefix_of(EditionId edition) {
    return edition == EditionId::linux_2_6_9 ? "ip_conntrack_" : "nf_conntrack_";
}

Json draw_settings(const TrafficOptions& options, Numbers& numbers) {
    Json out = Json::object();
    const std::string prefix = prefix_of(options.edition);
    for (std::uint32_t n = numbers.one_in(3) ? 1 + numbers.below(2) : 0; n > 0; --n) {
        const SettingChoice choice = draw_setting(options.profile, numbers);
        out[prefix + choice.name] = numbers.of(choice.values);
    }
    return out;
}

/// Protocols that come in one profile alone are tracked generically in the others, as where nobody loads modules.
Json modules_of(Profile profile) {
    switch (profile) {
        case Profile::sctp: return {"sctp"};
        case Profile::gre: return {"gre"};
        case Profile::hostile: return {"sctp", "gre", "udplite"};
        default: return Json::array();
    }
}

Json draw_header(std::uint64_t seed, const TrafficOptions& options, Numbers& numbers) {
    const bool waits = options.waits == Waits::seconds;
    Json out = {{"name", fmt::format("{}-{}{}", name(options.profile), waits ? "waits-" : "", seed)},
                {"edition", edition(options.edition).name},
                {"group", "random"}};
    // The later edition has all trackers.
    const Json modules = modules_of(options.profile);
    if (options.edition != EditionId::linux_6_18 && !modules.empty()) out["modules"] = modules;
    Json sysctl = draw_settings(options, numbers);
    if (waits) sysctl.update(short_timeouts(options.edition, numbers));
    if (!sysctl.empty()) out["sysctl"] = std::move(sysctl);
    // Neighbours have the same rules: to change those of a live kernel takes as long as thousands of packets.
    constexpr std::uint64_t neighbours = 16;
    Numbers of_neighbours(seed / neighbours * 0x2545'f491'4f6c'dd1d + 1);
    if (options.profile == Profile::ftp) {
        out["modules"] = {"ftp", "tftp"};
        // Linux takes the maximum in its first network namespace alone.
        if (numbers.one_in(12) && options.waits == Waits::any)
            out["sysctl"][prefix_of(options.edition) + "expect_max"] = numbers.below(3);
    }
    const RuleText rules = draw_rules(options.profile, options.edition, of_neighbours);
    if (!rules.ipv4.empty()) out["rules"]["ipv4"] = rules.ipv4;
    if (!rules.ipv6.empty() && options.edition == EditionId::linux_6_18) out["rules"]["ipv6"] = rules.ipv6;
    return out;
}

Scenario read(const Json& header) { return read_header(Fields(header, {.file = "a random scenario"}, "")); }

/// One scenario on its way.
class Maker {
  public:
    Maker(std::uint64_t seed, const TrafficOptions& options)
        : options_(options), numbers_(seed * 0x9e37'79b9'7f4a'7c15 + static_cast<std::uint64_t>(options.profile)) {
        out_.scenario = read(draw_header(seed, options, numbers_));
        translates_ = out_.scenario.json.contains("rules");
        const std::uint32_t flows = 1 + numbers_.below(4);
        for (std::uint32_t i = 0; i < flows; ++i) flows_.push_back(draw_flow(options, numbers_));
        header_ = out_.scenario;
        constexpr std::uint32_t with_fragments = 16;
        cuts_ = options.profile == Profile::hostile && numbers_.one_in(with_fragments);
        player_ = std::make_unique<Player>(
            header_, options.edition,
            Player::Options{.table_after_every_step = false, .trace = &trace_, .form = Player::Form::values});
    }

    Traffic make() {
        constexpr std::uint32_t shortest = 20, more = 60;
        const std::uint32_t steps = shortest + numbers_.below(more);
        foreseen_.edition = options_.edition;
        while (out_.scenario.steps.size() < steps) move();
        out_.scenario.foreseen = std::make_shared<const Foreseen>(std::move(foreseen_));
        return std::move(out_);
    }

  private:
    enum class Deed : std::uint8_t { packet, again, error, to_router, wait, remove, flush, expected };

    TrafficOptions options_;
    Numbers numbers_;
    Traffic out_;
    Foreseen foreseen_;
    Trace trace_;
    Scenario header_;  // what the player plays; it has no steps
    std::unique_ptr<Player> player_;
    std::vector<Flow> flows_;
    bool translates_ = false;
    bool cuts_ = false;                     // some packets come in fragments
    bool has_waited_ = false;               // for seconds, and no packet came since then
    std::optional<std::size_t> next_flow_;  // whose packet should come next
    Time now_ = 0;

    void move() {
        constexpr std::array<Share<Deed>, 7> deeds = {{{Deed::packet, 80},
                                                       {Deed::again, 5},
                                                       {Deed::error, 6},
                                                       {Deed::to_router, 2},
                                                       {Deed::wait, 5},
                                                       {Deed::remove, 1},
                                                       {Deed::flush, 1}}};
        constexpr std::array<Share<Deed>, 7> announced = {{{Deed::packet, 70},
                                                           {Deed::again, 6},
                                                           {Deed::error, 3},
                                                           {Deed::wait, 5},
                                                           {Deed::remove, 1},
                                                           {Deed::flush, 1},
                                                           {Deed::expected, 14}}};
        if (options_.waits == Waits::seconds && numbers_.one_in(7)) return wait_for_seconds();
        if (options_.waits == Waits::seconds && translates_ && numbers_.one_in(30)) return change_interfaces();
        // Half of all packets are of the first flow, so that conversations get somewhere.
        Flow& any =
            numbers_.one_in(2) ? flows_.front() : flows_[numbers_.below(static_cast<std::uint32_t>(flows_.size()))];
        const auto meant = std::exchange(next_flow_, std::nullopt);
        Flow& flow = meant ? flows_[*meant] : any;
        switch (options_.profile == Profile::ftp ? numbers_.pick(announced) : numbers_.pick(deeds)) {
            case Deed::packet: return send(flow);
            case Deed::again: return flow.last_sent.empty() ? send(flow) : send_again(flow);
            case Deed::error: return flow.last_sent.empty() ? send(flow) : send_error(flow);
            case Deed::to_router: return send_to_router(flow);
            case Deed::wait: return wait();
            case Deed::remove: add(DeleteStep{flow.tuple()}); return;
            case Deed::flush: return flush();
            case Deed::expected: return begin_expected();
        }
    }

    void flush() {
        const bool of_expectations = options_.profile == Profile::ftp && numbers_.one_in(2);
        if (of_expectations)
            add(FlushExpectationsStep{});
        else
            add(FlushStep{});
    }

    /// The first packet of what is expected; the flow may go on afterwards.
    void begin_expected() {
        constexpr std::size_t most_flows = 8;
        auto flow = expected_flow(player_->tracker(), numbers_);
        if (!flow) return send(flows_.front());
        send(*flow);
        if (flows_.size() < most_flows) flows_.push_back(*std::move(flow));
    }

    void wait() {
        if (options_.waits != Waits::any) return;
        constexpr std::array<std::int64_t, 14> usual = {1,       999,       1000,       1001,       2000,
                                                        2001,    10'000,    30'000,     60'000,     120'000,
                                                        300'000, 3'600'000, 86'400'000, 432'000'000};
        constexpr std::array<Time, 3> to_the_side = {0, -1'000'000, 1'000'000};
        now_ += milliseconds(numbers_.of(usual)) + numbers_.of(to_the_side);
    }

    void change_interfaces() {
        const Json step = {{"at", static_cast<double>(now_) / 1e9},
                           {"interfaces", other_interfaces(options_.edition, numbers_)}};
        add(read_step(Fields(step, {.file = "a random scenario"}, ""), 0));
        now_ += interfaces_take;
    }

    /// Until an entry expires, or nearly; mostly a packet of its flow comes then.
    void wait_for_seconds() {
        const Moment moment = next_moment(player_->tracker(), now_, numbers_);
        if (moment.at > longest_waiting) return;
        now_ = moment.at;
        has_waited_ = true;
        const auto is_meant = [&](const Flow& flow) { return flow.tuple() == moment.next_to; };
        const auto found = std::ranges::find_if(flows_, is_meant);
        if (found != flows_.end()) next_flow_ = static_cast<std::size_t>(found - flows_.begin());
        // What nobody touches any more must be told of as well.
        if (numbers_.one_in(6)) add(ObserveStep{});
    }

    /// Who speaks next: a conversation goes back and forth, but the client begins. After a while of silence it may as
    /// well be the server: an answer to what has expired is new.
    Direction speaker(const Flow& flow) {
        const bool met = player_->tracker().entry_with(flow.tuple()) != nullptr;
        const bool was_silent = std::exchange(has_waited_, false);
        if (!met && !numbers_.one_in(was_silent ? 2 : 8)) return Direction::original;
        return numbers_.one_in(2) ? Direction::reply : Direction::original;
    }

    void send(Flow& flow) {
        const Direction from = speaker(flow);
        Bytes packet = next_packet(flow, from, player_->tracker(), numbers_);
        const bool odd = numbers_.percent(options_.profile == Profile::hostile ? 40 : 2);
        if (odd) make_odd(packet, numbers_);
        flow.last_sent = packet;
        if (!cuts_ || !numbers_.one_in(3)) return send_bytes(flow, from, packet);
        for (const Bytes& piece : in_fragments(packet, numbers_)) send_bytes(flow, from, piece);
    }

    void send_again(Flow& flow) {
        const Bytes& sent = flow.last_sent;
        const Direction from = comes_from_client(flow, sent) ? Direction::original : Direction::reply;
        const std::uint32_t times = 1 + numbers_.below(4);
        for (std::uint32_t i = 0; i < times; ++i) send_bytes(flow, from, Bytes(sent));
    }

    static bool comes_from_client(const Flow& flow, const Bytes& packet) {
        return wire::source_of(packet, flow.family) == flow.client;
    }

    void send_error(Flow& flow) {
        const bool about_client = comes_from_client(flow, flow.last_sent);
        Bytes error = error_about(flow.last_sent, numbers_);
        if (options_.profile == Profile::hostile && numbers_.percent(40)) make_odd(error, numbers_);
        PacketStep step{.interface = flow.interface(about_client ? Direction::reply : Direction::original),
                        .bytes = std::move(error)};
        // It quotes what the receiver saw, and goes to whom that came from.
        if (translates_ && about_client && flow.came_out) {
            for (const auto& [from, field] : {std::pair{"src", "dst"},
                                              {"src", "inner_src"},
                                              {"dst", "inner_dst"},
                                              {"sport", "inner_sport"},
                                              {"dport", "inner_dport"},
                                              {"id", "inner_id"}})
                step.substitutions.push_back({*flow.came_out, from, field});
        }
        add(std::move(step));
    }

    void send_to_router(Flow& flow) {
        Flow to_router = flow;
        const bool inside = flow.client_inside, v4 = flow.family == Family::ipv4;
        to_router.server = v4 ? Address::v4(inside ? 0x0a00'0001 : 0xc000'0201)
                              : Address{inside ? 0xfd00'000a'0000'0000 : 0xfd00'000b'0000'0000, 1};
        add(PacketStep{.interface = to_router.interface(Direction::original),
                       .bytes = next_packet(to_router, Direction::original, player_->tracker(), numbers_)});
    }

    void send_bytes(Flow& flow, Direction from, const Bytes& packet) {
        PacketStep step{.interface = flow.interface(from), .bytes = packet};
        const bool answers = from == Direction::reply && translates_ && flow.came_out;
        if (answers)
            for (const auto& [of, field] :
                 {std::pair{"src", "dst"}, {"dst", "src"}, {"sport", "dport"}, {"dport", "sport"}, {"id", "id"}})
                step.substitutions.push_back({*flow.came_out, of, field});
        const std::size_t number = out_.scenario.steps.size();
        const bool emerged = add(std::move(step));
        if (emerged && from == Direction::original) flow.came_out = number;
    }

    /// Adds the step and plays it. True: a packet left.
    bool add(Action action) { return add(Step{.at = now_, .action = std::move(action), .json = {}}); }
    bool add(Step step) {
        trace_.tcp.reset();
        StepResult result = shown_answer(*player_, step);
        foreseen_.steps.push_back(std::move(result.shown));
        if (trace_.tcp && options_.on_tcp) options_.on_tcp(*trace_.tcp);
        const bool is_packet = std::holds_alternative<PacketStep>(step.action);
        out_.scenario.steps.push_back(std::move(step));
        if (!is_packet) return false;
        ++out_.packets;
        if (result.verdict) out_.clauses.set(static_cast<std::size_t>(result.verdict->clause));
        return result.emerged;
    }
};

}  // namespace

Traffic make_traffic(std::uint64_t seed, const TrafficOptions& options) { return Maker(seed, options).make(); }

}  // namespace conntrack::oracle::traffic

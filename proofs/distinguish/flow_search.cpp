#include "proofs/distinguish/flow_search.hpp"

#include "proofs/distinguish/result_text.hpp"
#include "proofs/packet_bytes.hpp"
#include "proofs/solver.hpp"
#include "spec/tcp/flags.hpp"

namespace conntrack::proofs {

namespace {

constexpr std::int64_t second = 1'000'000'000, tenth = second / 10;

/// A flow after some packets, and what became of the last one.
struct Flow {
    Word state = word(static_cast<std::uint32_t>(FlowState::unreplied));
    Word count_state = word(static_cast<std::uint32_t>(CountState::fresh)), outstanding = word(0);
    Time64 begun = Symbolic::time(0), deadline = Symbolic::time(0);
    Word info = word(0);
    Bit stands = no();

    [[nodiscard]] Bit seen_reply() const { return state != word(static_cast<std::uint32_t>(FlowState::unreplied)); }
    [[nodiscard]] Bit assured() const { return state == word(static_cast<std::uint32_t>(FlowState::assured)); }
};

Time64 since(const Time64& from, const Time64& to) { return Time64(subtract(to.ref(), from.ref())); }

Flow with_packet(std::uint8_t protocol, const Variant& v, const Flow& flow, bool first, Direction dir,
                 const Time64& now) {
    const Edition& edition = v.semantics.edition;
    const auto kind = flow_kind(protocol, edition);
    const bool counted = protocol == protocol::icmp && kind == flow::Kind::own_states;
    const auto& timeouts = v.flow_timeouts[static_cast<std::size_t>(counted ? flow::Kind::icmp : kind)];
    Flow out = flow;
    if (first) out.begun = now;
    out.info = v.semantics.packet_state(dir, flow.seen_reply(), no());
    const FlowStep step{&edition, kind, timeouts.unreplied, timeouts.stream, since(out.begun, now), no()};
    const auto event = dir == Direction::original ? FlowEvent::original_packet : FlowEvent::reply_packet;
    const auto shown = v.semantics.flow.step(flow.state, static_cast<std::size_t>(event), step, no_flow_outcome());
    out.state = shown.next;
    Bit refresh = shown.outcome.refresh;
    Word timeout = shown.outcome.timeout;
    out.stands = yes();
    if (counted) {
        const CountOutcome nothing{word(0), Symbolic::reason(Clause::icmp_query), no(), word(0), no()};
        const auto meant = dir == Direction::original ? CountEvent::request : CountEvent::reply;
        const auto told = v.semantics.count.step(flow.count_state, static_cast<std::size_t>(meant),
                                                 {flow.outstanding, timeouts.unreplied}, nothing);
        out.count_state = told.next;
        out.outstanding = told.outcome.outstanding;
        refresh = told.outcome.refresh;
        timeout = told.outcome.timeout;
        out.stands = !told.outcome.erase;
    }
    const Time64 moved = first ? now + Symbolic::seconds(timeout)
                               : v.semantics.refreshed_deadline(edition, flow.deadline, now, timeout, no());
    out.deadline = Symbolic::select(refresh, moved, flow.deadline);
    return out;
}

Bit look_alike(const Flow& a, const Flow& b) {
    return a.info == b.info && a.stands == b.stands &&
           implies(a.stands,
                   a.seen_reply() == b.seen_reply() && a.assured() == b.assured() && a.deadline == b.deadline);
}

/// Both editions and the changed one along the same packets.
struct Run {
    std::vector<Direction> dirs;
    std::vector<Time64> times;
    std::array<std::vector<Flow>, 3> flows;  // after each packet
    Bit condition = yes();
};

std::string words_of(std::uint8_t protocol, Direction dir) {
    const std::string from = dir == Direction::original ? "client > server " : "server > client ";
    switch (protocol) {
        case protocol::udp: return from + "UDP";
        case protocol::udplite: return from + "UDP-Lite";
        case protocol::gre: return from + "GRE";
        default: return from + (dir == Direction::original ? "echo request" : "echo reply");
    }
}

std::vector<std::uint8_t> bytes_of(std::uint8_t protocol, Direction dir) {
    switch (protocol) {
        case protocol::udp: return udp_packet_bytes(dir);
        case protocol::udplite: return udplite_packet_bytes(dir);
        case protocol::gre: return gre_packet_bytes(dir);
        default: return echo_packet_bytes(dir);
    }
}

/// Without it linux-2.6.x tracks the protocol like any other.
std::string module_of(std::uint8_t protocol) {
    if (protocol == protocol::udplite) return "udplite";
    return protocol == protocol::gre ? "gre" : "";
}

class Searcher {
  public:
    Searcher(std::uint8_t protocol, const Variant& one, const Variant& other, const Difference& difference)
        : protocol_(protocol), changed_(one.semantics.edition.id), variants_{&one, &other, &changed_} {
        difference.adopt(changed_, other);
    }

    std::optional<Distinction> run(unsigned most) {
        std::vector<Run> runs{{}};
        for (unsigned length = 1; length <= most; ++length) {
            std::vector<Run> longer;
            for (const Run& run : runs) {
                for (const Direction dir : {Direction::original, Direction::reply}) {
                    if (length == 1 && dir == Direction::reply) continue;
                    Run next = with(run, dir);
                    const auto& [a, b, c] = next.flows;
                    Bit wanted = next.condition && !look_alike(a.back(), b.back()) && look_alike(c.back(), b.back());
                    if (auto found = shown(next, wanted)) return found;
                    for (const auto& flows : next.flows) next.condition = next.condition && flows.back().stands;
                    longer.push_back(std::move(next));
                }
            }
            runs = std::move(longer);
        }
        return std::nullopt;
    }

  private:
    std::uint8_t protocol_;
    Variant changed_;
    std::array<const Variant*, 3> variants_;
    Solver solver_{60};

    [[nodiscard]] Run with(const Run& run, Direction dir) const {
        Run next = run;
        const bool first = run.dirs.empty();
        const Word tenths = fresh_word("tenths" + std::to_string(run.dirs.size() + 1));
        const Time64 now = first ? Symbolic::time(0) : Time64(multiply(widen(tenths.ref()), tenth));
        if (!first)
            next.condition = next.condition && Symbolic::below(tenths, word(36'000)) &&
                             !Symbolic::earlier(now, run.times.back() + Symbolic::time(tenth));
        next.dirs.push_back(dir);
        next.times.push_back(now);
        for (std::size_t i = 0; i < variants_.size(); ++i) {
            const Flow before = first ? Flow{} : run.flows[i].back();
            if (!first) next.condition = next.condition && Symbolic::earlier(now, before.deadline);
            next.flows[i].push_back(with_packet(protocol_, *variants_[i], before, first, dir, now));
        }
        return next;
    }

    [[nodiscard]] std::optional<Distinction> shown(const Run& run, Bit wanted) {
        Solved solved = solver_.check(wanted.ref());
        if (solved.answer != Answer::satisfiable) return std::nullopt;
        for (std::size_t i = 1; i < run.times.size(); ++i) {
            for (const std::int64_t gap : {second, 3 * second, tenth}) {
                const Bit nice = run.times[i] == run.times[i - 1] + Symbolic::time(gap);
                Solved nicer = solver_.check((wanted && nice).ref());
                if (nicer.answer != Answer::satisfiable) continue;
                wanted = wanted && nice;
                solved = std::move(nicer);
                break;
            }
        }
        Evaluation value(solved.model);
        Distinction out{
            {Trace{variants_[0]->semantics.edition.id, {}, {}}, Trace{variants_[1]->semantics.edition.id, {}, {}}},
            true};
        for (std::size_t side = 0; side < 2; ++side) {
            out.traces[side].module = module_of(protocol_);
            for (std::size_t i = 0; i < run.dirs.size(); ++i)
                out.traces[side].packets.push_back(decode(run.dirs[i], run.times[i], run.flows[side][i], value));
        }
        return out;
    }

    [[nodiscard]] TracedPacket decode(Direction dir, const Time64& now, const Flow& flow, Evaluation& value) const {
        TracedPacket out{.at_ns = static_cast<std::int64_t>(value.of(now.ref())),
                         .sent_by = dir,
                         .bytes = bytes_of(protocol_, dir),
                         .text = words_of(protocol_, dir),
                         .info = static_cast<CtInfo>(value.of(flow.info.ref())),
                         .dir = dir,
                         .entry_stands = value.of(flow.stands.ref()) != 0,
                         .state = std::nullopt,
                         .window = {},
                         .deadline_ns = static_cast<std::int64_t>(value.of(flow.deadline.ref()))};
        out.result = out.entry_stands
                         ? result_text(*out.info, "", out.deadline_ns - out.at_ns,
                                       value.of(flow.seen_reply().ref()) != 0, value.of(flow.assured().ref()) != 0)
                         : result_text(*out.info);
        return out;
    }
};

}  // namespace

std::optional<Distinction> distinguish_flow(std::uint8_t protocol, const Variant& one, const Variant& other,
                                            const Difference& difference, unsigned most) {
    return Searcher(protocol, one, other, difference).run(most);
}

std::optional<Distinction> distinguish_flags(const Variant& one, const Variant& other) {
    const Edition &a = one.semantics.edition, &b = other.semantics.edition;
    for (unsigned flags = 0; flags < 256; ++flags) {
        const auto set = static_cast<std::uint8_t>(flags);
        if (tcp::valid_flags(set, a) == tcp::valid_flags(set, b) || tcp::packet_class(set) != tcp::PacketClass::syn)
            continue;
        const auto bytes = tcp_packet_bytes(Direction::original, {.flags = set,
                                                                  .seq = 1000,
                                                                  .ack = 0,
                                                                  .window = 8192,
                                                                  .payload = 0,
                                                                  .window_scale = std::nullopt,
                                                                  .sack_permitted = false,
                                                                  .any_option = false,
                                                                  .sack = 0});
        Distinction out{{Trace{a.id, {}, {}}, Trace{b.id, {}, {}}}, true};
        const std::string flag = set & tcp::flag_psh ? "PSH" : set & tcp::flag_urg ? "URG" : "";
        for (std::size_t side = 0; side < 2; ++side) {
            const bool taken = tcp::valid_flags(set, side == 0 ? a : b);
            out.traces[side].packets.push_back({.at_ns = 0,
                                                .sent_by = Direction::original,
                                                .bytes = bytes,
                                                .text = "client > server SYN " + flag + " seq 1000 win 8192",
                                                .result = taken ? "new, SYN_SENT" : "invalid, no entry",
                                                .info = taken ? CtInfo::new_ : CtInfo::invalid,
                                                .entry_stands = taken});
        }
        return out;
    }
    return std::nullopt;
}

}  // namespace conntrack::proofs

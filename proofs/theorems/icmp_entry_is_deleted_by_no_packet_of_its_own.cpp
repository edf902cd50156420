#include "proofs/packet_bytes.hpp"
#include "proofs/theorems/all.hpp"
#include "spec/settings.hpp"
#include "spec/timer.hpp"

namespace conntrack::proofs {

namespace {

/// linux-2.6.9 counts; later editions track ICMP queries as any flow. What deletes there would be the timer alone.
void state(Statement& s) {
    const Word timeout = fresh_word("timeout"), from = fresh_word("from");
    if (s.edition().core.counts_icmp) {
        const CountOutcome nothing{word(0), Symbolic::reason(Clause::icmp_query), no(), word(0), no()};
        for (const auto event : {CountEvent::request, CountEvent::reply}) {
            const auto result = s.semantics().count.step(from, static_cast<std::size_t>(event),
                                                         {fresh_word("outstanding"), timeout}, nothing);
            s.prove(event == CountEvent::request ? "a request" : "a reply", Symbolic::below(from, word(3)),
                    !result.outcome.erase);
        }
        return;
    }
    const FlowStep step{&s.edition(), flow::Kind::icmp, timeout, timeout, fresh_time("age"), fresh_bit("nat_clash")};
    const Time64 now = fresh_time("now"), deadline = fresh_time("deadline");
    constexpr std::int64_t ages = std::int64_t{1} << 60;
    const auto early = [](const Time64& t) {
        return Symbolic::earlier(t, Symbolic::time(ages)) && !Symbolic::earlier(t, Symbolic::time(0));
    };
    for (const auto event : {FlowEvent::original_packet, FlowEvent::reply_packet}) {
        const auto result = s.semantics().flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
        const auto moved = s.semantics().refreshed_deadline(s.edition(), deadline, now, result.outcome.timeout, no());
        const std::string name = event == FlowEvent::original_packet ? "a request" : "a reply";
        const Bit premise = Symbolic::below(from, word(3)) && early(now) && Symbolic::earlier(now, deadline) &&
                            early(deadline) && timeout != word(0) && Symbolic::below(timeout, word(1u << 24));
        s.prove(name + " refreshes", premise, result.outcome.refresh && result.outcome.timeout == timeout);
        s.prove(name + " leaves it in the table", premise, Symbolic::earlier(now, moved));
        s.prove(name + ": never ASSURED", premise, !result.outcome.assured);
    }
}

std::optional<Trace> trace(const Semantics& semantics, Solver&) {
    Trace out{semantics.edition.id, {}, {}};
    const CountOutcome nothing{word(0), Symbolic::reason(Clause::icmp_query), no(), word(0), no()};
    Word state = word(static_cast<std::uint32_t>(CountState::fresh)), outstanding = word(0);
    bool answered = false;
    for (const Direction dir : {Direction::original, Direction::reply}) {
        const auto result =
            semantics.count.step(state, static_cast<std::size_t>(dir), {outstanding, word(30)}, nothing);
        state = result.next;
        outstanding = result.outcome.outstanding;
        const Word info = semantics.packet_state(dir, Symbolic::bit(answered), no());
        answered = answered || dir == Direction::reply;
        out.packets.push_back({.at_ns = static_cast<std::int64_t>(out.packets.size()) * 1'000'000,
                               .sent_by = dir,
                               .bytes = echo_packet_bytes(dir),
                               .text = "",
                               .info = static_cast<CtInfo>(info.ref()->value),
                               .dir = dir,
                               .entry_stands = is_false(result.outcome.erase.ref()),
                               .state = std::nullopt,
                               .window = {}});
        TracedPacket& packet = out.packets.back();
        packet.text = std::string(dir == Direction::original ? "echo request: " : "echo reply: ") +
                      std::string(name(*packet.info)) + (packet.entry_stands ? "" : ", no entry");
    }
    return out;
}

void delete_nothing(Semantics& s) {
    for (auto& row : s.count.rows)
        if (row.to == static_cast<std::size_t>(CountState::balanced) && row.from != row.to)
            row.holds = [](const CountStep&) { return no(); };
}
void do_not_refresh(Semantics& s) {
    for (auto& row : s.flow.rows)
        if (row.event == static_cast<std::size_t>(FlowEvent::reply_packet))
            row.apply = [](const FlowStep&, const FlowOutcome& nothing) { return nothing; };
}

}  // namespace

Theorem icmp_entry_is_deleted_by_no_packet_of_its_own() {
    return {.name = "icmp_entry_is_deleted_by_no_packet_of_its_own",
            .sentence = "Every request and every reply of an ICMP entry refreshes it; none deletes it.",
            .answers = "Does a second reply to one request find its entry?",
            .bound = "",
            .expected = {Result::violated, Result::proved, Result::proved},
            .state = state,
            .defects = {{"no reply balances", EditionId::linux_2_6_9, delete_nothing},
                        {"a reply does not refresh", EditionId::linux_2_6_32, do_not_refresh},
                        {"a reply does not refresh", EditionId::linux_6_18, do_not_refresh}},
            .trace = trace};
}

}  // namespace conntrack::proofs

#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::State;

Bit at_most(const Word& value, const Word& limit) { return !Symbolic::below(limit, value); }

/// The same of a choice: of both branches, so that what chooses between them need not be looked at.
Bit every_choice_at_most(const Word& value, const Word& limit) {
    const Ref ref = value.ref();
    if (ref->op != Op::choose) return at_most(value, limit);
    return every_choice_at_most(Word(ref->b), limit) && every_choice_at_most(Word(ref->c), limit);
}

/// No setting of TCP is larger than `largest`.
Bit bounded(const TcpSettings& settings, const Word& largest) {
    Bit out = at_most(settings.timeout_max_retrans, largest) && at_most(settings.timeout_unacknowledged, largest);
    for (const Word& timeout : settings.timeout) out = out && at_most(timeout, largest);
    return out;
}

void state(Statement& s) {
    const auto settings = free_settings();
    const Word largest = fresh_word("largest");
    const auto refreshes = [&](const TcpEntry& entry, const TcpPacket& packet) {
        const auto met = meet(s.semantics(), settings, entry, packet);
        s.prove(cell_name(s.edition(), entry.state, packet.dir, packet.cls),
                well_formed(packet) && bounded(settings, largest),
                every_choice_at_most(met.result.outcome.timeout, largest));
    };
    each_first_class(s.semantics(),
                     [&](tcp::PacketClass cls) { refreshes(new_entry(), any_packet("p", Direction::original, cls)); });
    each_cell(s.semantics(), [&](State old, Direction dir, tcp::PacketClass cls) {
        const auto entry = any_entry("e", old);
        refreshes(entry, any_packet_for(entry, "p", dir, cls));
    });

    const Word unreplied = fresh_word("unreplied"), stream = fresh_word("stream"), from = fresh_word("from");
    for (const auto kind : {flow::Kind::udp, flow::Kind::udplite, flow::Kind::icmp, flow::Kind::generic}) {
        const FlowStep step{&s.edition(), kind, unreplied, stream, fresh_time("age"), fresh_bit("nat_clash")};
        for (const auto event : {FlowEvent::original_packet, FlowEvent::reply_packet}) {
            const auto result = s.semantics().flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
            s.prove(
                "kind " + std::to_string(static_cast<int>(kind)) + ", event " + std::to_string(static_cast<int>(event)),
                Symbolic::below(from, word(3)) && at_most(unreplied, largest) && at_most(stream, largest),
                implies(result.outcome.refresh, at_most(result.outcome.timeout, largest)));
        }
    }

    // What a refresh makes of the timer: the larger of what was left and what is set never grows past the largest.
    const Time64 now = fresh_time("now"), deadline = fresh_time("deadline");
    const Word timeout = fresh_word("timeout");
    const Time64 limit = now + Symbolic::seconds(largest);
    const auto early = [](const Time64& t) {
        return Symbolic::earlier(t, Symbolic::time(std::int64_t{1} << 60)) && !Symbolic::earlier(t, Symbolic::time(0));
    };
    const Bit premise = early(now) && early(deadline) && Symbolic::below(largest, word(1u << 24)) &&
                        at_most(timeout, largest) && !Symbolic::earlier(limit, deadline);
    s.prove("the timer", premise,
            !Symbolic::earlier(
                limit, s.semantics().refreshed_deadline(s.edition(), deadline, now, timeout, fresh_bit("fixed"))));
    s.prove("the timer, cut short", premise,
            !Symbolic::earlier(limit, s.semantics().shrunk_deadline(deadline, now, timeout)));
}

void double_the_timeout(Semantics& s) {
    for (TcpRow& row : s.tcp.rows) {
        if (row.from != State::fin_wait || row.action != "Advance") continue;
        const auto apply = row.apply;
        row.apply = [apply](const TcpJudged& j, State to) {
            auto out = apply(j, to);
            out.timeout = out.timeout + out.timeout;
            return out;
        };
    }
}
void shift_the_timer(Semantics& s) {
    s.refreshed_deadline = [](const Edition&, const Time64& deadline, const Time64&, const Word& timeout, const Bit&) {
        return deadline + Symbolic::seconds(timeout);
    };
}

}  // namespace

Theorem timeout_never_exceeds_the_largest_of_its_protocol() {
    return {.name = "timeout_never_exceeds_the_largest_of_its_protocol",
            .sentence =
                "No packet sets a timer to more than the largest timeout of its protocol's settings, and none that "
                "ran for less than that is made to run for more.",
            .answers = "How long may a forgotten entry stay?",
            .bound = "timeouts below 2^24 seconds",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"FIN_WAIT takes twice its timeout", EditionId::linux_2_6_9, double_the_timeout},
                        {"FIN_WAIT takes twice its timeout", EditionId::linux_6_18, double_the_timeout},
                        {"a timeout is added to what is left", EditionId::linux_2_6_32, shift_the_timer}}};
}

}  // namespace conntrack::proofs

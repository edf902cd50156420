#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// The reasons that there are to give less than the timeout of the state.
Bit listed(const Edition& edition, const TcpSettings& settings, const TcpEntry& entry, const TcpPacket& packet,
           const TcpMet& met) {
    const auto& after = met.result.outcome.connection;
    const auto& tcp = edition.tcp;
    Bit out = !Symbolic::below(after.retrans, settings.max_retrans);
    if (tcp.has_unacknowledged_timeout)
        out = out || tcp::has<Symbolic>(after.original.flags | after.reply.flags, tcp::data_unacknowledged_bit);
    if (tcp.zero_window_takes_retrans_timeout) out = out || after.last.win == word(0);
    if (tcp.reset_takes_close_timeout) out = out || Symbolic::bit(packet.cls == PacketClass::rst);
    if (tcp.unreplied_syn_not_refreshed) out = out || !entry.seen_reply;  // a pick-up that nobody answered
    return out;
}

void state(Statement& s) {
    const auto settings = default_settings(s.edition());
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const auto met = meet(s.semantics(), settings, entry, packet);
        const Word& plain = settings.timeout[static_cast<std::size_t>(old)];
        const auto name = cell_name(s.edition(), old, dir, cls);
        s.prove(name, invariants_hold(s.semantics(), entry) && well_formed(packet),
                implies(met.result.outcome.refresh && !met.invalid && !met.gone && met.in(old) &&
                            Symbolic::below(met.result.outcome.timeout, plain),
                        listed(s.edition(), settings, entry, packet, met)));
    });
    const Time64 now = fresh_time("now"), deadline = fresh_time("deadline");
    const Word plain = fresh_word("plain"), timeout = fresh_word("timeout");
    constexpr std::int64_t ages = std::int64_t{1} << 60;
    const Bit premise = Symbolic::earlier(now, Symbolic::time(ages)) && !Symbolic::earlier(now, Symbolic::time(0)) &&
                        Symbolic::earlier(now, deadline) && Symbolic::below(plain, word(1u << 24)) &&
                        Symbolic::below(timeout, word(1u << 24)) && !Symbolic::below(timeout, plain) &&
                        !Symbolic::earlier(now + Symbolic::seconds(plain), deadline);
    s.prove("the timer", premise,
            !Symbolic::earlier(s.semantics().refreshed_deadline(s.edition(), deadline, now, timeout, no()), deadline));
    const auto entry = any_entry("e", State::established);
    const auto packet = any_packet_for(entry, "p", Direction::original, PacketClass::ack);
    const auto met = meet(s.semantics(), settings, entry, packet);
    s.exhibit("a refresh that shortens", invariants_hold(s.semantics(), entry) && well_formed(packet) &&
                                             entry.seen_reply && met.result.outcome.refresh &&
                                             Symbolic::earlier(packet.now, met.deadline) &&
                                             Symbolic::earlier(met.deadline, entry.deadline));
}

void close_timeout_for_data(Semantics& s) {
    for (TcpRow& row : s.tcp.rows) {
        if (!row.concerns(State::established, Direction::reply, PacketClass::ack) || !row.to) continue;
        const auto apply = row.apply;
        row.apply = [apply](const TcpJudged& j, State to) {
            auto out = apply(j, to);
            out.timeout = j.step.settings->timeout[static_cast<std::size_t>(State::close)];
            return out;
        };
    }
}

}  // namespace

Theorem refresh_never_shortens_but() {
    return {.name = "refresh_never_shortens_but",
            .sentence =
                "A packet that leaves its entry in the same state leaves the timer no shorter, but: more equal "
                "segments than max_retrans; from linux-2.6.32 on, data that is not acknowledged; in linux-6.18 a "
                "window of zero, a RST that does not close, and a pick-up that nobody has answered.",
            .answers = "Why did an idle connection go after five minutes instead of five days?",
            .bound = "the default timeouts",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"data takes the timeout of CLOSE", EditionId::linux_2_6_9, close_timeout_for_data},
                        {"data takes the timeout of CLOSE", EditionId::linux_2_6_32, close_timeout_for_data},
                        {"data takes the timeout of CLOSE", EditionId::linux_6_18, close_timeout_for_data}}};
}

}  // namespace conntrack::proofs

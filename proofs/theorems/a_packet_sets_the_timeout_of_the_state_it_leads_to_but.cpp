#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

Bit at_most(const Word& value, const Word& limit) { return !Symbolic::below(limit, value); }

/// A reason to give less than the timeout of the state, and how much it gives at most.
struct Exception {
    Bit applies;
    Word limit;
};

std::vector<Exception> exceptions(const Edition& edition, const TcpSettings& settings, const TcpEntry& entry,
                                  const TcpMet& met, State to) {
    const auto& tcp = edition.tcp;
    const auto& after = met.result.outcome.connection;
    std::vector<Exception> out = {{at_most(settings.max_retrans, after.retrans), settings.timeout_max_retrans}};
    if (tcp.has_unacknowledged_timeout)
        out.push_back({tcp::has<Symbolic>(after.original.flags, tcp::data_unacknowledged_bit) ||
                           tcp::has<Symbolic>(after.reply.flags, tcp::data_unacknowledged_bit),
                       settings.timeout_unacknowledged});
    if (tcp.zero_window_takes_retrans_timeout) out.push_back({after.last.win == word(0), settings.timeout_max_retrans});
    if (tcp.unreplied_syn_not_refreshed && to == State::established)
        out.push_back({!entry.seen_reply, settings.timeout_unacknowledged});
    return out;
}

void in_cell(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto settings = free_settings();
    const auto met = meet(s.semantics(), settings, entry, packet);
    const Word& timeout = met.result.outcome.timeout;
    const bool resets = s.edition().tcp.reset_takes_close_timeout && packet.cls == PacketClass::rst;
    const Bit premise =
        (Symbolic::bit(entry.state == State::none) || invariants_hold(s.semantics(), entry)) && well_formed(packet);
    Bit told = yes(), listed = yes(), limited = yes();
    for (const State to : entry_states(s.edition())) {
        const Word& plain = settings.timeout.at(static_cast<std::size_t>(resets ? State::close : to));
        const Bit set = met.result.outcome.refresh && !met.invalid && !met.gone && met.in(to);
        Bit any = no(), one_of_them = no(), within_one = no(), a_shorter_one = no();
        for (const Exception& e : exceptions(s.edition(), settings, entry, met, to)) {
            any = any || e.applies;
            one_of_them = one_of_them || (e.applies && timeout == e.limit);
            within_one = within_one || (e.applies && at_most(timeout, e.limit));
            a_shorter_one = a_shorter_one || (e.applies && Symbolic::below(e.limit, plain));
        }
        // After equal segments a RST of linux-6.18 may get more than the timeout of CLOSE.
        const Bit less = Symbolic::bit(resets) || Symbolic::below(timeout, plain);
        told = told && implies(set && !any, timeout == plain);
        listed = listed && implies(set && timeout != plain, one_of_them && less);
        limited =
            limited && implies(set && any, within_one || Symbolic::bit(resets)) && implies(set && a_shorter_one, less);
    }
    s.prove(cell_name(s.edition(), entry.state, packet.dir, packet.cls), premise, told && listed && limited);
}

void state(Statement& s) {
    each_first_class(s.semantics(),
                     [&](PacketClass cls) { in_cell(s, new_entry(), any_packet("p", Direction::original, cls)); });
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        in_cell(s, entry, any_packet_for(entry, "p", dir, cls));
    });
}

/// A FIN gets the timeout of the state that it finds.
void keep_the_timeout(Semantics& s) {
    for (TcpRow& row : s.tcp.rows) {
        if (row.cls != PacketClass::fin) continue;
        row.apply = [apply = row.apply](const TcpJudged& j, State to) {
            auto out = apply(j, to);
            out.timeout = j.step.settings->timeout.at(static_cast<std::size_t>(j.step.old));
            return out;
        };
    }
}

}  // namespace

Theorem a_packet_sets_the_timeout_of_the_state_it_leads_to_but() {
    return {
        .name = "a_packet_sets_the_timeout_of_the_state_it_leads_to_but",
        .sentence =
            "A packet that refreshes its entry sets the timeout of the state it leads to, or, where that is less: "
            "after max_retrans equal segments the one for those; from linux-2.6.32 on, while data is "
            "unacknowledged, the one for that; in linux-6.18 the one for equal segments with a window of zero, and "
            "in ESTABLISHED the one for unacknowledged data while nobody has answered. A RST in linux-6.18 sets that "
            "of CLOSE, whatever it leads to.",
        .answers = "Where does the number in the list come from?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"a FIN keeps the timeout", EditionId::linux_2_6_9, keep_the_timeout},
                    {"a FIN keeps the timeout", EditionId::linux_2_6_32, keep_the_timeout},
                    {"a FIN keeps the timeout", EditionId::linux_6_18, keep_the_timeout}}};
}

}  // namespace conntrack::proofs

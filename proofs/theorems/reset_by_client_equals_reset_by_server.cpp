#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// The same entry seen from the other end.
TcpEntry mirrored(const TcpEntry& entry) {
    TcpEntry out = entry;
    std::swap(out.connection.original, out.connection.reply);
    out.connection.last.dir = word(1) - entry.connection.last.dir;
    return out;
}

void state(Statement& s) {
    const auto settings = free_settings();
    for (const State old : entry_states(s.edition())) {
        if (old == State::syn_sent || old == State::syn_recv) continue;
        const auto entry = any_entry("e", old);
        auto by_client = any_packet_for(entry, "p", Direction::original, PacketClass::rst);
        auto by_server = by_client;
        by_server.dir = Direction::reply;
        const auto client = meet(s.semantics(), settings, entry, by_client);
        const auto server = meet(s.semantics(), settings, mirrored(entry), by_server);
        const Bit premise = invariants_hold(s.semantics(), entry) && well_formed(by_client) && entry.seen_reply;
        const std::string name(tcp::name(old, s.edition()));
        s.prove(name + ": state and verdict", premise,
                client.result.next == server.result.next && client.invalid == server.invalid &&
                    client.gone == server.gone && client.dropped == server.dropped);
        s.prove(name + ": timer", premise, client.deadline == server.deadline);
        s.prove(name + ": what is remembered", premise,
                same(after(mirrored(entry), server, old).connection, mirrored(after(entry, client, old)).connection));
        s.exhibit(name + ": a RST that closes", premise && client.in(State::close) && !client.invalid);
    }
}

void close_by_server_only(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::established, Direction::original, PacketClass::rst) && row.to)
            row.to = State::close_wait;
}

}  // namespace

Theorem reset_by_client_equals_reset_by_server() {
    return {.name = "reset_by_client_equals_reset_by_server",
            .sentence =
                "On an entry that was answered, in every state but SYN_SENT and SYN_RECV, a RST of the original "
                "side does what the same RST of the reply side does to the mirrored entry.",
            .answers = "A bug seen in the field: a RST was recorded on the wrong direction.",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"only the server closes", EditionId::linux_2_6_9, close_by_server_only},
                        {"only the server closes", EditionId::linux_2_6_32, close_by_server_only},
                        {"only the server closes", EditionId::linux_6_18, close_by_server_only}}};
}

}  // namespace conntrack::proofs

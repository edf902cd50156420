#include "proofs/healthy.hpp"
#include "proofs/search.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

Bit at_most(const Word& value, const Word& limit) { return !Symbolic::below(limit, value); }
Word later(const Word& a, const Word& b) { return Symbolic::select(Symbolic::after(a, b), a, b); }
/// A window of 0 still lets one byte through, which asks whether it is open again.
Word usable(const Word& window) { return tcp::seen_window<Symbolic>(window); }

/// The bytes of one side: what it had sent, and knew, when it sent the last packet that has reached the tracker; and
/// what has been forwarded of them and about them. After the tracker packets may be lost, delayed or overtake, so a
/// side knows of what was forwarded to it any part.
struct Stream {
    Word una;        // acknowledged, as far as the sender knows
    Word rcv;        // acknowledged by the receiver, in its last packet
    Word end;        // the highest end of data forwarded
    Word nxt;        // sent
    Word edge;       // how far the sender may send, as it knows
    Word forwarded;  // the highest edge forwarded to it
    Word window;     // the largest window forwarded to it, in bytes that can be sent
};

/// Numbers told from una: any numbers at all.
Stream any_stream(const std::string& name) {
    const Word una = fresh_word(name + ".una");
    const auto ahead = [&](const char* what) { return una + fresh_word(name + "." + what); };
    return {
        una, ahead("rcv"), ahead("end"), ahead("nxt"), ahead("edge"), ahead("forwarded"), fresh_word(name + ".window")};
}

using Parts = std::vector<std::pair<std::string, Bit>>;

/// How the two sides and the tracker stand to each other: its `sender` side is that of the stream.
void add_order(Parts& out, const std::string& of, const Stream& s, const tcp::Peer<Symbolic>& sender,
               const tcp::Peer<Symbolic>& receiver) {
    const auto from_una = [&](const Word& value) { return value - s.una; };
    out.emplace_back(of + ": what was received was forwarded", at_most(from_una(s.rcv), from_una(s.end)));
    out.emplace_back(of + ": what was forwarded was sent", at_most(from_una(s.end), from_una(s.nxt)));
    out.emplace_back(of + ": what was sent might be", at_most(from_una(s.nxt), from_una(s.edge)));
    out.emplace_back(of + ": the edge was forwarded", at_most(from_una(s.edge), from_una(s.forwarded)));
    out.emplace_back(of + ": the edge fits the window", at_most(from_una(s.edge), s.window));
    out.emplace_back(of + ": a newer edge fits it, too", at_most(s.forwarded - s.rcv, s.window));
    out.emplace_back(of + ": windows are small", s.window != word(0) && at_most(s.window, word(largest_window)));
    out.emplace_back(of + ": the tracker knows the end", at_most(from_una(s.end), from_una(sender.td_end)));
    out.emplace_back(of + ": and no more than was sent", at_most(from_una(sender.td_end), from_una(s.nxt)));
    out.emplace_back(of + ": the tracker's edge is no lower",
                     at_most(from_una(s.forwarded), from_una(sender.td_maxend)));
    out.emplace_back(of + ": and not far off", at_most(sender.td_maxend - s.end, word(largest_window)));
    out.emplace_back(of + ": the tracker's window is no smaller",
                     at_most(s.window, receiver.td_maxwin) && at_most(receiver.td_maxwin, word(2 * largest_window)));
    out.emplace_back(of + ": its receiver is tested", receiver.loose == word(0));
}

Parts order(const std::array<Stream, 2>& streams, const TcpEntry& entry) {
    Parts out;
    add_order(out, "original", streams[0], entry.connection.original, entry.connection.reply);
    add_order(out, "reply", streams[1], entry.connection.reply, entry.connection.original);
    return out;
}

Bit all_of(const Parts& parts) {
    Bit out = yes();
    for (const auto& [name, part] : parts) out = out && part;
    return out;
}

/// linux-2.6.9 takes a side whose end is 0 for one that it has not met.
Bit ends_are_seen(const Semantics& semantics, const TcpEntry& entry) {
    if (!semantics.edition.tcp.unseen_side_has_zero_end) return yes();
    return entry.connection.original.td_end != word(0) && entry.connection.reply.td_end != word(0);
}

/// What a sender has learnt since, and the packet that it sends then (RFC 9293).
struct Sending {
    std::array<Stream, 2> streams;  // after it
    TcpPacket packet;
    Bit allowed;
};

Sending send(const std::array<Stream, 2>& before, const TcpEntry& entry, Direction dir) {
    const auto me = static_cast<std::size_t>(dir), peer = 1 - me;
    Sending out{before, any_packet("p", dir, PacketClass::ack), yes()};
    const Stream &mine = before[me], &theirs = before[peer];
    const auto ahead = [](const Word& from, const char* what) {
        return from + fresh_word(std::string("learnt.") + what);
    };
    // Of my own bytes.
    Stream& sent = out.streams[me];
    sent.una = ahead(mine.una, "una");
    sent.edge = ahead(mine.una, "edge");
    sent.nxt = ahead(mine.una, "nxt");
    Segment& s = out.packet.segment;
    s.seq = ahead(mine.una, "seq");
    s.end = ahead(mine.una, "end");
    const auto from = [](const Word& origin, const Word& value) { return value - origin; };
    const auto ordered = [&](const Word& origin, const Word& a, const Word& b) {
        return at_most(from(origin, a), from(origin, b));
    };
    const Bit learnt = ordered(mine.una, sent.una, mine.rcv) && ordered(mine.una, mine.edge, sent.edge) &&
                       ordered(mine.una, sent.edge, mine.forwarded) && at_most(sent.edge - sent.una, mine.window);
    const Bit sends = ordered(mine.una, mine.nxt, sent.nxt) && ordered(mine.una, sent.nxt, sent.edge);
    const Bit data =
        ordered(mine.una, sent.una, s.seq) && ordered(mine.una, s.seq, s.end) && ordered(mine.una, s.end, sent.nxt);
    const Bit idle = sent.una == sent.nxt && s.seq == sent.nxt - word(1);
    const Bit keepalive = idle && (s.end == s.seq || s.end == sent.nxt);
    sent.end = Symbolic::select(s.seq == s.end, mine.end, later(s.end, mine.end));
    // Of the other side's bytes.
    Stream& got = out.streams[peer];
    got.rcv = ahead(theirs.una, "rcv");
    s.ack = got.rcv;
    s.sack = ahead(theirs.una, "sack");
    s.ack_flag = yes();
    const Bit receives = ordered(theirs.una, theirs.rcv, got.rcv) && ordered(theirs.una, got.rcv, s.sack) &&
                         ordered(theirs.una, s.sack, theirs.end);
    const Word window = Symbolic::shift_left(s.window, tcp::side(entry.connection, dir).td_scale);
    got.forwarded = later(s.ack + usable(window), theirs.forwarded);
    got.window = larger<Symbolic>(theirs.window, usable(window));
    out.allowed = learnt && sends && (data || keepalive) && receives && at_most(window, word(largest_window)) &&
                  well_formed(out.packet);
    return out;
}

void step(Statement& s, Direction dir) {
    const std::array<Stream, 2> streams = {any_stream("original"), any_stream("reply")};
    auto entry = any_entry("e", State::established);
    Connection& c = entry.connection;
    c.original.td_end = streams[0].una + fresh_word("original.td_end");
    c.reply.td_end = streams[1].una + fresh_word("reply.td_end");
    c.original.td_maxend = streams[0].una + fresh_word("original.td_maxend");
    c.reply.td_maxend = streams[1].una + fresh_word("reply.td_maxend");
    const auto sending = send(streams, entry, dir);
    const auto settings = strict_settings();
    const auto met = meet(s.semantics(), settings, entry, sending.packet);
    const auto numbers = judge(s.semantics(), settings, entry, sending.packet).window.numbers;
    const std::string name(conntrack::name(dir));
    const Bit premise = all_of(order(streams, entry)) && ends_are_seen(s.semantics(), entry) && sending.allowed;
    s.prove_for_any_window(name + ": not above the edge", premise, numbers.upper_ok);
    s.prove_for_any_window(name + ": not below the window", premise, numbers.lower_ok);
    s.prove_for_any_window(name + ": acknowledges what was sent", premise, numbers.ack_ok);
    s.prove_for_any_window(name + ": acknowledges enough", premise, numbers.ack_lower_ok);
    const Bit inside = numbers.upper_ok && numbers.lower_ok && numbers.ack_ok && numbers.ack_lower_ok;
    s.prove_for_any_window(name + ": is accepted", premise,
                           implies(inside, met.accepted() && met.in(State::established)));
    const auto next = after(entry, met, State::established);
    for (const auto& [part, holds] : order(sending.streams, next))
        s.prove_for_any_window(name + " sends: " + part, premise, implies(inside && met.result.moved, holds));
}

/// A handshake of two such peers, without data.
void begin(Statement& s) {
    const auto path = walk(s.semantics(), strict_settings(), handshake());
    const Segment &syn = path.packets[0].segment, &synack = path.packets[1].segment, &ack = path.packets[2].segment;
    const TcpEntry& entry = path.entries.back();
    const Word one = word(1);
    const Word window = Symbolic::shift_left(ack.window, entry.connection.original.td_scale);
    const Word mine = syn.seq + one, theirs = synack.seq + one;
    const Stream original{
        mine, mine, mine, mine, mine + usable(synack.window), mine + usable(synack.window), usable(synack.window)};
    // When the server sent its last packet, its SYN was not acknowledged yet.
    const Stream reply{synack.seq,
                       theirs,
                       theirs,
                       theirs,
                       theirs,
                       theirs + usable(window),
                       larger<Symbolic>(usable(syn.window), usable(window))};
    const Bit correct = syn.end == mine && synack.ack == mine && synack.sack == synack.ack && synack.end == theirs &&
                        ack.seq == mine && ack.end == mine && ack.ack == theirs && ack.sack == ack.ack &&
                        at_most(window, word(largest_window));
    const Bit premise = path.condition && correct && ends_are_seen(s.semantics(), entry);
    for (const auto& [part, holds] : order({original, reply}, entry))
        s.prove_for_any_window("after the handshake: " + part, premise, holds);
}

void state(Statement& s) {
    begin(s);
    for (const Direction dir : {Direction::original, Direction::reply}) step(s, dir);
}

/// The server opens its window to more than 66000 bytes, the client fills it, its last segment alone gets through, and
/// the server asks for the first again.
std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    Search search;
    search.prefix = handshake();
    search.moves = {{Direction::original, PacketClass::ack}, {Direction::reply, PacketClass::ack}};
    search.most = 3;
    return shortest_trace(semantics, solver, search, [](const Path& path) {
        const auto& p = path.packets;
        if (p.size() < 6 || p[3].dir != Direction::reply || p[4].dir != Direction::original ||
            p[5].dir != Direction::reply)
            return no();
        const Segment &syn = p[0].segment, &synack = p[1].segment, &ack = p[2].segment, &opens = p[3].segment,
                      &data = p[4].segment, &again = p[5].segment;
        const Word client = word(1001), server = word(5001),
                   edge = client + Symbolic::shift_left(opens.window, word(1));
        const auto scales = [](const Segment& s) {
            return s.has_window_scale && s.window_scale == word(1) && !s.sack_permitted;
        };
        const auto waits = [&](const Segment& s) {
            return s.seq == server && s.end == server && s.ack == client && s.window == opens.window;
        };
        return syn.seq == word(1000) && synack.seq == word(5000) && synack.ack == client && scales(syn) &&
               scales(synack) && ack.seq == client && ack.end == client && ack.ack == server && waits(opens) &&
               waits(again) && data.ack == server && data.end == edge && data.seq != data.end &&
               path.last_met().invalid;
    });
}

void ask_for_more(Semantics& s) { s.edition.tcp.tests_ack_below = true; }
void ask_for_no_more(Semantics& s) { s.edition.tcp.tests_ack_below = false; }

}  // namespace

Theorem in_window_data_of_a_correct_peer_is_never_invalid() {
    return {
        .name = "in_window_data_of_a_correct_peer_is_never_invalid",
        .sentence =
            "After a handshake, no data, acknowledgement, keep-alive or window probe of two correct peers (RFC "
            "9293) is INVALID, and in linux-6.18 none is passed by: if each side's packets reach the tracker in the "
            "order in which they were sent, whatever is lost, late or overtaken after it or lost before it.",
        .answers = "Does window tracking break connections that are in order?",
        .bound = "windows up to 2^28; keep-alives when idle; linux-2.6.9: while no end is 0",
        .expected = {Result::violated, Result::proved, Result::proved},
        .state = state,
        .defects = {{"the lower bound of acknowledgements is not strict", EditionId::linux_2_6_9, ask_for_no_more},
                    {"the lower bound of acknowledgements is strict", EditionId::linux_2_6_32, ask_for_more},
                    {"the lower bound of acknowledgements is strict", EditionId::linux_6_18, ask_for_more}},
        .trace = trace};
}

}  // namespace conntrack::proofs

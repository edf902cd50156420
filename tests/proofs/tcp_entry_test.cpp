// What proofs take for the packet path of a TCP entry is what the tracker does, in random conversations.
#include "proofs/tcp_entry.hpp"
#include "model/tracker.hpp"
#include "spec/tcp/flags.hpp"
#include "tests/proofs/how_many.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/packets.hpp"
#include "tests/support/tcp_fields.hpp"
#include "tests/support/values.hpp"

namespace conntrack::testing {

namespace {

using proofs::Symbolic;

std::uint64_t number(const auto& term) {
    EXPECT_EQ(term.ref()->op, proofs::Op::constant);
    return term.ref()->value;
}

tcp::Peer<Symbolic> constant(const tcp::Peer<Concrete>& p) {
    const auto w = proofs::word;
    return {w(p.td_end), w(p.td_maxend), w(p.td_maxwin), w(p.td_maxack), w(p.td_scale), w(p.flags), w(p.loose)};
}

/// The entry as the tracker has it, in constants.
proofs::TcpEntry constant(const Entry& e) {
    const auto w = proofs::word;
    const auto& last = e.tcp.last;
    return {e.tcp_machine->state(),
            {constant(e.tcp.original),
             constant(e.tcp.reply),
             {w(last.dir), w(last.index), w(last.seq), w(last.ack), w(last.end), w(last.win), w(last.wscale),
              w(last.flags)},
             w(e.tcp.retrans)},
            Symbolic::bit(e.has(Status::seen_reply)),
            Symbolic::bit(e.has(Status::assured)),
            Symbolic::bit(e.has(Status::fixed_timeout)),
            Symbolic::time(e.deadline)};
}

proofs::TcpPacket constant(const Packet& packet, Direction dir, Time now) {
    const auto w = proofs::word;
    const auto b = [](bool value) { return Symbolic::bit(value); };
    const TcpHeader& h = *packet.tcp;
    const auto flag = [&](std::uint8_t bit) { return (h.flags & bit) != 0; };
    const std::uint32_t payload = packet.transport_length - h.header_bytes;
    const std::uint32_t end = h.seq + payload + (flag(tcp::flag_syn) ? 1 : 0) + (flag(tcp::flag_fin) ? 1 : 0);
    return {dir,
            tcp::packet_class(h.flags),
            {b(flag(tcp::flag_syn)), b(flag(tcp::flag_ack)), b(flag(tcp::flag_rst)), w(h.seq), w(h.ack), w(end),
             w(h.window), w(h.highest_sack), b(h.options.any), b(h.options.window_scale.has_value()),
             b(h.options.sack_permitted), w(h.options.window_scale.value_or(0))},
            Symbolic::time(now)};
}

/// A segment with numbers that the connection knows, or nearly.
TcpText plausible_text(const tcp::Connection<Concrete>& c, Direction dir, RandomValues& random) {
    constexpr std::uint8_t S = tcp::flag_syn, A = tcp::flag_ack, F = tcp::flag_fin, R = tcp::flag_rst;
    constexpr std::uint8_t often[] = {S, S, S | A, S | A, A, A, A, A, F | A, F | A, R, R | A};
    const auto& mine = tcp::side(c, dir);
    const auto& other_side = tcp::side(c, other(dir));
    const std::uint32_t seqs[] = {mine.td_end,          mine.td_end, mine.td_end - 1,   mine.td_maxend,
                                  other_side.td_maxack, c.last.end,  random.sequence(), 0};
    const std::uint32_t acks[] = {other_side.td_end, other_side.td_end, other_side.td_end,
                                  c.last.end,        c.last.seq + 1,    random.sequence()};
    TcpText text{.flags = often[random.below(12)], .seq = seqs[random.below(8)], .ack = acks[random.below(6)]};
    if ((text.flags & A) == 0) text.ack = 0;
    text.payload = text.flags == A && random.bit() ? random.below(1400) : 0;
    text.window = static_cast<std::uint16_t>(random.window());
    if (random.one_in(3)) text.window_scale = static_cast<std::uint8_t>(random.below(15));
    text.sack_permitted = random.bit();
    if (random.one_in(8)) text.sack_edge = text.ack + random.below(3000);
    return text;
}

class Conversation {
  public:
    Conversation(EditionId id, std::uint64_t seed) : semantics_(id), tracker_(edition(id)), random_(seed) {
        tracker_.configure(Setting::tcp_loose, random_.below(2));
        settings_.loose = proofs::word(tracker_.settings()[Setting::tcp_loose]);
    }

    void packet() {
        now_ += random_.one_in(4) ? seconds(random_.seconds()) : Time{1'000'000};
        tracker_.advance(now_);
        Entry* before = entry();
        const Direction dir = before == nullptr || random_.bit() ? Direction::original : Direction::reply;
        const auto blank = tcp::blank<Concrete>();
        const Packet packet =
            tcp_packet(ends_, dir, plausible_text(before != nullptr ? before->tcp : blank, dir, random_));
        auto met = expected(before != nullptr ? constant(*before) : proofs::new_entry(), packet, dir);
        std::optional<Direction> seen_from = dir;
        if (number(met.repeated) != 0) {
            met = expected(proofs::new_entry(), packet, Direction::original);
            seen_from = Direction::original;
            if (dir == Direction::reply)
                std::swap(ends_.client, ends_.server), std::swap(ends_.client_port, ends_.server_port);
        }
        const Verdict verdict = tracker_.track(packet, now_);
        compare(met, verdict, *seen_from);
    }

  private:
    proofs::Semantics semantics_;
    proofs::TcpSettings settings_{proofs::default_settings(semantics_.edition)};
    Tracker tracker_;
    RandomValues random_;
    Ends ends_ = ipv4_ends(1000, 80);
    Time now_ = 0;

    Entry* entry() {
        const auto tuple = tuple_of(tcp_packet(ends_, Direction::original, {}), tracker_.edition(), tracker_.modules());
        const auto found = tracker_.find(*tuple);
        return found ? found->entry : nullptr;
    }
    proofs::TcpMet expected(const proofs::TcpEntry& before, const Packet& packet, Direction dir) {
        return proofs::meet(semantics_, settings_, before, constant(packet, dir, now_));
    }

    void compare(const proofs::TcpMet& met, const Verdict& verdict, Direction dir) {
        ASSERT_EQ(number(met.dropped) != 0, verdict.dropped());
        if (verdict.info) {
            EXPECT_EQ(number(met.info), static_cast<std::uint64_t>(*verdict.info));
        }
        EXPECT_EQ(verdict.dir.value_or(dir), dir);
        const Entry* left = entry();
        EXPECT_EQ(number(met.gone) != 0, left == nullptr);
        if (left == nullptr) return;
        EXPECT_EQ(number(met.result.next), static_cast<std::uint64_t>(left->tcp_machine->state()));
        EXPECT_EQ(number(met.seen_reply) != 0, left->has(Status::seen_reply));
        EXPECT_EQ(number(met.assured) != 0, left->has(Status::assured));
        EXPECT_EQ(number(met.deadline), static_cast<std::uint64_t>(left->deadline));
        std::vector<std::uint64_t> has;
        each_field<Concrete>(left->tcp, [&](const char*, auto value) { has.push_back(value); });
        std::size_t i = 0;
        each_field<Symbolic>(met.result.outcome.connection,
                             [&](const char* field, const auto& term) { EXPECT_EQ(number(term), has[i++]) << field; });
    }
};

}  // namespace

using TcpEntryPath = EveryEdition;
CTORACLE_EVERY_EDITION(TcpEntryPath);

TEST_P(TcpEntryPath, IsThatOfTheTracker) {
    constexpr unsigned packets = 25;
    for (unsigned n = 0; n < how_many(10'000) / packets && !HasFailure(); ++n) {
        SCOPED_TRACE("seed " + std::to_string(n));
        Conversation conversation(GetParam(), n);
        for (unsigned p = 0; p < packets && !HasFailure(); ++p) conversation.packet();
    }
}

}  // namespace conntrack::testing

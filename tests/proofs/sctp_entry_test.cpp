// What proofs take for the packet path of an SCTP entry is what the tracker does, in random conversations; and the
// relation as read, evaluated on random chunks, says what the running machine does.
#include "proofs/sctp_entry.hpp"
#include "model/sctp_machine.hpp"
#include "model/tracker.hpp"
#include "proofs/packet_bytes.hpp"
#include "tests/proofs/how_many.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/packets.hpp"
#include "tests/support/sctp_terms.hpp"
#include "tests/support/values.hpp"

namespace conntrack::testing {

namespace {

using proofs::Symbolic;
using sctp::ChunkKind;
using ConcreteAssociation = sctp::Association<Concrete>;

proofs::SctpEntry as_terms(const Entry& e) {
    return {e.sctp_machine->state(), constant(e.sctp), Symbolic::bit(e.has(Status::seen_reply)),
            Symbolic::bit(e.has(Status::assured)), Symbolic::time(e.deadline)};
}

/// One packet's chunk, in either domain.
struct Said {
    Direction dir;
    ChunkKind kind;
    std::uint32_t tag, init_tag;
    bool t_flag, has_init;

    [[nodiscard]] sctp::Header header() const {
        sctp::Chunk chunk;
        chunk.type = proofs::chunk_type(kind);
        chunk.flags = t_flag ? sctp::t_flag : 0;
        chunk.length = 4;
        chunk.has_init = has_init;
        chunk.init_tag = init_tag;
        return {.tag = tag, .chunks = {chunk}};
    }
    [[nodiscard]] proofs::ChunkStep step(const Edition& edition) const {
        const auto b = [](bool value) { return Symbolic::bit(value); };
        return {.edition = &edition,
                .dir = dir,
                .kind = kind,
                .old = sctp::State::none,
                .tag = proofs::word(tag),
                .t_flag = b(t_flag),
                .has_init = b(has_init),
                .init_tag = proofs::word(init_tag),
                .with_data = b(kind == ChunkKind::other),
                .after_passed = b(false),
                .association = sctp::blank<Symbolic>()};
    }
};

/// What an association in its right mind would see next.
ChunkKind expected_kind(sctp::State state, Direction dir) {
    const bool original = dir == Direction::original;
    switch (state) {
        case sctp::State::none: return ChunkKind::init;
        case sctp::State::closed: return original ? ChunkKind::init : ChunkKind::init_ack;
        case sctp::State::cookie_wait: return original ? ChunkKind::cookie_echo : ChunkKind::init_ack;
        case sctp::State::cookie_echoed: return original ? ChunkKind::other : ChunkKind::cookie_ack;
        case sctp::State::established: return ChunkKind::shutdown;
        case sctp::State::shutdown_sent:
        case sctp::State::shutdown_recd: return ChunkKind::shutdown_ack;
        case sctp::State::shutdown_ack_sent: return ChunkKind::shutdown_complete;
        case sctp::State::heartbeat_sent: break;
    }
    return original ? ChunkKind::heartbeat : ChunkKind::heartbeat_ack;
}

/// Often what the association waits for, with a tag that it knows.
Said plausible(const ConcreteAssociation& a, sctp::State state, Direction dir, const Edition& edition,
               RandomValues& random) {
    const auto kinds = proofs::chunk_kinds(edition);
    const auto mine = static_cast<std::size_t>(dir);
    const bool expected = random.bit();
    const ChunkKind kind =
        expected ? expected_kind(state, dir) : kinds[random.below(static_cast<std::uint32_t>(kinds.size()))];
    const std::uint32_t tags[] = {a.vtag[mine], a.vtag[mine], a.vtag[1 - mine], 0, random.below(4)};
    const std::uint32_t tag = kind == ChunkKind::init && !random.one_in(4) ? 0 : tags[random.below(5)];
    const bool has_init = kind == ChunkKind::init || kind == ChunkKind::init_ack;
    return {.dir = dir,
            .kind = kind,
            .tag = expected && kind != ChunkKind::init ? a.vtag[mine] : tag,
            .init_tag = has_init ? 1 + random.below(3) : 0,
            .t_flag = random.bit(),
            .has_init = has_init && !random.one_in(8)};
}

class Conversation {
  public:
    Conversation(EditionId id, std::uint64_t seed)
        : semantics_(id),
          tracker_(edition(id), {.modules = {.udplite = false, .sctp = true, .gre = false}}),
          random_(seed) {}

    void packet() {
        now_ += random_.one_in(4) ? seconds(random_.seconds()) : milliseconds(100) * (1 + random_.below(12));
        tracker_.advance(now_);
        Entry* before = entry();
        const Direction dir = before == nullptr || random_.bit() ? Direction::original : Direction::reply;
        const auto known = before != nullptr ? as_terms(*before) : proofs::new_sctp_entry();
        const Said said = plausible(before != nullptr ? before->sctp : sctp::blank<Concrete>(), known.state, dir,
                                    tracker_.edition(), random_);
        SCOPED_TRACE(proofs::sctp_cell_name(known.state, dir, said.kind));
        const auto met =
            proofs::meet(semantics_, timeouts(), known, said.step(semantics_.edition), Symbolic::time(now_));
        const Verdict verdict = tracker_.track(sctp_packet(ends_, dir, said.header()), now_);
        compare(met, verdict);
    }

  private:
    proofs::Semantics semantics_;
    Tracker tracker_;
    RandomValues random_;
    Ends ends_ = ipv4_ends(1000, 80);
    Time now_ = 0;

    [[nodiscard]] proofs::SctpTimeouts timeouts() const {
        auto out = proofs::free_sctp_timeouts();
        const auto read = sctp::read_timeouts(tracker_.settings());
        for (std::size_t i = 0; i < read.of.size(); ++i) out.of.at(i) = Symbolic::time(read.of.at(i));
        return out;
    }
    Entry* entry() {
        const auto tuple =
            tuple_of(sctp_packet(ends_, Direction::original, {}), tracker_.edition(), tracker_.modules());
        const auto found = tracker_.find(*tuple);
        return found ? found->entry : nullptr;
    }
    void compare(const proofs::SctpEntryMet& met, const Verdict& verdict) {
        ASSERT_TRUE(verdict.info.has_value());
        EXPECT_EQ(number(met.info), static_cast<std::uint64_t>(*verdict.info));
        const Entry* left = entry();
        ASSERT_EQ(number(met.gone) != 0, left == nullptr);
        if (left == nullptr) return;
        EXPECT_EQ(number(met.next), static_cast<std::uint64_t>(left->sctp_machine->state()));
        EXPECT_EQ(number(met.seen_reply) != 0, left->has(Status::seen_reply));
        EXPECT_EQ(number(met.assured) != 0, left->has(Status::assured));
        EXPECT_EQ(number(met.deadline), static_cast<std::uint64_t>(left->deadline));
        const auto& a = met.association;
        for (std::size_t side = 0; side < 2; ++side) {
            EXPECT_EQ(number(a.vtag.at(side)), left->sctp.vtag.at(side));
            EXPECT_EQ(number(a.init.at(side)) != 0, left->sctp.init.at(side));
        }
        EXPECT_EQ(number(a.heartbeat_failed) != 0, left->sctp.heartbeat_failed);
        EXPECT_EQ(number(a.failed_in_reply) != 0, left->sctp.failed_in_reply);
    }
};

/// A chunk of any packet in any association: tags among few, so that they are often right.
sctp::ChunkStep<Concrete> any_step(const Edition& edition, RandomValues& random) {
    const auto states = proofs::sctp_states(edition);
    const auto tag = [&] { return random.below(4); };
    ConcreteAssociation association = sctp::blank<Concrete>();
    association.vtag = {tag(), tag()};
    association.init = {random.bit(), random.bit()};
    association.heartbeat_failed = random.bit();
    association.failed_in_reply = random.bit();
    return {
        .edition = &edition,
        .dir = static_cast<Direction>(random.below(2)),
        .kind = sctp::kind_of(static_cast<std::uint8_t>(random.below(16)), edition),
        .old = random.one_in(8) ? sctp::State::none : states[random.below(static_cast<std::uint32_t>(states.size()))],
        .tag = tag(),
        .t_flag = random.bit(),
        .has_init = !random.one_in(8),
        .init_tag = tag(),
        .with_data = random.bit(),
        .after_passed = random.bit(),
        .association = association};
}

void expect_same(const proofs::SctpResult& read, const sctp::ChunkOutcome<Concrete>& ran, sctp::State state) {
    EXPECT_EQ(number(read.next), static_cast<std::uint64_t>(state));
    EXPECT_EQ(number(read.outcome.reason), static_cast<std::uint64_t>(ran.reason));
    EXPECT_TRUE(proofs::is_true(proofs::same(read.outcome, {Symbolic::reason(ran.reason), Symbolic::bit(ran.invalid),
                                                            Symbolic::bit(ran.passed_over), constant(ran.association)})
                                    .ref()));
}

}  // namespace

using SctpEntryPath = EveryEdition;
CTORACLE_EVERY_EDITION(SctpEntryPath);

TEST_P(SctpEntryPath, IsThatOfTheTracker) {
    constexpr unsigned packets = 25;
    for (unsigned n = 0; n < how_many(10'000) / packets && !HasFailure(); ++n) {
        SCOPED_TRACE("seed " + std::to_string(n));
        Conversation conversation(GetParam(), n);
        for (unsigned p = 0; p < packets && !HasFailure(); ++p) conversation.packet();
    }
}

TEST_P(SctpEntryPath, ChunksComeOutOfTheRelationAsReadAsOfTheMachine) {
    const auto relation = proofs::read_sctp_relation(GetParam());
    const auto machine = make_sctp_machine(GetParam());
    RandomValues random(35);
    for (unsigned n = 0; n < how_many(10'000) && !HasFailure(); ++n) {
        auto step = any_step(tested(), random);
        SCOPED_TRACE(proofs::sctp_cell_name(step.old, step.dir, step.kind));
        machine->restore(step.old);
        const auto ran = machine->receive(step);
        expect_same(relation.receive(constant(step)), ran, machine->state());
        step.old = sctp::State::none;
        step.dir = Direction::original;
        machine->restore(step.old);
        const auto opened = machine->open(step);
        expect_same(relation.open(constant(step)), opened, machine->state());
    }
}

}  // namespace conntrack::testing

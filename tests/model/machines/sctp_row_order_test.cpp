// "Reading and running cannot drift": on random steps, the row that Boost.MSM takes is the first one in the order of
// `rows` whose guard holds, with the action and the state which that row names. And packets reach every row but those
// of which it is said that none does.
#include "model/machines/reading/running_sctp.hpp"
#include "model/machines/reading/unreachable_sctp.hpp"
#include "model/sctp_machine.hpp"
#include "spec/sctp/packet.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/values.hpp"

#include <algorithm>

namespace conntrack::testing {

namespace {

using machines::reading::event_number;
using machines::reading::never_taken_by_packets;
using machines::reading::opener_number;
using machines::reading::read_sctp;
using machines::reading::RunningSctp;
using machines::reading::RunningSctpRow;
using machines::reading::SctpPlace;
using Association = sctp::Association<Concrete>;
using Step = sctp::ChunkStep<Concrete>;
using Outcome = sctp::ChunkOutcome<Concrete>;

bool same(const Association& a, const Association& b) {
    return a.vtag == b.vtag && a.init == b.init && a.heartbeat_failed == b.heartbeat_failed &&
           a.failed_in_reply == b.failed_in_reply;
}
bool same(const Outcome& a, const Outcome& b) {
    return a.reason == b.reason && a.invalid == b.invalid && a.passed_over == b.passed_over &&
           same(a.association, b.association);
}

SctpPlace place_of(const RunningSctpRow& row) {
    const std::size_t block = row.event / sctp::chunk_kind_count;
    return {static_cast<sctp::State>(row.from),
            block == 2 ? std::nullopt : std::optional(static_cast<Direction>(block)),
            static_cast<sctp::ChunkKind>(row.event % sctp::chunk_kind_count), refuses(row)};
}

/// A machine beside its reading: runs both, and counts which rows were taken. It is what sctp::judge() asks for.
class Comparison {
  public:
    explicit Comparison(EditionId id)
        : edition_(edition(id)), read_(read_sctp(id)), machine_(make_sctp_machine(id)), taken_(read_.rows.size()) {}

    Outcome receive(const Step& step) {
        return compare(step, event_number(step.dir, step.kind), machine_->receive(step), sctp::misfit<Concrete>(step),
                       step.old);
    }
    Outcome open(const Step& step) {
        return compare(step, opener_number(step.kind), machine_->open(step), sctp::misfit_opener<Concrete>(step),
                       sctp::State::none);
    }
    [[nodiscard]] sctp::State state() const { return machine_->state(); }
    void restore(sctp::State state) { machine_->restore(state); }
    [[nodiscard]] unsigned misfits() const { return misfits_; }
    [[nodiscard]] std::size_t states() const { return read_.states; }

    void expect_coverage_by_packets() const {
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            const auto why = never_taken_by_packets(place_of(read_.rows[i]), edition_);
            if (why.empty())
                EXPECT_GT(taken_[i], 0U) << "never taken: " << read_.rows[i].text;
            else
                EXPECT_EQ(taken_[i], 0U) << "taken, although " << why << ": " << read_.rows[i].text;
        }
    }

  private:
    const Edition& edition_;
    RunningSctp read_;
    std::unique_ptr<SctpMachine> machine_;
    std::vector<unsigned> taken_;
    unsigned misfits_ = 0;

    Outcome compare(const Step& step, std::size_t event, const Outcome& did, const Outcome& misfit, sctp::State old) {
        const auto row = std::ranges::find_if(read_.rows, [&](const RunningSctpRow& r) {
            return r.event == event && r.from == static_cast<std::size_t>(old) && r.holds(step);
        });
        const bool taken = row != read_.rows.end();
        taken ? ++taken_[static_cast<std::size_t>(row - read_.rows.begin())] : ++misfits_;
        const auto expected = taken ? row->apply(step, misfit) : misfit;
        const auto to = taken ? static_cast<sctp::State>(row->to) : old;
        if (!same(did, expected) || machine_->state() != to)
            ADD_FAILURE() << "expected " << (taken ? row->text : "no row") << "; state after: " << sctp::name(state());
        return did;
    }
};

/// Tags among few, so that they are often right.
std::uint32_t any_tag(RandomValues& random) { return random.below(4); }

Step any_step(const Edition& edition, RandomValues& random, std::size_t states) {
    Association association = sctp::blank<Concrete>();
    association.vtag = {any_tag(random), any_tag(random)};
    association.init = {random.bit(), random.bit()};
    association.heartbeat_failed = random.bit();
    association.failed_in_reply = random.bit();
    return {.edition = &edition,
            .dir = static_cast<Direction>(random.below(2)),
            .kind = sctp::kind_of(static_cast<std::uint8_t>(random.below(16)), edition),
            .old = static_cast<sctp::State>(random.below(static_cast<std::uint32_t>(states))),
            .tag = any_tag(random),
            .t_flag = random.bit(),
            .has_init = !random.one_in(8),
            .init_tag = any_tag(random),
            .with_data = random.bit(),
            .after_passed = random.bit(),
            .association = association};
}

/// What an association in its right mind would see next.
std::uint8_t expected_chunk(sctp::State state, Direction dir) {
    const bool original = dir == Direction::original;
    switch (state) {
        case sctp::State::cookie_wait: return original ? 10 : 2;
        case sctp::State::cookie_echoed: return original ? 0 : 11;
        case sctp::State::established: return 7;
        default: return original ? 1 : 2;
    }
}

/// A packet whose chunks and tag often are what the association waits for.
sctp::Header any_packet(RandomValues& random, const Association& association, Direction dir, sctp::State state) {
    constexpr std::uint8_t alone[] = {1, 1, 1, 2, 2, 14, 6};
    constexpr std::uint8_t with_others[] = {0, 3, 4, 5, 7, 8, 9, 10, 11};
    sctp::Header out;
    const auto mine = static_cast<std::size_t>(dir);
    const std::uint32_t tags[] = {association.vtag[mine], association.vtag[mine], association.vtag[1 - mine], 0,
                                  any_tag(random)};
    out.tag = tags[random.below(5)];
    const bool one = random.bit();
    const std::uint32_t count = one ? 1 : 1 + random.below(3);
    const bool expected = state != sctp::State::none && random.bit();
    if (expected) out.tag = association.vtag[mine];
    for (std::uint32_t i = 0; i < (expected ? 1 : count); ++i) {
        sctp::Chunk chunk;
        chunk.type = one && random.bit() ? alone[random.below(7)] : with_others[random.below(9)];
        if (expected) chunk.type = expected_chunk(state, dir);
        chunk.flags = static_cast<std::uint8_t>(random.below(2));
        chunk.length = 4;
        chunk.has_init = true;
        chunk.init_tag = 1 + random.below(3);
        if (chunk.type == 1 && random.bit()) out.tag = 0;
        out.chunks.push_back(chunk);
    }
    return out;
}

/// One association from its first packet on.
void converse(Comparison& machine, const Edition& edition, RandomValues& random) {
    sctp::Timeouts<Concrete> timeouts{};
    Association association = sctp::blank<Concrete>();
    machine.restore(sctp::State::none);
    bool confirmed = false;
    for (unsigned packets = 0; packets < 16; ++packets) {
        const auto dir = confirmed && random.bit() ? Direction::reply : Direction::original;
        const sctp::Header header = any_packet(random, association, dir, machine.state());
        const auto out = sctp::judge({&edition, &timeouts, dir, &header, confirmed}, association, machine);
        if (out.invalid && !confirmed) return;
        association = out.association;
        confirmed = true;
    }
}

}  // namespace

using SctpRowOrder = EveryEdition;
CTORACLE_EVERY_EDITION(SctpRowOrder);

TEST_P(SctpRowOrder, TheMachineTakesTheFirstRowThatHolds) {
    Comparison compare(GetParam());
    RandomValues random(20'261'101);
    for (unsigned n = 0; n < 100'000 && !HasFailure(); ++n) {
        auto step = any_step(tested(), random, compare.states());
        compare.restore(step.old);
        compare.receive(step);
        step.old = sctp::State::none;
        compare.restore(step.old);
        compare.open(step);
    }
    EXPECT_GT(compare.misfits(), 0U);
}

TEST_P(SctpRowOrder, PacketsReachEveryRow) {
    Comparison compare(GetParam());
    RandomValues random(7);
    for (unsigned n = 0; n < 200'000 && !HasFailure(); ++n) converse(compare, tested(), random);
    compare.expect_coverage_by_packets();
}

}  // namespace conntrack::testing

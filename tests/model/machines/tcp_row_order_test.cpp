// "Reading and running cannot drift": on random steps, the row that Boost.MSM takes is the first one in the order of
// `rows` whose guard holds, with the action and the state which that row names.
#include "model/machines/reading/unreachable.hpp"
#include "model/tcp_machine.hpp"
#include "tests/model/machines/plausible.hpp"
#include "tests/model/machines/tcp_reading.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/tcp_fields.hpp"

namespace conntrack::testing {

namespace {

using machines::reading::never_taken;
using machines::reading::never_taken_by_packets;

std::string differences(const tcp::Outcome<Concrete>& a, const tcp::Outcome<Concrete>& b) {
    std::vector<std::uint64_t> of_a;
    each_field<Concrete>(a, [&](const char*, auto value) { of_a.push_back(static_cast<std::uint64_t>(value)); });
    std::string out;
    std::size_t i = 0;
    each_field<Concrete>(b, [&](const char* field, auto value) {
        if (of_a[i++] != static_cast<std::uint64_t>(value)) out += std::string(" ") + field;
    });
    return out;
}

/// A machine beside its reading: runs both, and counts which rows were taken.
class Comparison {
  public:
    explicit Comparison(EditionId id)
        : edition_(edition(id)), read_(read_tcp(id)), machine_(make_tcp_machine(id)), taken_(read_.rows.size()) {}

    tcp::Outcome<Concrete> run(const tcp::Judged<Concrete>& judged) {
        const Expected expected = by_the_rows(read_, judged);
        machine_->restore(judged.step.old);
        const auto outcome = machine_->receive(judged);
        expected.row ? ++taken_[*expected.row] : ++rejected_;
        if (machine_->state() != expected.state || !differences(outcome, expected.outcome).empty())
            ADD_FAILURE() << "expected " << (expected.row ? describe(read_.rows[*expected.row], edition_) : "no row")
                          << "; state after: " << tcp::name(machine_->state(), edition_)
                          << "; fields that differ:" << differences(outcome, expected.outcome);
        return outcome;
    }
    [[nodiscard]] tcp::State state() const { return machine_->state(); }
    [[nodiscard]] unsigned rejected() const { return rejected_; }

    /// Was every row taken for which `reason` names none?
    template <class Reason>
    [[nodiscard]] bool covered(Reason reason) const {
        for (std::size_t i = 0; i < taken_.size(); ++i)
            if (taken_[i] == 0 && reason(read_.rows[i]).empty()) return false;
        return true;
    }

    /// Every row was taken, but for those for which `reason` names one; and these were not.
    template <class Reason>
    void expect_coverage(Reason reason) const {
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            const TcpRow& row = read_.rows[i];
            if (const std::string_view why = reason(row); why.empty())
                EXPECT_GT(taken_[i], 0U) << "never taken: " << describe(row, edition_);
            else
                EXPECT_EQ(taken_[i], 0U) << "taken, although " << why << ": " << describe(row, edition_);
        }
    }

  private:
    const Edition& edition_;
    TcpReading read_;
    std::unique_ptr<TcpMachine> machine_;
    std::vector<unsigned> taken_;
    unsigned rejected_ = 0;
};

constexpr unsigned steps_per_situation = 400;  // 48 000 steps a machine

}  // namespace

using TcpRowOrder = EveryEdition;
CTORACLE_EVERY_EDITION(TcpRowOrder);

TEST_P(TcpRowOrder, TheMachineTakesTheFirstRowThatHolds) {
    Comparison compare(GetParam());
    RandomValues random(20'260'101);
    each_situation(GetParam(), [&](const Situation& about) {
        for (unsigned n = 0; n < steps_per_situation && !HasFailure(); ++n) {
            ConcreteSource source{random};
            const auto settings = settings_from<Concrete>(source);
            auto step = step_from<Concrete>(source, about, settings);
            often_after_syn(step, random);
            make_plausible(step, random);
            compare.run(tcp::judge<Concrete>(step));
        }
    });
    EXPECT_GT(compare.rejected(), 0U) << "no step failed the window check";
    compare.expect_coverage([](const TcpRow& row) { return never_taken(row); });
}

namespace {

/// One conversation from its first packet on: every state the machine is in was reached by packets.
void converse(Comparison& compare, EditionId id, RandomValues& random) {
    constexpr unsigned packets = 24;
    ConcreteSource source{random};
    const auto settings = settings_from<Concrete>(source);
    auto connection = tcp::blank<Concrete>();
    tcp::State state = tcp::State::none;
    bool seen_reply = false, assured = false;
    for (unsigned p = 0; p < packets; ++p) {
        const auto dir = state == tcp::State::none || random.bit() ? Direction::original : Direction::reply;
        const auto cls = next_class(connection, random);
        auto step = step_from<Concrete>(source, {id, dir, cls, state}, settings);
        step.connection = connection;
        step.seen_reply = seen_reply;
        step.assured = assured;
        make_plausible(step, random);
        const auto out = compare.run(tcp::judge<Concrete>(step));
        if (out.erase || (out.invalid && state == tcp::State::none)) return;
        connection = out.connection;
        state = compare.state();
        assured = assured || out.assure;
        seen_reply = seen_reply || (dir == Direction::reply && !out.invalid);
    }
}

}  // namespace

TEST_P(TcpRowOrder, PacketsReachEveryRow) {
    constexpr unsigned least = 20'000, most = 400'000;  // conversations; a few rows need a rare sequence
    const auto reason = [](const TcpRow& row) { return never_taken_by_packets(row, GetParam()); };
    Comparison compare(GetParam());
    RandomValues random(7);
    for (unsigned n = 0; n < most && !HasFailure(); ++n) {
        if (n >= least && n % 1000 == 0 && compare.covered(reason)) break;
        converse(compare, GetParam(), random);
    }
    compare.expect_coverage(reason);
}

}  // namespace conntrack::testing

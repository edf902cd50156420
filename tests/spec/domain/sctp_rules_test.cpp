// The rules of SCTP say the same in the domain Tree as in Concrete.
#include "spec/sctp/chunk_rules.hpp"
#include "tests/spec/domain/same_in_both.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

constexpr unsigned rounds = 300;

template <class D>
void report_outcome(const sctp::ChunkOutcome<D>& o, auto report) {
    report("reason", o.reason);
    report("invalid", o.invalid);
    report("passed_over", o.passed_over);
    report("tag of original", o.association.vtag[0]);
    report("tag of reply", o.association.vtag[1]);
    report("init of original", o.association.init[0]);
    report("init of reply", o.association.init[1]);
    report("heartbeat_failed", o.association.heartbeat_failed);
    report("failed_in_reply", o.association.failed_in_reply);
}

/// Few tags, so that they are often the same.
template <class D>
sctp::ChunkStep<D> any_step(const Edition& edition, Direction dir, sctp::ChunkKind kind, sctp::State old,
                            auto& source) {
    auto tag = source.bits(3);
    auto flagged = source.bit();
    auto has_init = source.bit();
    auto init_tag = source.bits(3);
    auto with_data = source.bit();
    auto after_passed = source.bit();
    auto of_original = source.bits(3);
    auto of_reply = source.bits(3);
    auto init_original = source.bit();
    auto init_reply = source.bit();
    auto failed = source.bit();
    auto in_reply = source.bit();
    return {.edition = &edition,
            .dir = dir,
            .kind = kind,
            .old = old,
            .tag = tag,
            .t_flag = flagged,
            .has_init = has_init,
            .init_tag = init_tag,
            .with_data = with_data,
            .after_passed = after_passed,
            .association = {{of_original, of_reply}, {init_original, init_reply}, failed, in_reply}};
}

}  // namespace

using DomainSctp = EveryEdition;
CTORACLE_EVERY_EDITION(DomainSctp);

TEST_P(DomainSctp, EveryRule) {
    RandomValues random(21);
    for (std::size_t kind = 0; kind < sctp::chunk_kind_count; ++kind) {
        for (const Direction dir : {Direction::original, Direction::reply}) {
            for (const sctp::State old : {sctp::State::none, sctp::State::closed}) {
                const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
                    const auto step = any_step<D>(tested(), dir, static_cast<sctp::ChunkKind>(kind), old, source);
                    report("fits", sctp::fits<D>(step));
                    report("opener_fits", sctp::opener_fits<D>(step));
                    report("tag_fits", sctp::tag_fits<D>(step.association, dir, step.tag));
                    report_outcome<D>(sctp::advance<D>(step), report);
                    report_outcome<D>(sctp::refuse<D>(step), report);
                    report_outcome<D>(sctp::misfit<D>(step), report);
                    report_outcome<D>(sctp::open<D>(step), report);
                    report_outcome<D>(sctp::refuse_opener<D>(step), report);
                    report_outcome<D>(sctp::misfit_opener<D>(step), report);
                    report_outcome<D>(sctp::choose<D>(step.t_flag, sctp::advance<D>(step), sctp::misfit<D>(step)),
                                      report);
                };
                EXPECT_TRUE(same_in_both_domains(rule, random, rounds,
                                                 std::string(sctp::name(static_cast<sctp::ChunkKind>(kind)))));
            }
        }
    }
}

}  // namespace conntrack::testing

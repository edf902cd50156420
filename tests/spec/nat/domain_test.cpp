// The rules of NAT say the same in the domain Tree as in Concrete.
#include "spec/invariants/comes_back.hpp"
#include "spec/nat/binding.hpp"
#include "spec/nat/choice.hpp"
#include "spec/nat/port_range.hpp"
#include "spec/nat/translation.hpp"
#include "spec/wire/rewrite.hpp"
#include "tests/spec/domain/same_in_both.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

constexpr unsigned rounds = 300;

/// An address is compared by its lower half, which is all that the sources vary.
std::uint64_t shown(const Address& a) { return a.low; }
const Term& shown(const Tree::Address& a) { return a; }

template <class D, class Source>
Ends<D> ends_from(Source& s) {
    auto src = s.address();
    auto src_part = s.below(3);
    auto dst = s.address();
    auto dst_part = s.below(3);
    return {{src, src_part}, {dst, dst_part}};
}

template <class D>
void report_end(const End<D>& end, auto report) {
    report("address", shown(end.address));
    report("part", end.part);
}

template <class D>
void report_ends(const Ends<D>& ends, auto report) {
    report_end<D>(ends.src, report);
    report_end<D>(ends.dst, report);
}

template <class D>
void report_binding(const nat::Binding<D>& binding, auto report) {
    report_ends<D>(binding.reply, report);
    for (const nat::Manip manip : {nat::Manip::src, nat::Manip::dst}) {
        report("bound", nat::decision(binding, manip).bound);
        report("done", nat::decision(binding, manip).done);
    }
}

}  // namespace

using DomainNat = EveryEdition;
CTORACLE_EVERY_EDITION(DomainNat);

TEST_P(DomainNat, Binding) {
    RandomValues random(21);
    for (const CtInfo info : {CtInfo::new_, CtInfo::related, CtInfo::established})
        for (const bool icmp : {false, true}) {
            const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
                auto done = source.bit();
                auto confirmed = source.bit();
                const nat::AtHook<D> at{&tested(), info, icmp, done, confirmed, source.bit()};
                report("is_met", nat::is_met<D>(at));
                report("consults_rules", nat::consults_rules<D>(at));
                report("answer_takes_effect", nat::answer_takes_effect<D>(at));
            };
            EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "binding"));
        }
}

TEST_P(DomainNat, Translation) {
    RandomValues random(22);
    using nat::Manip;
    for (const bool icmp : {false, true})
        for (const Manip manip : {Manip::src, Manip::dst}) {
            const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
                const auto other = ends_from<D>(source);
                report_end<D>(nat::target<D>(manip, other, icmp), report);
                report_end<D>(nat::quoted_target<D>(manip, other, icmp), report);
                auto src_nat = source.bit();
                auto dst_nat = source.bit();
                for (const Direction dir : {Direction::original, Direction::reply})
                    report("is_translated", nat::is_translated<D>(manip, dir, src_nat, dst_nat));
                report("redirect_is_dropped", nat::redirect_is_dropped<D>(src_nat, dst_nat));
            };
            EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "translation"));
        }
}

TEST_P(DomainNat, Decisions) {
    RandomValues random(25);
    using nat::Manip;
    for (const bool icmp : {false, true})
        for (const Manip manip : {Manip::src, Manip::dst}) {
            const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
                const auto reply = ends_from<D>(source), current = ends_from<D>(source), chosen = ends_from<D>(source);
                auto bound = source.bit();
                const nat::Binding<D> before{reply, {bound, source.bit()}, {bound, source.bit()}};
                report_binding<D>(nat::decided<D>(before, manip, current, chosen, icmp, tested()), report);
                report_binding<D>(nat::unloaded<D>(before), report);
                report("may_be_chosen", nat::may_be_chosen<D>(manip, current, chosen, icmp, tested()));
                for (const auto& r : nat::records_of<D>(Hook::postrouting, current, chosen, reply, icmp)) {
                    report_end<D>(r.to, report);
                    report("kept", r.kept);
                }
            };
            EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "decisions"));
        }
}

TEST_P(DomainNat, WhoMakesRoom) {
    RandomValues random(26);
    for (const auto state : {tcp::State::established, tcp::State::time_wait, tcp::State::close}) {
        const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
            auto src_nat = source.bit();
            auto fixed = source.bit();
            auto dying = source.bit();
            const nat::InTheWay<D> old{state, src_nat, fixed, dying, source.sequence()};
            report("makes_room", nat::makes_room<D>(old, source.sequence()));
        };
        EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "who makes room"));
    }
}

TEST_P(DomainNat, Checksums) {
    RandomValues random(27);
    const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
        const auto half = [&] { return source.sequence() & D::word(0xffff); };
        const auto checksum = half(), before = half(), after = half();
        const auto adjusted = wire::adjusted<D>(checksum, before, after);
        report("plus", wire::plus<D>(checksum, before));
        report("adjusted", adjusted);
        for (const bool zero_is_none : {false, true})
            report("udp", wire::udp_checksum<D>(source.below(2), adjusted, zero_is_none, tested().rewrite));
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "checksums"));
}

TEST_P(DomainNat, SearchedParts) {
    RandomValues random(23);
    NatRange none, given, upside_down;
    given.proto_specified = upside_down.proto_specified = true;
    given.port_min = upside_down.port_max = 4000;
    given.port_max = upside_down.port_min = 4010;
    for (const NatRange& range : {none, given, upside_down})
        for (const auto proto : {protocol::tcp, protocol::icmp})
            for (const nat::Manip manip : {nat::Manip::src, nat::Manip::dst}) {
                const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
                    const auto parts = nat::searched_parts<D>(range, manip, proto, source.below(1500), tested());
                    report("first", parts.first);
                    report("size", parts.size);
                };
                EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "searched parts"));
            }
}

TEST_P(DomainNat, ComesBack) {
    RandomValues random(24);
    for (const bool icmp : {false, true}) {
        const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
            const auto original = ends_from<D>(source);
            const auto reply = ends_from<D>(source);
            auto src_nat = source.bit();
            const invariant::Translation<D> t{original, reply, src_nat, source.bit(), icmp};
            report("comes_back", invariant::comes_back<D>(t));
            report("quotation_comes_back", invariant::quotation_comes_back<D>(t, tested()));
            for (const Direction dir : {Direction::original, Direction::reply}) {
                report_ends<D>(invariant::left<D>(t, dir), report);
                report_ends<D>(invariant::quotation_left<D>(t, dir, tested()), report);
            }
            const auto records = nat::records_of<D>(Hook::postrouting, original, reply, ends_from<D>(source), icmp);
            report("by records", invariant::comes_back_by_records<D>(original, reply, records, icmp));
            report("quoted", invariant::quotation_comes_back_by_records<D>(original, reply, records, icmp));
        };
        EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "comes back"));
    }
}

}  // namespace conntrack::testing

// The rules of NAT say the same in the domain Tree as in Concrete.
#include "spec/invariants/comes_back.hpp"
#include "spec/nat/binding.hpp"
#include "spec/nat/port_range.hpp"
#include "spec/nat/translation.hpp"
#include "tests/spec/domain/same_in_both.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

constexpr unsigned rounds = 300;

/// An address is compared by its lower half, which is all that the sources vary.
std::uint64_t shown(const Address& a) { return a.low; }
const Term& shown(const Tree::Address& a) { return a; }

template <class D, class Source>
nat::Ends<D> ends_from(Source& s) {
    auto src = s.address();
    auto src_part = s.below(3);
    auto dst = s.address();
    auto dst_part = s.below(3);
    return {{src, src_part}, {dst, dst_part}};
}

template <class D>
void report_end(const nat::End<D>& end, auto report) {
    report("address", shown(end.address));
    report("part", end.part);
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

TEST(DomainNatInvariants, ComesBack) {
    RandomValues random(24);
    for (const bool icmp : {false, true}) {
        const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
            const auto original = ends_from<D>(source);
            const auto reply = ends_from<D>(source);
            auto src_nat = source.bit();
            const invariant::Translation<D> t{original, reply, src_nat, source.bit(), icmp};
            report("comes_back", invariant::comes_back<D>(t));
            report_end<D>(invariant::left<D>(t, Direction::original).src, report);
            report_end<D>(invariant::left<D>(t, Direction::reply).dst, report);
        };
        EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "comes back"));
    }
}

}  // namespace conntrack::testing

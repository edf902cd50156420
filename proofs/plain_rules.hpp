// Rules of NAT and of the table that stand in no machine, as terms. Each can be replaced, so that a proof can be shown
// to notice it.
#pragma once

#include "proofs/symbolic.hpp"
#include "spec/announcement.hpp"
#include "spec/clash.hpp"
#include "spec/expect/rules.hpp"
#include "spec/full_table.hpp"
#include "spec/nat/binding.hpp"
#include "spec/nat/choice.hpp"
#include "spec/nat/record.hpp"
#include "spec/nat/translation.hpp"
#include "spec/wire/checksum.hpp"

#include <functional>

namespace conntrack::proofs {

using SymbolicEnds = Ends<Symbolic>;
using Binding = nat::Binding<Symbolic>;
using AtHook = nat::AtHook<Symbolic>;

struct NatRules {
    std::function<Bit(const AtHook&)> consults_rules = nat::consults_rules<Symbolic>;
    std::function<Bit(const AtHook&)> answer_takes_effect = nat::answer_takes_effect<Symbolic>;
    std::function<Bit(nat::Manip, const SymbolicEnds& current, const SymbolicEnds& chosen, bool icmp, const Edition&)>
        may_be_chosen = nat::may_be_chosen<Symbolic>;
    std::function<Binding(const Binding&, nat::Manip, const SymbolicEnds& current, const SymbolicEnds& chosen,
                          bool icmp, const Edition&)>
        decided = nat::decided<Symbolic>;
    std::function<std::array<nat::Record<Symbolic>, 4>(Hook, const SymbolicEnds& before, const SymbolicEnds& after,
                                                       const SymbolicEnds& answer, bool icmp)>
        records_of = nat::records_of<Symbolic>;
    std::function<Bit(const nat::InTheWay<Symbolic>&, const Word& new_end)> makes_room = nat::makes_room<Symbolic>;
    std::function<Word(const Word& checksum, const Word& before, const Word& after)> adjusted =
        wire::adjusted<Symbolic>;
};

struct TableRules {
    std::function<clash::Entrance<Symbolic>(const clash::Meeting<Symbolic>&)> entrance = clash::entrance<Symbolic>;
    std::function<Bit(const full_table::Candidate<Symbolic>&)> may_be_dropped_early =
        full_table::may_be_dropped_early<Symbolic>;
    std::function<Bit(const full_table::Candidate<Symbolic>&, const Bit& closing)> collector_may_take =
        full_table::collector_may_take<Symbolic>;
    std::function<Bit(const Word& existing, const Word& max, const Bit& somebody_goes)> is_admitted =
        full_table::is_admitted<Symbolic>;
    std::function<Word(const Word& gathered, const clash::Entrance<Symbolic>&, const announcement::Kin<Symbolic>&,
                       const Bit& reports)>
        entered = announcement::entered<Symbolic>;
    std::function<announcement::Told<Symbolic>(const Word& gathered, const Bit& linked)> at_confirm_hook =
        announcement::at_confirm_hook<Symbolic>;
    std::function<announcement::Told<Symbolic>(const Bit& reports)> at_deletion = announcement::at_deletion<Symbolic>;
};

struct ExpectationRules {
    std::function<expect::Birth<Symbolic>(const expect::Met<Symbolic>&, const TupleKey<Symbolic>& packet,
                                          const Edition&)>
        birth = expect::birth<Symbolic>;
    std::function<expect::Registration<Symbolic>(const expect::Situation<Symbolic>&, const Edition&)> registration =
        expect::registration<Symbolic>;
};

}  // namespace conntrack::proofs

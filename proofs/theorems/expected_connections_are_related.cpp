#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using Key = TupleKey<Symbolic>;
using Met = expect::Met<Symbolic>;
using Wanted = expect::Wanted<Symbolic>;

Key any_key(const std::string& name) {
    return {{{fresh_address(name + ".src"), fresh_word(name + ".src_part")},
             {fresh_address(name + ".dst"), fresh_word(name + ".dst_part")}},
            fresh_word(name + ".protocol"),
            fresh_word(name + ".zone")};
}

Wanted any_wanted(const std::string& name) {
    return {any_key(name),
            {fresh_bit(name + ".mask.src"), fresh_bit(name + ".mask.src_part"), fresh_bit(name + ".mask.dst"),
             fresh_bit(name + ".mask.dst_part")}};
}

Met any_met(const std::string& name) {
    return {any_wanted(name),
            fresh_bit(name + ".inactive"),
            fresh_bit(name + ".permanent"),
            fresh_bit(name + ".master_confirmed"),
            fresh_bit(name + ".master_dying"),
            fresh_word(name + ".master_mark")};
}

/// What a firewall sees of a packet of the connection's original direction.
Word seen(const Statement& s, const Bit& replied, const Bit& expected) {
    return s.semantics().packet_state(Direction::original, replied, expected);
}

Word number(CtInfo info) { return word(static_cast<std::uint32_t>(info)); }

/// The first packet of a connection, and the expectation that counts for it.
void state_of_first_packet(Statement& s) {
    const Met met = any_met("e");
    const Key packet = any_key("p");
    const auto& rules = s.edition().expectation;
    const auto birth = s.semantics().expectation.birth(met, packet, s.edition());
    const Bit agrees = expect::matches<Symbolic>(met.wanted, packet);
    const Bit active = !met.inactive || Symbolic::bit(!rules.skips_inactive);
    const Bit alive = met.master_confirmed && !(met.master_dying && Symbolic::bit(rules.dying_master_is_gone));
    s.prove("the announced connection's first packet is RELATED", agrees && active && alive,
            seen(s, no(), birth.expected) == number(CtInfo::related));
    s.prove("nobody else's is", !(agrees && active && alive),
            seen(s, no(), birth.expected) == number(CtInfo::new_) && !birth.consumes);
    s.prove("it uses the expectation up, unless that is permanent", agrees && active && alive,
            birth.consumes == !met.permanent);
    s.prove("its mark is its master's, or none", birth.expected,
            birth.mark == (rules.child_takes_mark ? met.master_mark : word(0)));
    s.exhibit("a server's data connection, from any port of its",
              birth.expected && met.wanted.mask.src_address && !met.wanted.mask.src_part &&
                  met.wanted.mask.dst_address && met.wanted.mask.dst_part);
    s.exhibit("a master that is not in the table yet answers for nobody", agrees && active && !birth.expected);
    if (rules.dying_master_is_gone)
        s.exhibit("nor one that was deleted", agrees && active && met.master_confirmed && !birth.expected);
}

void state_of_others(Statement& s) {
    const Bit expected = fresh_bit("expected");
    s.prove("the next ones are, until somebody answers", expected, seen(s, no(), expected) == number(CtInfo::related));
    s.prove("then they are ESTABLISHED", yes(), seen(s, yes(), expected) == number(CtInfo::established));
    s.prove(
        "the answer is ESTABLISHED, never RELATED", yes(),
        s.semantics().packet_state(Direction::reply, fresh_bit("replied"), expected) == number(CtInfo::established));
}

/// Whoever is registered beside others: no packet is what two of them wait for.
void state_of_two(Statement& s) {
    const Wanted one = any_wanted("one"), other = any_wanted("other");
    const Key packet = any_key("p");
    const expect::Situation<Symbolic> found{.identical = expect::identical<Symbolic>(one, other),
                                            .identical_is_own = fresh_bit("own"),
                                            .in_the_way = expect::clash<Symbolic>(one, other),
                                            .own = fresh_word("own_count"),
                                            .own_most = fresh_word("own_most"),
                                            .all = fresh_word("all_count"),
                                            .all_most = fresh_word("all_most"),
                                            .gives_up_oldest = fresh_bit("gives_up_oldest")};
    const auto way = s.semantics().expectation.registration(found, s.edition());
    const bool looks = !s.edition().expectation.clash_is_found_last;
    const Bit other_goes = way.replaces || (way.evicts_oldest && fresh_bit("other_is_the_oldest"));
    const Bit both_stay = way.inserted && !other_goes;
    const Bit waited_for_twice = expect::matches<Symbolic>(one, packet) && expect::matches<Symbolic>(other, packet);
    s.prove("no packet is what two expectations wait for", both_stay && (Symbolic::bit(looks) || !way.evicts_oldest),
            !waited_for_twice);
    s.exhibit("a second one is registered", both_stay);
    if (!looks) s.exhibit("nobody looks who is in the way where the oldest had to go", both_stay && waited_for_twice);
    s.prove("never more than the helper's policy has", found.own_most != word(0) && way.inserted,
            Symbolic::below(found.own, found.own_most) || way.evicts_oldest || way.replaces);
}

void state(Statement& s) {
    state_of_first_packet(s);
    state_of_others(s);
    state_of_two(s);
}

void believe_unconfirmed(Semantics& s) {
    s.expectation.birth = [](Met met, const Key& packet, const Edition& edition) {
        met.master_confirmed = yes();
        return expect::birth<Symbolic>(met, packet, edition);
    };
}
void forget_the_port(Semantics& s) {
    s.expectation.birth = [](Met met, const Key& packet, const Edition& edition) {
        met.wanted.mask.dst_part = no();
        return expect::birth<Symbolic>(met, packet, edition);
    };
}
void overlook_clashes(Semantics& s) {
    s.expectation.registration = [](expect::Situation<Symbolic> found, const Edition& edition) {
        found.in_the_way = no();
        return expect::registration<Symbolic>(found, edition);
    };
}

}  // namespace

Theorem expected_connections_are_related() {
    return {
        .name = "expected_connections_are_related",
        .sentence =
            "The first packet of a connection that a confirmed master announced is RELATED, and nobody else's first "
            "packet is; so are the next ones of its original direction until somebody answers, then all are "
            "ESTABLISHED. It uses its expectation up, and no packet is what two expectations wait for, but: "
            "in linux-2.6.9 where a master's oldest one had to go for a new one.",
        .answers = "What exactly does a rule let in that accepts RELATED?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"masters need not be confirmed", EditionId::linux_2_6_9, believe_unconfirmed},
                    {"masters need not be confirmed", EditionId::linux_6_18, believe_unconfirmed},
                    {"any port is the announced one", EditionId::linux_2_6_32, forget_the_port},
                    {"any port is the announced one", EditionId::linux_6_18, forget_the_port},
                    {"clashes are overlooked", EditionId::linux_6_18, overlook_clashes}}};
}

}  // namespace conntrack::proofs

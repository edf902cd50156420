#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using Linked = clash::Linked<Symbolic>;
using Key = TupleKey<Symbolic>;

Key any_key(const std::string& name, const Word& zone) {
    return {{{fresh_address(name + ".src"), fresh_word(name + ".src_part")},
             {fresh_address(name + ".dst"), fresh_word(name + ".dst_part")}},
            fresh_word(name + ".protocol"),
            zone};
}
Linked any_linked(const std::string& name) {
    const Word zone = fresh_word(name + ".zone");
    return {any_key(name + ".original", zone), any_key(name + ".reply", zone), fresh_bit(name + ".by_original"),
            fresh_bit(name + ".by_reply")};
}

/// `entry` is any entry of the table; lookups that find nobody do not find it either. Who they find else is not known.
Bit lookups_are_true(const clash::Meeting<Symbolic>& meeting, const Linked& entry, const Linked& enters) {
    return implies(clash::answers_to<Symbolic>(entry, enters.original), meeting.original_taken) &&
           implies(clash::answers_to<Symbolic>(entry, enters.reply), meeting.reply_taken);
}

/// Two entries in the table, whichever they are, share no tuple. That is so of an empty table; leaving it shares none,
/// tuples of confirmed entries never change (nat_binding_never_changes_while_the_entry_lives); and whoever enters
/// shares none with any that is there.
void state(Statement& s) {
    for (const bool may_clash : {false, true}) {
        if (may_clash && !s.edition().core.resolves_clashes) continue;
        const Linked entry = any_linked("entry");
        Linked enters = any_linked("new");
        const clash::Meeting<Symbolic> meeting{may_clash, fresh_bit("original_taken"), fresh_bit("reply_taken"),
                                               fresh_bit("winner_is_one"), fresh_bit("holder_is_one")};
        const auto way = s.semantics().table.entrance(meeting);
        enters.by_original = way.by_original;
        enters.by_reply = way.by_reply;
        const std::string name = may_clash ? "a protocol that may clash" : "a protocol that may not";
        const Bit premise = lookups_are_true(meeting, entry, enters);
        s.prove(name + ": enters", premise, !clash::share_a_tuple<Symbolic>(entry, enters));
        s.prove(name + ": nobody is linked by the original tuple alone", premise,
                implies(enters.by_original, enters.by_reply));
        s.prove(name + ": its packet goes on with one entry, or is dropped", yes(),
                (way.by_reply && !way.to_winner && !way.to_holder && !way.dropped) ||
                    (!way.by_reply && way.to_winner && !way.to_holder && !way.dropped) ||
                    (!way.by_reply && !way.to_winner && way.to_holder && !way.dropped) ||
                    (!way.by_reply && !way.to_winner && !way.to_holder && way.dropped));

        const Bit same_ends = conntrack::same<Symbolic>(entry.original.ends, enters.original.ends);
        s.exhibit(name + ": the same addresses and ports in two zones",
                  premise && entry.by_original && enters.by_original && same_ends);
        s.exhibit(name + ": an entry whose tuples are equal",
                  premise && enters.by_original && conntrack::same<Symbolic>(enters.original, enters.reply));
        const Bit same_original = conntrack::same<Symbolic>(entry.original, enters.original);
        if (may_clash)
            s.exhibit(name + ": the loser is linked by its reply alone",
                      premise && entry.by_original && same_original && enters.by_reply);
        else
            s.prove(name + ": the loser is not linked", premise && entry.by_original && same_original,
                    !enters.by_reply && way.dropped);
    }
}

void look_up_one(Semantics& s) {
    s.table.entrance = [](clash::Meeting<Symbolic> meeting) {
        meeting.reply_taken = no();
        return clash::entrance<Symbolic>(meeting);
    };
}
void link_both(Semantics& s) {
    s.table.entrance = [](const clash::Meeting<Symbolic>& meeting) {
        auto way = clash::entrance<Symbolic>(meeting);
        way.by_original = way.by_reply;
        return way;
    };
}

}  // namespace

Theorem no_two_linked_entries_share_a_tuple() {
    return {.name = "no_two_linked_entries_share_a_tuple",
            .sentence =
                "No lookup could find either of two entries, in whatever direction; the zone is part of a tuple. In "
                "linux-6.18 an entry that lost a clash is found by its reply tuple only. One entry's two tuples may be "
                "equal.",
            .answers = "Can two flows be mixed up when their first packets race, or NAT gives them one port?",
            .bound = "zones that hold for both directions",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"the reply tuple is not looked up", EditionId::linux_2_6_9, look_up_one},
                        {"the reply tuple is not looked up", EditionId::linux_2_6_32, look_up_one},
                        {"the reply tuple is not looked up", EditionId::linux_6_18, look_up_one},
                        {"who lost a clash is linked by both tuples", EditionId::linux_6_18, link_both}}};
}

}  // namespace conntrack::proofs

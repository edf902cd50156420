// Rows that lead elsewhere, and rows without their guard.
#include "proofs/mutation/mutant.hpp"

namespace conntrack::proofs {

namespace {

using tcp::State;

std::string in_words(const TcpRow& row, const Edition& edition) { return machines::reading::describe(row, edition); }

void retarget_tcp(std::vector<Mutant>& out, const Semantics& semantics, std::size_t place) {
    const TcpRow& row = semantics.tcp.rows[place];
    const auto targets = entry_states(semantics.edition);
    for (const State to : targets) {
        if (to == row.target()) continue;
        out.push_back({semantics.edition.id,
                       MutantKind::row_retargeted,
                       in_words(row, semantics.edition) + ": leads to " + std::string(tcp::name(to, semantics.edition)),
                       [place, to](Semantics& s) { s.tcp.rows[place].to = to; },
                       Cell{row.from, row.dir, row.cls},
                       {}});
    }
}

void drop_tcp_guard(std::vector<Mutant>& out, const Semantics& semantics, std::size_t place) {
    const TcpRow& row = semantics.tcp.rows[place];
    if (row.guard == "none") return;
    out.push_back({semantics.edition.id,
                   MutantKind::guard_dropped,
                   in_words(row, semantics.edition) + ": taken in any case",
                   [place](Semantics& s) { s.tcp.rows[place].holds = [](const TcpJudged&) { return yes(); }; },
                   Cell{row.from, row.dir, row.cls},
                   {}});
}

std::string in_words(const SctpRow& row) {
    if (!row.opens) return "SCTP, " + sctp_cell_name(row.from, row.dir, row.kind);
    return "SCTP, " + std::string(sctp::name(row.kind)) + (row.refuses ? " that opens nothing" : " that opens");
}

void change_sctp(std::vector<Mutant>& out, const Semantics& semantics, std::size_t place) {
    const SctpRow& row = semantics.sctp.rows[place];
    const SctpCell cell{row.from, row.opens ? std::nullopt : std::optional(row.dir), row.kind};
    for (const sctp::State to : sctp_states(semantics.edition)) {
        if (to == row.to) continue;
        out.push_back({semantics.edition.id,
                       MutantKind::row_retargeted,
                       in_words(row) + ": leads to " + std::string(sctp::name(to)),
                       [place, to](Semantics& s) { s.sctp.rows[place].to = to; },
                       {},
                       {},
                       cell});
    }
    if (row.text.ends_with("if none")) return;
    out.push_back({semantics.edition.id,
                   MutantKind::guard_dropped,
                   in_words(row) + ": taken in any case",
                   [place](Semantics& s) { s.sctp.rows[place].holds = [](const ChunkStep&) { return yes(); }; },
                   {},
                   {},
                   cell});
}

/// The same for a machine with few states, named in their order.
template <class Relation>
void small(std::vector<Mutant>& out, const Semantics& semantics, Relation Semantics::*machine,
           const std::vector<std::string>& states) {
    const auto& rows = (semantics.*machine).rows;
    for (std::size_t place = 0; place < rows.size(); ++place) {
        for (std::size_t to = 0; to < states.size(); ++to) {
            if (to == rows[place].to) continue;
            out.push_back({semantics.edition.id,
                           MutantKind::row_retargeted,
                           rows[place].text + ": leads to " + states[to],
                           [=](Semantics& s) { (s.*machine).rows[place].to = to; },
                           {},
                           {}});
        }
        if (rows[place].text.ends_with("if none")) continue;
        out.push_back({semantics.edition.id,
                       MutantKind::guard_dropped,
                       rows[place].text + ": taken in any case",
                       [=](Semantics& s) { (s.*machine).rows[place].holds = [](const auto&) { return yes(); }; },
                       {},
                       {}});
    }
}

}  // namespace

void add_row_mutants(std::vector<Mutant>& out, const Semantics& semantics) {
    for (std::size_t place = 0; place < semantics.tcp.rows.size(); ++place) {
        retarget_tcp(out, semantics, place);
        drop_tcp_guard(out, semantics, place);
    }
    for (std::size_t place = 0; place < semantics.sctp.rows.size(); ++place) change_sctp(out, semantics, place);
    small(out, semantics, &Semantics::flow, {"Unreplied", "Replied", "Assured"});
    // The machines that not every edition uses, or uses alike: in the one that uses all of them.
    if (semantics.is(EditionId::linux_2_6_9))
        small(out, semantics, &Semantics::count, {"Fresh", "Waiting", "Balanced"});
    if (semantics.is(EditionId::linux_2_6_32))
        small(out, semantics, &Semantics::life, {"Unconfirmed", "Confirmed", "Dying", "Freed"});
}

std::vector<Mutant> all_mutants(EditionId edition) {
    const Semantics semantics(edition);
    std::vector<Mutant> out;
    add_row_mutants(out, semantics);
    add_comparison_mutants(out, edition);
    add_timeout_mutants(out, semantics);
    return out;
}

}  // namespace conntrack::proofs

// A helper is shown a packet of its connection, and what it heard is carried out: a connection is expected, and where
// NAT stands between, the packet's text is rewritten.
// Sources: the help callbacks; nf_nat_ftp(), nf_nat_tftp(), nf_nat_exp_find_port() and their older kin.
#pragma once

#include "spec/choices.hpp"
#include "spec/expect/extension.hpp"
#include "spec/expect/registry.hpp"
#include "spec/helper/helper.hpp"
#include "spec/helper/helper_set.hpp"
#include "spec/status.hpp"
#include "spec/verdict.hpp"

#include <optional>
#include <vector>

namespace conntrack::helper {

/// The connection of the packet, and the packet's place in it.
struct Consultation {
    const Edition& edition;
    expect::Registry& registry;
    Choices& choices;
    expect::Master master;  // the connection itself, as a master
    StatusSet status;
    std::uint16_t zone = 0;
    CtInfo info;
    Direction dir;
    std::uint32_t expect_max = 0;
    Time now = 0;
};

/// What came of it.
struct Consulted {
    std::optional<Clause> dropped_by;  // nothing: the packet goes on
    bool rewritten = false;            // the packet has other text now
    bool lengthened = false;           // from now on sequence numbers are shifted: the status bit SEQ_ADJUST
};

/// Shows the packet to the connection's helper, which there must be. `packet`: the whole IP packet, which NAT may have
/// rewritten; null: it may only be looked at.
Consulted consult(const Consultation& about, expect::Extension& extension, std::span<const std::uint8_t> bytes,
                  std::vector<std::uint8_t>* packet, expect::Registry::Told& told);

/// Who looks into a new entry that nobody announced.
struct Assigned {
    const Helper* helper;
    bool shown = false;  // by the status bit HELPER
};

/// `named`: by a rule (CT --helper); null: by none. Where none is, linux-2.6.x asks by the port of the reply tuple.
inline Assigned assigned(const Edition& edition, const HelperSet& helpers, const Helper* named, const Tuple& reply) {
    if (named != nullptr) return {named, !edition.helper.serves_its_port};
    return {edition.helper.serves_its_port ? helpers.serving(reply) : nullptr};
}

/// What a reply says of an error is looked at by nobody, and not shifted (nf_confirm()).
constexpr bool passes_helpers_by(const Verdict& verdict) {
    return verdict.info == CtInfo::related && verdict.dir == Direction::reply;
}

/// Whether the numbers of a packet that a helper may have seen are shifted. linux-6.18 makes up its mind before the
/// helper looks, so the packet that first grows is not gone through (seqadj_needed of nf_confirm()); linux-2.6.32
/// after it, and where there is a helper alone.
constexpr bool shifts_numbers(const Edition& edition, bool has_helper, bool shifted_before, bool shifted_now) {
    return edition.helper.adjusts_without_helper ? shifted_before : has_helper && shifted_now;
}

/// Completes a packet that helpers have seen: its numbers are shifted if `shifts`, and what was rewritten is summed.
/// Nothing: it goes on; else the clause by which it is dropped.
std::optional<Clause> complete(std::vector<std::uint8_t>& packet, const Consulted& consulted, bool shifts,
                               const expect::Extension& extension, Direction dir, const Edition& edition);

}  // namespace conntrack::helper

// What an entry remembers of an SCTP association, and everything that the decision about one chunk may look at.
// Source: struct ip_ct_sctp of nf_conntrack_sctp.h.
#pragma once

#include "spec/domain.hpp"
#include "spec/edition.hpp"
#include "spec/sctp/state.hpp"
#include "spec/tuple.hpp"

#include <array>

namespace conntrack::sctp {

template <class D>
struct Association {
    using Word = typename D::Word;
    using Bit = typename D::Bit;
    std::array<Word, 2> vtag;  // by Direction: the tag that packets of that direction bear; 0: not known
    std::array<Bit, 2> init;   // an INIT came from that direction, and no COOKIE ACK since
    Bit heartbeat_failed;      // a HEARTBEAT with another tag was let through and not answered yet
    Bit failed_in_reply;       // ... that one came in the reply direction
};

template <class D>
Association<D> blank() {
    const auto zero = D::word(0);
    const auto no = D::bit(false);
    return {{zero, zero}, {no, no}, no, no};
}

/// One chunk of a packet.
template <class D>
struct ChunkStep {
    using Word = typename D::Word;
    using Bit = typename D::Bit;
    const Edition* edition;
    Direction dir;
    ChunkKind kind;
    State old;         // the entry's state before this chunk
    Word tag;          // of the packet's header
    Bit t_flag;        // ABORT, SHUTDOWN COMPLETE
    Bit has_init;      // INIT, INIT ACK: all of it is there
    Word init_tag;     // ... the initiate tag
    Bit with_data;     // the packet holds DATA
    Bit after_passed;  // a chunk of this packet was passed over already
    Association<D> association;

    [[nodiscard]] const SctpSwitches& switches() const { return edition->sctp; }
    [[nodiscard]] const Word& own_tag() const { return association.vtag[static_cast<std::size_t>(dir)]; }
    [[nodiscard]] const Word& other_tag() const { return association.vtag[static_cast<std::size_t>(other(dir))]; }
    [[nodiscard]] const Bit& own_init() const { return association.init[static_cast<std::size_t>(dir)]; }
    [[nodiscard]] const Bit& other_init() const { return association.init[static_cast<std::size_t>(other(dir))]; }
};

template <class D>
struct ChunkOutcome {
    typename D::Reason reason;
    typename D::Bit invalid;      // the packet is INVALID; what chunks before it did stays
    typename D::Bit passed_over;  // it is let through without a look at the state, and the packet does not refresh
    Association<D> association;
};

template <class D>
Association<D> choose(const typename D::Bit& c, const Association<D>& a, const Association<D>& b) {
    return {{D::select(c, a.vtag[0], b.vtag[0]), D::select(c, a.vtag[1], b.vtag[1])},
            {D::select(c, a.init[0], b.init[0]), D::select(c, a.init[1], b.init[1])},
            D::select(c, a.heartbeat_failed, b.heartbeat_failed),
            D::select(c, a.failed_in_reply, b.failed_in_reply)};
}

template <class D>
ChunkOutcome<D> choose(const typename D::Bit& c, const ChunkOutcome<D>& a, const ChunkOutcome<D>& b) {
    return {D::select(c, a.reason, b.reason), D::select(c, a.invalid, b.invalid),
            D::select(c, a.passed_over, b.passed_over), choose<D>(c, a.association, b.association)};
}

}  // namespace conntrack::sctp

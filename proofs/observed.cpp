#include "proofs/observed.hpp"

namespace conntrack::proofs {

namespace {

Observed plainly(const TcpPacket& packet, const TcpMet& met) {
    return {met.dropped,
            met.info,
            word(static_cast<std::uint32_t>(packet.dir)),
            !met.gone && !met.repeated,
            met.result.next,
            met.seen_reply,
            met.assured,
            met.deadline,
            met.result.outcome.connection};
}

}  // namespace

Observed observe(const Semantics& semantics, const TcpSettings& settings, const TcpPacket& packet, const TcpMet& met) {
    const Observed once = plainly(packet, met);
    if (is_false(met.repeated.ref())) return once;
    TcpPacket first = packet;  // its own direction is the original one now
    first.dir = Direction::original;
    const Observed again = plainly(first, meet(semantics, settings, new_entry(), first));
    const Bit& c = met.repeated;
    return {Symbolic::select(c, again.dropped, once.dropped),
            Symbolic::select(c, again.info, once.info),
            Symbolic::select(c, again.dir, once.dir),
            Symbolic::select(c, again.stands, once.stands),
            Symbolic::select(c, again.state, once.state),
            Symbolic::select(c, again.seen_reply, once.seen_reply),
            Symbolic::select(c, again.assured, once.assured),
            Symbolic::select(c, again.deadline, once.deadline),
            tcp::select<Symbolic>(c, again.connection, once.connection)};
}

Bit look_alike(const Observed& a, const Observed& b) {
    const Bit invalid = a.info == word(static_cast<std::uint32_t>(CtInfo::invalid));
    const Bit verdict = a.dropped == b.dropped && (a.dropped || (a.info == b.info && (invalid || a.dir == b.dir)));
    const Bit entry =
        a.state == b.state && a.seen_reply == b.seen_reply && a.assured == b.assured && a.deadline == b.deadline;
    return verdict && a.stands == b.stands && implies(a.stands, entry);
}

}  // namespace conntrack::proofs

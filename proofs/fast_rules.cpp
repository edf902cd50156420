#include "proofs/fast_rules.hpp"

#include "impl/entry_after.hpp"
#include "model/machines/icmp_count.hpp"
#include "model/machines/life.hpp"
#include "proofs/fast_packing.hpp"
#include "spec/editions.hpp"

namespace conntrack::proofs {

namespace {

/// The event of that number among `Events`, given to the small machine.
template <class FrontEnd, class Events, class Step, class Outcome>
FastSmall<Outcome> decide(const Word& from, std::size_t event, const Step& step, const Outcome& nothing) {
    return boost::mp11::mp_with_index<boost::mp11::mp_size<Events>::value>(event, [&](auto number) {
        const auto out =
            fast::decide_small<FrontEnd, boost::mp11::mp_at_c<Events, number>, Symbolic>(from, step, nothing);
        return FastSmall<Outcome>{out.next, out.outcome};
    });
}

void read_small(FastRules& rules) {
    using boost::mp11::mp_list;
    rules.flow = [](const Word& from, FlowEvent event, const FlowStep& step) {
        namespace m = machines::flow;
        return decide<m::Machine, mp_list<m::OriginalPacket, m::ReplyPacket, m::ProtocolAssures>>(
            from, static_cast<std::size_t>(event), step, no_flow_outcome());
    };
    rules.count = [](const Word& from, CountEvent event, const CountStep& step, const CountOutcome& nothing) {
        namespace m = machines::icmp_count;
        return decide<m::Machine, mp_list<m::Request, m::Reply>>(from, static_cast<std::size_t>(event), step, nothing);
    };
    rules.life = [](const Word& from, LifeEvent event, const LifeStep& step, const Word& references) {
        namespace m = machines::life;
        return decide<m::Machine, mp_list<m::Hold, m::Release, m::Confirm, m::Delete, m::Condemn>>(
            from, static_cast<std::size_t>(event), step, references);
    };
}

fast::PackedTcpIn<Symbolic> pack(const Connection& connection, Direction from) {
    const Word z = word(0);
    const fast::PackedPeer<Symbolic> peer{z, z, z, z};
    fast::PackedTcpIn<Symbolic> room{{peer, peer}, {z, z}, {z, z}, {z, z}, z, z, z, z, z, z, z, z};
    fast::pack_from<Symbolic>(room, connection, from);
    return room;
}

Connection packed(const Connection& connection, Direction packed_from, Direction unpacked_from) {
    return fast::unpack_from<Symbolic>(pack(connection, packed_from), unpacked_from);
}

Connection packed_ack(const Connection& before, const Connection& seen_by_sender, Direction sender) {
    auto room = pack(before, Direction::original);
    fast::pack_ack_from<Symbolic>(room, seen_by_sender, sender);
    return fast::unpack_from<Symbolic>(room, Direction::original);
}

}  // namespace

FastRules read_fast_rules(EditionId id) {
    FastRules rules;
    switch (id) {
        case EditionId::linux_2_6_9: read_fast_tcp_2_6_9(rules); break;
        case EditionId::linux_2_6_32: read_fast_tcp_2_6_32(rules); break;
        case EditionId::linux_6_18: read_fast_tcp_6_18(rules); break;
    }
    rules.after = [&ed = conntrack::edition(id)](const FastDecision& decision, const Word& flow, const Time64& deadline,
                                                 const Bit& fixed_timeout, Direction dir, const Time64& now,
                                                 const Word& unacknowledged_timeout) {
        const auto effect = fast::effect_of<Symbolic>({decision.outcome, decision.to}, ed);
        const auto after =
            fast::after_tcp<Symbolic>(ed, effect, {flow, deadline, fixed_timeout}, dir, now, unacknowledged_timeout);
        return FastEntry{after.flow, after.assured, after.reply_seen, after.deadline};
    };
    rules.packed = packed;
    rules.packed_ack = packed_ack;
    read_small(rules);
    rules.sctp = [id](const ChunkStep& step) { return fast_sctp(id, step); };
    rules.sctp_opener = [id](const ChunkStep& step) { return fast_sctp_opener(id, step); };
    return rules;
}

}  // namespace conntrack::proofs

#include "model/machines/flow.hpp"
#include "model/machines/icmp_count.hpp"
#include "model/machines/life.hpp"
#include "proofs/tcp_relations.hpp"

namespace conntrack::proofs {

TcpRelation read_tcp_relation(EditionId edition) {
    switch (edition) {
        case EditionId::linux_2_6_9: return read_tcp_relation_2_6_9();
        case EditionId::linux_2_6_32: return read_tcp_relation_2_6_32();
        case EditionId::linux_6_18: break;
    }
    return read_tcp_relation_6_18();
}

FlowRelation read_flow_relation() {
    namespace m = machines::flow;
    using Events = boost::mp11::mp_list<m::OriginalPacket, m::ReplyPacket, m::ProtocolAssures>;
    return {machines::reading::read_small<m::Machine, Events, Symbolic, FlowStep, FlowOutcome>()};
}

CountRelation read_count_relation() {
    namespace m = machines::icmp_count;
    using Events = boost::mp11::mp_list<m::Request, m::Reply>;
    return {machines::reading::read_small<m::Machine, Events, Symbolic, CountStep, CountOutcome>()};
}

LifeRelation read_life_relation() {
    namespace m = machines::life;
    using Events = boost::mp11::mp_list<m::Hold, m::Release, m::Confirm, m::Delete, m::Condemn>;
    return {machines::reading::read_small<m::Machine, Events, Symbolic, LifeStep, Word>()};
}

}  // namespace conntrack::proofs

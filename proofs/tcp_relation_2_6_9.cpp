#include "model/machines/reading/read_tcp.hpp"
#include "model/machines/tcp_2_6_9.hpp"
#include "proofs/tcp_relations.hpp"

namespace conntrack::proofs {

TcpRelation read_tcp_relation_2_6_9() {
    return {machines::reading::read_tcp_front_end<machines::tcp::Machine_2_6_9, Symbolic>().rows};
}

}  // namespace conntrack::proofs

#include "model/machines/reading/read_tcp.hpp"
#include "model/machines/tcp_6_18.hpp"
#include "proofs/tcp_relations.hpp"

namespace conntrack::proofs {

TcpRelation read_tcp_relation_6_18() {
    return {machines::reading::read_tcp_front_end<machines::tcp::Machine_6_18, Symbolic>().rows};
}

}  // namespace conntrack::proofs

// One function an edition: each of them reads a large table, in a source file of its own.
#pragma once

#include "proofs/relation.hpp"

namespace conntrack::proofs {

TcpRelation read_tcp_relation_2_6_9();
TcpRelation read_tcp_relation_2_6_32();
TcpRelation read_tcp_relation_6_18();

}  // namespace conntrack::proofs

#include "model/machines/tcp_2_6_32.hpp"
#include "proofs/fast_tcp.hpp"

namespace conntrack::proofs {

void read_fast_tcp_2_6_32(FastRules& rules) { read_fast_tcp<machines::tcp::Machine_2_6_32>(rules); }

}  // namespace conntrack::proofs

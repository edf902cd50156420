#include "model/machines/tcp_6_18.hpp"
#include "proofs/fast_tcp.hpp"

namespace conntrack::proofs {

void read_fast_tcp_6_18(FastRules& rules) { read_fast_tcp<machines::tcp::Machine_6_18>(rules); }

}  // namespace conntrack::proofs

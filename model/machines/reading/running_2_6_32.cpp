#include "model/machines/reading/read_tcp.hpp"
#include "model/machines/reading/running.hpp"
#include "model/machines/tcp_2_6_32.hpp"

namespace conntrack::machines::reading {

RunningTcp read_tcp_2_6_32() { return read_tcp_front_end<tcp::Machine_2_6_32, Concrete>(); }

}  // namespace conntrack::machines::reading

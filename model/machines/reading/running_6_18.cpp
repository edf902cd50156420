#include "model/machines/reading/read_tcp.hpp"
#include "model/machines/reading/running.hpp"
#include "model/machines/tcp_6_18.hpp"

namespace conntrack::machines::reading {

RunningTcp read_tcp_6_18() { return read_tcp_front_end<tcp::Machine_6_18, Concrete>(); }

}  // namespace conntrack::machines::reading

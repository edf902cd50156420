#include "model/machines/reading/read_tcp.hpp"
#include "model/machines/tcp_2_6_9.hpp"
#include "tests/model/machines/tcp_reading.hpp"

namespace conntrack::testing {

TcpReading read_tcp_2_6_9() { return machines::reading::read_tcp_front_end<machines::tcp::Machine_2_6_9, Concrete>(); }

}  // namespace conntrack::testing

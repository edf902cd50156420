#include "model/machines/reading/read_tcp.hpp"
#include "model/machines/tcp_6_18.hpp"
#include "tests/model/machines/tcp_reading.hpp"

namespace conntrack::testing {

TcpReading read_tcp_6_18() { return machines::reading::read_tcp_front_end<machines::tcp::Machine_6_18, Concrete>(); }

}  // namespace conntrack::testing

#include "model/machines/tcp_2_6_9.hpp"
#include "tests/model/machines/tcp_reading_of.hpp"

namespace conntrack::testing {

TcpReading read_tcp_2_6_9() { return read_front_end<machines::tcp::Machine_2_6_9>(); }

}  // namespace conntrack::testing

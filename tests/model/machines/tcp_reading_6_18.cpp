#include "model/machines/tcp_6_18.hpp"
#include "tests/model/machines/tcp_reading_of.hpp"

namespace conntrack::testing {

TcpReading read_tcp_6_18() { return read_front_end<machines::tcp::Machine_6_18>(); }

}  // namespace conntrack::testing

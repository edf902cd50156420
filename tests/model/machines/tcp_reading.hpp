// The TCP machines as read from their tables, for comparison with what they do when they run.
#pragma once

#include "model/machines/reading/running.hpp"

namespace conntrack::testing {

using machines::reading::by_the_rows;
using machines::reading::describe;
using machines::reading::read_tcp;
using machines::reading::read_tcp_2_6_32;
using machines::reading::read_tcp_2_6_9;
using machines::reading::read_tcp_6_18;
using Expected = machines::reading::ByTheRows;
using TcpRow = machines::reading::TcpRow<Concrete>;
using TcpReading = machines::reading::RunningTcp;

}  // namespace conntrack::testing

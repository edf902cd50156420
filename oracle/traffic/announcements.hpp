// What is said on connections that announce others: lines of FTP, messages of TFTP; and flows of what is expected.
#pragma once

#include "oracle/traffic/flow.hpp"

#include <optional>
#include <string>

namespace conntrack::oracle::traffic {

/// What a side of a control connection may say next: mostly whole lines, often ones that announce, sometimes cut, of
/// hosts that are nobody's, or nonsense.
std::string ftp_line(const Flow& flow, Direction from, Numbers& numbers);
/// A request, or anything else.
Bytes tftp_message(const Flow& flow, Direction from, Numbers& numbers);
/// A connection that fits something that is expected, or nearly; nothing: nothing is.
std::optional<Flow> expected_flow(const Tracking& tracker, Numbers& numbers);

}  // namespace conntrack::oracle::traffic

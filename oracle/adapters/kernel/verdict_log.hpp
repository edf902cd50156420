// What tracking said of a packet, by rules of our own that log its state between tracking and everything else, and
// leave it as it is.
#pragma once

#include "oracle/adapters/kernel/netlink.hpp"
#include "spec/verdict.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle::kernel {

/// What the rules told of one packet.
struct LoggedVerdict {
    bool seen = false;         // it came as far as tracking
    std::optional<CtInfo> ct;  // nothing: not seen, or dropped by tracking
    std::optional<Direction> dir;
    bool answered = false;             // the router sent something of its own
    std::vector<std::string> reasons;  // why tracking calls a packet invalid, as the kernel words it
};

/// The nftables table that logs. It is there until rules are flushed.
std::string logging_rules();

/// From now on what is logged comes to this socket. Throws CannotRun.
void hear_log(NetlinkSocket& socket);

/// Adds what a message of the log says. False: it is another message.
bool read_log(const nlmsghdr& message, LoggedVerdict& out);

}  // namespace conntrack::oracle::kernel

// What tracking said of a packet, by rules of our own that log its state between tracking and everything else, and
// leave it as it is.
#pragma once

#include "oracle/adapters/kernel/netlink.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle::kernel {

/// What the rules told of one packet.
struct LoggedVerdict {
    bool seen = false;              // it came as far as tracking
    std::optional<std::string> ct;  // nothing: not seen, or dropped by tracking
    std::optional<std::string> dir;
    bool answered = false;             // the router sent something of its own
    std::vector<std::string> reasons;  // why tracking calls a packet invalid, as the kernel words it
};

class VerdictLog {
  public:
    /// Throws CannotRun. The rules must be in force, and are there until they are flushed.
    VerdictLog();

    /// The nftables table that logs.
    static std::string rules();
    /// What was logged since the last call.
    LoggedVerdict take();

  private:
    NetlinkSocket socket_;

    void bind(std::uint16_t group);
};

}  // namespace conntrack::oracle::kernel

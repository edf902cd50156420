// Runs one of the system's tools (ip, nft, iptables-restore) with a text on its standard input.
#pragma once

#include "oracle/adapters/kernel/cannot_run.hpp"

#include <string>
#include <vector>

namespace conntrack::oracle::kernel {

/// Waits until it is done. Throws CannotRun if there is no such tool, or it fails, with what it said.
void run_tool(const std::vector<std::string>& words, const std::string& input);

}  // namespace conntrack::oracle::kernel

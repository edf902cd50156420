// The options that replay and explain share.
#pragma once

#include "oracle/replay/replay.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct CommonOptions {
    std::string file;
    std::string edition, checksum, state_file;
    std::vector<std::string> sysctl, sysctl_files;
    bool later_notifier = false;
};

/// Adds FILE and the shared options to a verb.
std::shared_ptr<CommonOptions> add_common_options(CLI::App& verb);

/// What the options say. Warnings go to standard error.
ReplayOptions replay_options(const CommonOptions& options);

}  // namespace conntrack::oracle

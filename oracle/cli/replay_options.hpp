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
    std::string rules_file, rules6_file, unknown_match = "refuse";
    std::vector<std::string> interfaces;
    std::vector<std::string> modules;
    bool later_notifier = false;
};

/// Adds FILE and the shared options to a verb.
std::shared_ptr<CommonOptions> add_common_options(CLI::App& verb);

/// What the options say. Warnings go to standard error.
ReplayOptions replay_options(const CommonOptions& options);

/// Rules without interfaces mean those of the stage: a user should know, for a capture knows nothing of that stage.
void warn_of_default_interfaces(const ReplayOptions& options);

}  // namespace conntrack::oracle

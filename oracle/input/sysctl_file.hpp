// Settings as a real machine prints them: what `sysctl -a` says of connection tracking, or a sysctl.conf.
#pragma once

#include "model/tracking.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct SysctlLine {
    std::string name;  // as it was written
    std::int64_t value = 0;
    std::uint64_t line = 0;
};

/// Reads "NAME = VALUE" lines and keeps those of connection tracking; other names, blank lines and comments (# and ;)
/// are passed over. Throws InputError for a line of another form, for a conntrack name that no edition knows, and for
/// a value that is no whole number. Reads gzip, xz, and standard input ("-").
std::vector<SysctlLine> read_sysctl_file(const std::string& path);

/// Where a setting was written: a file and a line, or a word such as an option's name without a line.
struct SettingPlace {
    std::string file;
    std::uint64_t line = 0;  // 0: none
};

/// Sets a setting by its kernel name. Returns a warning, beginning with the place, if nothing changes: the edition
/// lacks the name, or nothing that is modelled depends on it. Throws InputError for a name that no edition knows and
/// for a value that the kernel would refuse.
std::optional<std::string> apply_setting(Tracking& tracker, const std::string& name, std::int64_t value,
                                         const SettingPlace& where);

/// Sets what a file says. Returns warnings, at most one a reason: `sysctl -a` prints many settings that change nothing.
/// Throws as read_sysctl_file() and apply_setting() do.
std::vector<std::string> apply_sysctl_file(Tracking& tracker, const std::string& path);

}  // namespace conntrack::oracle

// Names of what can be loaded besides what every kernel has, as scenarios and options say them.
#pragma once

#include "spec/trackers.hpp"

#include <array>
#include <string>
#include <string_view>

namespace conntrack::oracle {

/// `ftp_loose` is FTP with its option `loose`.
inline constexpr std::array<std::string_view, 6> module_names = {"sctp", "udplite", "gre", "ftp", "ftp_loose", "tftp"};

/// False: there is none of that name.
inline bool load_module(Modules& modules, std::string_view name) {
    if (name == "sctp") return modules.sctp = true;
    if (name == "udplite") return modules.udplite = true;
    if (name == "gre") return modules.gre = true;
    if (name == "tftp") return modules.tftp = true;
    if (name != "ftp" && name != "ftp_loose") return false;
    modules.ftp_loose = modules.ftp_loose || name == "ftp_loose";
    return modules.ftp = true;
}

/// "sctp, udplite, ...", for those who were given another name.
inline std::string module_list() {
    std::string out;
    for (const std::string_view name : module_names) out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

}  // namespace conntrack::oracle

// One line of a printed connection table. The three printers agree but for what they leave out, so one reader serves:
// ct_seq_show() of ip_conntrack_standalone.c and nf_conntrack_standalone.c, snprintf_default.c of
// libnetfilter_conntrack.
#pragma once

#include "model/tracking.hpp"

#include <cstdint>
#include <string>

namespace conntrack::oracle {

/// Where a line stands, and for whom it is read.
struct TableLineContext {
    const std::string& path;
    const Edition& edition;
    const Modules& modules;
};

/// Throws InputError naming the word that was not understood, or what is missing.
Imported read_table_line(const std::string& line, std::uint64_t number, const TableLineContext& context);

}  // namespace conntrack::oracle

// Why an entry left the table, in few words.
#pragma once

#include "spec/watcher.hpp"

#include <string_view>

namespace conntrack::oracle {

/// What happened to it: "expired", "flushed", "deleted by this packet".
std::string_view gone_text(Gone why);

}  // namespace conntrack::oracle

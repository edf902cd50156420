// An interface of the router as users write it.
#pragma once

#include "model/router.hpp"

#include <string>

namespace conntrack::oracle {

/// "inside=10.0.0.1/24,fd00::1/64+10.0.0.0/8,fd00::/48": a name, its addresses, and the networks behind it. Throws
/// InputError.
Interface parse_interface(const std::string& text);

}  // namespace conntrack::oracle

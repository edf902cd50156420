// Pictures written down: for Graphviz (dot) and for Mermaid (a flowchart, which GitHub shows as it is).
#pragma once

#include "oracle/diagram/picture.hpp"

#include <string>

namespace conntrack::oracle {

std::string dot_text(const Picture& picture);
std::string mermaid_text(const Picture& picture);

}  // namespace conntrack::oracle

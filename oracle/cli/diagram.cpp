#include "oracle/cli/verbs.hpp"

namespace conntrack::oracle {

void add_diagram(CLI::App&, int&) {}

}  // namespace conntrack::oracle

#include "oracle/cli/verbs.hpp"

namespace conntrack::oracle {

void add_documentation(CLI::App&, int&) {}

}  // namespace conntrack::oracle

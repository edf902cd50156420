#include "oracle/cli/verbs.hpp"

namespace conntrack::oracle {

void add_explain(CLI::App&, int&) {}

}  // namespace conntrack::oracle

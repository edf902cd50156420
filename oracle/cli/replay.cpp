#include "oracle/cli/verbs.hpp"

namespace conntrack::oracle {

void add_replay(CLI::App&, int&) {}

}  // namespace conntrack::oracle

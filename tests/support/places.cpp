#include "tests/support/places.hpp"

namespace conntrack::testing {

std::string project_folder() { return CTORACLE_PROJECT; }

std::string program_folder() { return CTORACLE_PROGRAMS; }

}  // namespace conntrack::testing

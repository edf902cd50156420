// Where the data of the tests stand. The one place that knows, so that no other object depends on the folder that the
// project was cloned to, and the compiler's cache serves every clone.
#pragma once

#include <string>

namespace conntrack::testing {

/// The project's folder, absolute, without a slash at its end.
std::string project_folder();
/// The folder of the programs of this build.
std::string program_folder();
inline std::string data_folder() { return project_folder() + "/tests/data"; }
inline std::string recordings_folder() { return project_folder() + "/tests/conformance"; }

}  // namespace conntrack::testing

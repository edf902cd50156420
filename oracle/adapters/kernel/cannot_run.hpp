// Why the live kernel cannot be asked on this machine.
#pragma once

#include <stdexcept>
#include <string>

namespace conntrack::oracle::kernel {

class CannotRun : public std::runtime_error {
  public:
    explicit CannotRun(const std::string& why) : std::runtime_error("the live kernel cannot be asked here: " + why) {}
};

}  // namespace conntrack::oracle::kernel

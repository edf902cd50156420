// What is wrong with a user's input, and where.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace conntrack::oracle {

/// Its text begins with the file and, where there is one, the position: "FILE:LINE: what was expected".
class InputError : public std::runtime_error {
  public:
    InputError(const std::string& file, const std::string& what) : std::runtime_error(file + ": " + what) {}
    InputError(const std::string& file, std::uint64_t line, const std::string& what)
        : std::runtime_error(file + ":" + std::to_string(line) + ": " + what) {}
};

}  // namespace conntrack::oracle

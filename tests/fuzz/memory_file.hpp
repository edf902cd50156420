// A file in memory with the bytes of an input, for readers that take a path.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace conntrack::testing {

class MemoryFile {
  public:
    explicit MemoryFile(std::span<const std::uint8_t> bytes);
    explicit MemoryFile(std::string_view text);
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile();

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    int descriptor_;
    std::string path_;
};

}  // namespace conntrack::testing

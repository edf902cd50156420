#include "tests/fuzz/memory_file.hpp"

#include "tests/fuzz/require.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace conntrack::testing {

MemoryFile::MemoryFile(std::span<const std::uint8_t> bytes)
    : descriptor_(memfd_create("input", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {
    require(descriptor_ >= 0, "a file in memory can be made");
    while (!bytes.empty()) {
        const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
        require(written > 0, "a file in memory can be written");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

MemoryFile::MemoryFile(std::string_view text)
    : MemoryFile(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())) {}

MemoryFile::~MemoryFile() { close(descriptor_); }

}  // namespace conntrack::testing

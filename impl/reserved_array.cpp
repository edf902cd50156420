#include "impl/reserved_array.hpp"

#include <sys/mman.h>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace conntrack::fast {

namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

}  // namespace

ReservedMemory::ReservedMemory(std::size_t bytes) : mapped_bytes_(bytes + large_page) {
    mapped_ =
        ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped_ == MAP_FAILED)
        throw std::system_error(errno, std::generic_category(), "memory for the table cannot be reserved");
    auto* const begin = static_cast<std::byte*>(mapped_);
    const auto address = reinterpret_cast<std::uintptr_t>(mapped_);
    auto* const aligned = begin + (large_page - address % large_page) % large_page;
    data_ = aligned;
    // A small table stays on small pages, so that making one is quick.
    if (bytes > large_page) static_cast<void>(::madvise(aligned + large_page, bytes - large_page, MADV_HUGEPAGE));
    static_cast<void>(::madvise(mapped_, mapped_bytes_, MADV_DONTDUMP));
}

ReservedMemory::ReservedMemory(ReservedMemory&& from) noexcept
    : mapped_(std::exchange(from.mapped_, nullptr)),
      mapped_bytes_(from.mapped_bytes_),
      data_(std::exchange(from.data_, nullptr)) {}

ReservedMemory& ReservedMemory::operator=(ReservedMemory&& from) noexcept {
    std::swap(mapped_, from.mapped_);
    std::swap(mapped_bytes_, from.mapped_bytes_);
    std::swap(data_, from.data_);
    return *this;
}

ReservedMemory::~ReservedMemory() {
    if (mapped_ != nullptr) ::munmap(mapped_, mapped_bytes_);
}

}  // namespace conntrack::fast

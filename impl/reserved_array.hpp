// An array whose address space is reserved at once and whose memory the system gives, zeroed, when it is first
// touched: it grows without ever being moved, so nothing stalls while it is copied.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace conntrack::fast {

/// Bytes of address space, aligned to large pages, and on them beyond the first. Throws std::system_error.
class ReservedMemory {
  public:
    ReservedMemory() = default;
    explicit ReservedMemory(std::size_t bytes);
    ReservedMemory(ReservedMemory&& from) noexcept;
    ReservedMemory& operator=(ReservedMemory&& from) noexcept;
    ReservedMemory(const ReservedMemory&) = delete;
    ReservedMemory& operator=(const ReservedMemory&) = delete;
    ~ReservedMemory();

    [[nodiscard]] void* data() const { return data_; }

  private:
    void* mapped_ = nullptr;
    std::size_t mapped_bytes_ = 0;
    void* data_ = nullptr;
};

/// Elements are all zero until they are written.
template <class T>
class ReservedArray {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  public:
    ReservedArray() = default;
    explicit ReservedArray(std::size_t most) : memory_(most * sizeof(T)) {}

    T& operator[](std::size_t i) { return static_cast<T*>(memory_.data())[i]; }
    const T& operator[](std::size_t i) const { return static_cast<const T*>(memory_.data())[i]; }
    [[nodiscard]] T* data() { return static_cast<T*>(memory_.data()); }

  private:
    ReservedMemory memory_;
};

}  // namespace conntrack::fast

// Holds, in place, an object whose type is complete in one source file only: no allocation and no way through a
// pointer.
#pragma once

#include <cstddef>
#include <new>

namespace conntrack {

template <class T, std::size_t Size>
class InPlace {
  public:
    InPlace() {
        static_assert(sizeof(T) <= Size && alignof(T) <= alignment);
        new (static_cast<void*>(bytes_)) T;
    }
    ~InPlace() { get().~T(); }
    InPlace(const InPlace&) = delete;
    InPlace& operator=(const InPlace&) = delete;

    T* operator->() { return &get(); }
    const T* operator->() const { return std::launder(reinterpret_cast<const T*>(bytes_)); }

  private:
    static constexpr std::size_t alignment = 8;
    alignas(alignment) unsigned char bytes_[Size];

    T& get() { return *std::launder(reinterpret_cast<T*>(bytes_)); }
};

}  // namespace conntrack

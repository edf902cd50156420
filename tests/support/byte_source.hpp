// Numbers taken from the bytes of an input, one after the other; when they are used up, all further ones are 0.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace conntrack::testing {

class ByteSource {
  public:
    explicit ByteSource(std::span<const std::uint8_t> bytes) : left_(bytes) {}

    [[nodiscard]] bool empty() const { return left_.empty(); }
    std::uint8_t byte() {
        if (left_.empty()) return 0;
        const std::uint8_t out = left_.front();
        left_ = left_.subspan(1);
        return out;
    }
    std::uint16_t word() { return static_cast<std::uint16_t>(byte() << 8 | byte()); }
    std::uint32_t long_word() { return std::uint32_t{word()} << 16 | word(); }
    /// 0 to `limit` - 1, from one byte.
    std::uint8_t below(std::uint8_t limit) { return static_cast<std::uint8_t>(byte() % limit); }
    /// The next bytes, fewer if there are not so many.
    std::span<const std::uint8_t> take(std::size_t count) {
        const auto out = left_.first(std::min(count, left_.size()));
        left_ = left_.subspan(out.size());
        return out;
    }

  private:
    std::span<const std::uint8_t> left_;
};

}  // namespace conntrack::testing

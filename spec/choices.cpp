#include "spec/choices.hpp"

namespace conntrack {

std::uint32_t Choices::bucket(const Tuple& tuple, std::uint32_t buckets) {
    std::uint64_t hash = 0;
    const auto mix = [&hash](std::uint64_t word) {
        constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;
        hash = (hash ^ word) * odd;
        hash ^= hash >> 29;
    };
    mix(tuple.src.high);
    mix(tuple.src.low);
    mix(tuple.dst.high);
    mix(tuple.dst.low);
    mix(std::uint64_t{tuple.src_part} << 48 | std::uint64_t{tuple.dst_part} << 32 | std::uint64_t{tuple.zone} << 16 |
        std::uint64_t{tuple.proto} << 8 | static_cast<std::uint64_t>(tuple.family));
    return static_cast<std::uint32_t>((hash >> 32) * buckets >> 32);  // scaled by multiplication, as in the kernel
}

}  // namespace conntrack

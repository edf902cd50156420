#include "oracle/adapters/asked_tuple.hpp"

#include "spec/tuple_of.hpp"
#include "spec/wire/decode.hpp"

namespace conntrack::oracle {

std::optional<Tuple> asked_tuple(std::span<const std::uint8_t> bytes, const Edition& edition) {
    const auto decoded = wire::decode(bytes, {});
    const auto* packet = std::get_if<Packet>(&decoded);
    if (packet == nullptr || packet->fragment) return std::nullopt;
    if (packet->inner) {
        const auto quoted = tuple_of(*packet->inner, edition, {});
        return quoted ? inverse(*quoted, edition, {}) : std::nullopt;
    }
    return tuple_of(*packet, edition, {});
}

}  // namespace conntrack::oracle

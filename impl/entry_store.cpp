#include "impl/entry_store.hpp"

namespace conntrack::fast {

Tuple EntryStore::tuple(Handle entry, Direction dir) const {
    const PackedEntry& e = (*this)[entry];
    const auto i = static_cast<std::size_t>(dir);
    const PackedTuple& t = e.tuples[i];
    Tuple out;
    if (is_v6(entry)) {
        const auto& pair = addresses(entry).of[i];
        out.src = {pair.src_high, pair.src_low};
        out.dst = {pair.dst_high, pair.dst_low};
        out.family = Family::ipv6;
    } else {
        out.src = Address::v4(t.src);
        out.dst = Address::v4(t.dst);
    }
    out.src_part = static_cast<std::uint16_t>(t.parts >> 16);
    out.dst_part = static_cast<std::uint16_t>(t.parts & 0xffff);
    out.proto = e.proto;
    out.zone = e.zone_of(dir);
    return out;
}

void EntryStore::set_tuple(Handle entry, Direction dir, const Tuple& tuple) {
    const auto i = static_cast<std::size_t>(dir);
    PackedTuple& t = (*this)[entry].tuples[i];
    t.parts = std::uint32_t{tuple.src_part} << 16 | tuple.dst_part;
    if (is_v6(entry)) {
        addresses(entry).of[i] = {tuple.src.high, tuple.src.low, tuple.dst.high, tuple.dst.low};
        return;
    }
    t.src = tuple.src.as_v4();
    t.dst = tuple.dst.as_v4();
}

}  // namespace conntrack::fast

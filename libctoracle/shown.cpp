#include "libctoracle/shown.hpp"

#include "spec/tcp/state.hpp"

#include <algorithm>
#include <span>

namespace conntrack::library {

namespace {

/// IPv4: the first four bytes.
void put_address(std::uint8_t (&out)[16], Family family, const Address& address) {
    const auto bytes = address.bytes();
    const std::size_t unused = family == Family::ipv4 ? 12 : 0;
    std::fill(std::begin(out), std::end(out), std::uint8_t{0});
    std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(unused), bytes.end(), std::begin(out));
}

}  // namespace

ctoracle_state state_for_c(const std::optional<CtInfo>& info) {
    if (!info) return CTORACLE_NONE;
    switch (*info) {
        case CtInfo::new_: return CTORACLE_NEW;
        case CtInfo::established: return CTORACLE_ESTABLISHED;
        case CtInfo::related: return CTORACLE_RELATED;
        case CtInfo::invalid: return CTORACLE_INVALID;
        case CtInfo::untracked: break;
    }
    return CTORACLE_UNTRACKED;
}

ctoracle_tuple tuple_for_c(const Tuple& tuple) {
    ctoracle_tuple out{};
    out.family = static_cast<std::uint8_t>(tuple.family);
    out.protocol = tuple.proto;
    out.zone = tuple.zone;
    out.src_port = tuple.src_part;
    out.dst_port = tuple.dst_part;
    put_address(out.src, tuple.family, tuple.src);
    put_address(out.dst, tuple.family, tuple.dst);
    return out;
}

std::optional<Tuple> tuple_from_c(const ctoracle_tuple& tuple) {
    if (tuple.family != 4 && tuple.family != 6) return std::nullopt;
    const std::size_t length = tuple.family == 4 ? 4 : 16;
    Tuple out;
    out.family = static_cast<Family>(tuple.family);
    out.proto = tuple.protocol;
    out.zone = tuple.zone;
    out.src_part = tuple.src_port;
    out.dst_part = tuple.dst_port;
    out.src = Address::from_bytes(std::span(tuple.src).first(length));
    out.dst = Address::from_bytes(std::span(tuple.dst).first(length));
    return out;
}

ctoracle_entry entry_for_c(const Entry& entry, const Edition& edition, Time now) {
    ctoracle_entry out{};
    out.id = entry.id;
    out.original = tuple_for_c(entry.original);
    out.reply = tuple_for_c(entry.reply);
    out.status = entry.status.bits();
    out.mark = entry.mark;
    out.time_left = entry.remaining(now);
    for (std::size_t i = 0; i < entry.counters.size() && entry.accounted; ++i) {
        out.packets[i] = entry.counters[i].packets;
        out.bytes[i] = entry.counters[i].bytes;
    }
    out.tcp_state = entry.tcp_machine != nullptr ? tcp::name(entry.tcp_machine->state(), edition).data() : nullptr;
    return out;
}

ctoracle_event event_for_c(const Notice& notice) {
    ctoracle_event out{};
    switch (notice.message()) {
        case Message::new_: out.type = CTORACLE_EVENT_NEW; break;
        case Message::update: out.type = CTORACLE_EVENT_UPDATE; break;
        case Message::destroy: out.type = CTORACLE_EVENT_DESTROY; break;
    }
    out.bits = notice.mask;
    out.now = notice.now;
    return out;
}

}  // namespace conntrack::library

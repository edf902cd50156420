#include "spec/wire/ipv4_options.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"

namespace conntrack::wire {

namespace {

namespace kind {
constexpr std::uint8_t end = 0, no_operation = 1, record_route = 7, timestamp = 68, loose_route = 131, cipso = 134,
                       strict_route = 137, router_alert = 148;
}
namespace timestamp_flag {
constexpr std::uint8_t time_only = 0, with_address = 1, prespecified = 3;
}

constexpr std::size_t header_bytes = 20;

/// Reading goes on option by option; a fault is the offset, in the packet, of the byte that is wrong.
using Fault = std::optional<std::size_t>;

struct Reader {
    std::span<std::uint8_t> packet;
    const Ipv4OptionContext& context;
    Ipv4Options options;

    void put(std::size_t at, std::uint32_t value) {
        put32(packet, at, value);
        options.changed = true;
    }

    Fault source_route(std::size_t at, std::size_t length);
    Fault record_route(std::size_t at, std::size_t length);
    Fault timestamp(std::size_t at, std::size_t length);
    Fault timestamp_with_room(std::size_t at, std::size_t length);
    Fault timestamp_without_room(std::size_t at);
    Fault cipso(std::size_t at, std::size_t length);
    Fault option(std::size_t at, std::size_t length);
    Fault all(std::size_t end);
};

Fault Reader::source_route(std::size_t at, std::size_t length) {
    if (length < 3) return at + 1;
    if (packet[at + 2] < 4) return at + 2;
    if (options.source_route != 0) return at;
    options.source_route = at;
    return std::nullopt;
}

Fault Reader::record_route(std::size_t at, std::size_t length) {
    if (options.record_route != 0) return at;
    if (length < 3) return at + 1;
    const std::size_t next = packet[at + 2];
    if (next < 4) return at + 2;
    if (next <= length) {
        if (next + 3 > length) return at + 2;
        put(at + next - 1, context.own.as_v4());
        packet[at + 2] = static_cast<std::uint8_t>(next + 4);
        options.record_route_needs_address = true;
    }
    options.record_route = at;
    return std::nullopt;
}

Fault Reader::timestamp_with_room(std::size_t at, std::size_t length) {
    const std::size_t next = packet[at + 2];
    if (next + 3 > length) return at + 2;
    const std::uint8_t flag = packet[at + 3] & 0xf;
    const bool pair = flag == timestamp_flag::with_address || flag == timestamp_flag::prespecified;
    if (pair && next + 7 > length) return at + 2;
    if (!pair && flag != timestamp_flag::time_only) return std::nullopt;  // an unknown flag: left alone
    std::size_t time = at + next - 1;
    if (flag == timestamp_flag::prespecified && context.is_others(Address::v4(get32(packet, time))))
        return std::nullopt;
    if (flag == timestamp_flag::with_address) {
        put(time, context.own.as_v4());
        options.timestamp_needs_address = true;
    }
    if (pair) time += 4;
    put(time, context.ms_of_day);
    options.timestamp_needs_time = true;
    packet[at + 2] = static_cast<std::uint8_t>(next + (pair ? 8 : 4));
    return std::nullopt;
}

/// The router counts, in four bits, the stations that found no room; not for a prespecified list.
Fault Reader::timestamp_without_room(std::size_t at) {
    const unsigned flag = packet[at + 3] & 0xfu, missed = packet[at + 3] >> 4;
    if (flag == timestamp_flag::prespecified) return std::nullopt;
    if (missed == 15) return at + 3;
    packet[at + 3] = static_cast<std::uint8_t>(flag | (missed + 1) << 4);
    options.changed = true;
    return std::nullopt;
}

Fault Reader::timestamp(std::size_t at, std::size_t length) {
    if (options.timestamp != 0) return at;
    if (length < 4) return at + 1;
    if (packet[at + 2] < 5) return at + 2;
    const Fault fault = packet[at + 2] <= length ? timestamp_with_room(at, length) : timestamp_without_room(at);
    if (!fault) options.timestamp = at;
    return fault;
}

/// Always a fault: no domain of interpretation is defined (cipso_v4_validate()).
Fault Reader::cipso(std::size_t at, std::size_t length) {
    if (options.cipso != 0) return at;
    options.cipso = at;
    return at + (length < 8 ? 1 : 2);
}

Fault Reader::option(std::size_t at, std::size_t length) {
    switch (packet[at]) {
        case kind::loose_route:
        case kind::strict_route: return source_route(at, length);
        case kind::record_route: return record_route(at, length);
        case kind::timestamp: return timestamp(at, length);
        case kind::cipso: return cipso(at, length);
        case kind::router_alert:
            if (length < 4) return at + 1;
            options.router_alert = get16(packet, at + 2) == 0;
            return std::nullopt;
        default: return std::nullopt;
    }
}

/// What follows the end of the list is set to 0.
Fault Reader::all(std::size_t end) {
    for (std::size_t at = header_bytes; at < end;) {
        if (packet[at] == kind::end) {
            for (; at < end; ++at) {
                options.changed |= packet[at] != 0;
                packet[at] = 0;
            }
            return std::nullopt;
        }
        if (packet[at] == kind::no_operation) {
            ++at;
            continue;
        }
        if (end - at < 2) return at;
        const std::size_t length = packet[at + 1];
        if (length < 2 || length > end - at) return at;
        if (const Fault fault = option(at, length)) return fault;
        at += length;
    }
    return std::nullopt;
}

std::size_t header_end(std::span<const std::uint8_t> packet) { return (packet[0] & 0xfu) * std::size_t{4}; }

}  // namespace

ReceivedOptions receive_options(std::span<std::uint8_t> packet, const Ipv4OptionContext& context) {
    Reader reader{.packet = packet, .context = context, .options = {}};
    const Fault fault = reader.all(header_end(packet));
    ReceivedOptions out{.options = reader.options, .fault = std::nullopt};
    if (fault) out.fault = static_cast<std::uint8_t>(*fault);
    return out;
}

void forward_options(std::span<std::uint8_t> packet, const Ipv4Options& options, const Address& towards_destination) {
    const std::size_t route = options.record_route;
    if (options.record_route_needs_address) put32(packet, route + packet[route + 2] - 5, towards_destination.as_v4());
    if (!options.record_route_needs_address && !options.changed) return;
    put16(packet, 10, 0);
    put16(packet, 10, fold(sum_bytes(packet.first(header_end(packet)))) ^ 0xffffu);
}

}  // namespace conntrack::wire

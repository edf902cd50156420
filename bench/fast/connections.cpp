#include "bench/fast/connections.hpp"

#include "spec/tcp/flags.hpp"
#include "spec/wire/big_endian.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace conntrack::bench {

namespace {

constexpr std::uint32_t server = 0xc0000202;  // 192.0.2.2

std::uint32_t client(std::uint32_t connection) { return 0x0a000000 | (connection & 0xff'ffff); }
std::uint16_t client_port(std::uint32_t connection) {
    return static_cast<std::uint16_t>(1024 + (connection >> 24) * 7 + connection % 50'000);
}
constexpr std::uint16_t server_port = 443;

/// The first sequence number of either side.
std::uint32_t first_seq(std::uint32_t connection, bool reply) {
    return (connection + (reply ? 0x8000'0000 : 0)) * 0x9e37'79b1;
}

void expect(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "bench_fast: %s\n", what);
    std::exit(2);
}

/// Sends one packet of each connection.
void send_all(fast::Tracker& tracker, std::uint32_t first, std::uint32_t count, Transport transport, bool reply,
              std::uint8_t flags, CtInfo wanted) {
    Ring ring(1024);
    std::vector<Verdict> verdicts(ring.size());
    for (std::uint32_t done = 0; done < count;) {
        const auto now_sent = std::min<std::uint32_t>(count - done, 1024);
        for (std::uint32_t i = 0; i < now_sent; ++i) ring.write(i, first + done + i, transport, reply, flags);
        tracker.track(ring.frames().first(now_sent), std::span(verdicts).first(now_sent), tracker.now());
        for (std::uint32_t i = 0; i < now_sent; ++i) expect(verdicts[i].info == wanted, "a connection does not open");
        done += now_sent;
    }
}

}  // namespace

Key key_of(std::uint32_t connection, Transport transport, bool reply) {
    const std::uint64_t a = client(connection), b = server;
    const std::uint64_t p = client_port(connection), q = server_port;
    const std::uint64_t proto = transport == Transport::tcp ? 6 : 17;
    return reply ? Key{b << 32 | a, q << 48 | p << 32 | proto} : Key{a << 32 | b, p << 48 | q << 32 | proto};
}

void Ring::write(std::size_t at, std::uint32_t connection, Transport transport, bool reply, std::uint8_t flags,
                 std::uint16_t window) {
    using wire::put16, wire::put32;
    auto& b = bytes_[at];
    b = {};
    const bool tcp = transport == Transport::tcp;
    const std::uint32_t length = tcp ? 40 : 28;
    b[0] = 0x45;
    put16(b, 2, length);
    b[8] = 64;
    b[9] = tcp ? 6 : 17;
    put32(b, 12, reply ? server : client(connection));
    put32(b, 16, reply ? client(connection) : server);
    put16(b, 20, reply ? server_port : client_port(connection));
    put16(b, 22, reply ? client_port(connection) : server_port);
    if (tcp) {
        const bool syn = (flags & tcp::flag_syn) != 0;
        put32(b, 24, first_seq(connection, reply) + (syn ? 0 : 1));
        put32(b, 28, (flags & tcp::flag_ack) != 0 ? first_seq(connection, !reply) + 1 : 0);
        b[32] = 5 << 4;
        b[33] = flags;
        put16(b, 34, window);
    } else {
        put16(b, 24, 8);
    }
    frames_[at] = {b.data(), length, true};
}

void open(fast::Tracker& tracker, std::uint32_t first, std::uint32_t count, Transport transport) {
    using namespace tcp;
    if (transport == Transport::tcp) {
        send_all(tracker, first, count, transport, false, flag_syn, CtInfo::new_);
        send_all(tracker, first, count, transport, true, flag_syn | flag_ack, CtInfo::established);
        send_all(tracker, first, count, transport, false, flag_ack, CtInfo::established);
        send_all(tracker, first, count, transport, true, flag_ack, CtInfo::established);
        return;
    }
    send_all(tracker, first, count, transport, false, 0, CtInfo::new_);
    send_all(tracker, first, count, transport, true, 0, CtInfo::established);
    tracker.advance(tracker.now() + seconds(3));
    send_all(tracker, first, count, transport, false, 0, CtInfo::established);
}

}  // namespace conntrack::bench

#include "bench/fast/translated.hpp"

#include "spec/tcp/flags.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/decode.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

namespace conntrack::bench {

namespace {

constexpr Address backend = Address::v4(0x0a63'0001);  // 10.99.0.1
constexpr std::size_t source_at = 12, destination_at = 16;

NatRange to_backend() {
    NatRange range;
    range.map_ips = true;
    range.min = range.max = backend;
    return range;
}

void expect(bool holds) {
    if (holds) return;
    std::fputs("bench_fast: a packet is not translated as it should be\n", stderr);
    std::exit(2);
}

}  // namespace

Translated::Translated(std::uint32_t connections)
    : tracker_(fast::make_tracker(EditionId::linux_6_18, {.key = fast::HashKey::from_seed(1)})),
      connections_(connections) {
    tracker_->configure(Setting::max, 0);
    tracker_->configure(Setting::buckets, connections);
    Written packet{};
    const auto send = [&](std::uint32_t connection, bool reply, std::uint8_t flags) {
        write(packet, connection, reply, flags, least_window);
        pass(packet);
    };
    for (std::uint32_t i = 0; i < connections; ++i) {
        send(i, false, tcp::flag_syn);
        send(i, true, tcp::flag_syn | tcp::flag_ack);
        send(i, false, tcp::flag_ack);
        send(i, true, tcp::flag_ack);
    }
}

void Translated::write(Written& to, std::uint32_t connection, bool reply, std::uint8_t flags, std::uint16_t window) {
    Ring one(1);
    one.write(0, connection, Transport::tcp, reply, flags, window);
    const fast::Frame frame = one.frames()[0];
    std::copy(frame.bytes, frame.bytes + frame.length, to.bytes.begin());
    if (reply) wire::put32(to.bytes, source_at, backend.as_v4());
    to.reply = reply;
}

void Translated::fill(std::size_t count) {
    packets_.resize(count);
    for (Written& packet : packets_) {
        const std::uint64_t number = numbers_();
        const auto connection = static_cast<std::uint32_t>((number >> 32) * connections_ >> 32);
        write(packet, connection, (number & 1) != 0, tcp::flag_ack, windows_.next());
    }
}

void Translated::pass(Written& packet) {
    const auto decoded = wire::decode(packet.bytes, {.checksum = wire::ChecksumPolicy::ignore});
    fast::InFlight flight = tracker_->begin(std::get<Packet>(decoded), tracker_->now());
    const fast::Handle entry = flight.entry();
    const Direction dir = packet.reply ? Direction::reply : Direction::original;
    if (flight.verdict().info == CtInfo::new_)
        expect(tracker_->bind(entry, Hook::prerouting, to_backend(), {}) &&
               tracker_->bind_nothing(entry, Hook::postrouting, tracker_->now()));
    expect(tracker_->translate(entry, dir, Hook::prerouting, packet.bytes) &&
           tracker_->translate(entry, dir, Hook::postrouting, packet.bytes) &&
           tracker_->confirm(flight, tracker_->now()));
    tracker_->release(std::move(flight));
}

std::size_t Translated::run() {
    for (Written& packet : packets_) pass(packet);
    return packets_.size();
}

void Translated::check() const {
    for (const Written& packet : packets_) {
        const bool hidden = wire::get32(packet.bytes, source_at) != backend.as_v4();
        const bool redirected = wire::get32(packet.bytes, destination_at) == backend.as_v4();
        expect(hidden && redirected != packet.reply);
    }
}

}  // namespace conntrack::bench

#include "bench/capture_writer.hpp"

#include "spec/address.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/checksum.hpp"

#include <pcap/pcap.h>
#include <array>
#include <cstdio>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace conntrack::bench {

namespace {

constexpr std::uint8_t fin = 0x01, syn = 0x02, psh = 0x08, ack = 0x10;

struct Flow {
    std::uint32_t client = 0, server = 0;
    std::uint16_t client_port = 0, server_port = 0;
    std::uint8_t protocol = protocol::tcp;
    std::uint32_t step = 0, rounds = 0;
    std::uint32_t client_seq = 0, server_seq = 0;
};

class Writer {
  public:
    Writer(const std::string& path, std::uint64_t seed) : random_(seed) {
        pcap_.reset(pcap_open_dead(DLT_RAW, 65535));
        dumper_.reset(pcap_dump_open(pcap_.get(), path.c_str()));
        if (!dumper_) throw std::runtime_error(path + ": " + pcap_geterr(pcap_.get()));
    }

    /// `length` is its number of packets, about.
    Flow fresh_flow(std::uint64_t length) {
        Flow f;
        f.client = 0x0a000000 | (random() & 0x00ff'ffff);
        f.server = 0xc6336400 | (random() & 0xff);
        f.client_port = static_cast<std::uint16_t>(1024 + random() % 60000);
        const std::uint32_t kind = random() % 10;
        f.protocol = kind < 7 ? protocol::tcp : kind < 9 ? protocol::udp : protocol::icmp;
        f.server_port = f.protocol == protocol::udp ? 53 : 443;
        f.rounds = static_cast<std::uint32_t>(length / 2 + random() % (length + 1)) + 8;
        f.client_seq = random();
        f.server_seq = random();
        return f;
    }

    /// Writes the flow's next packet; false when it has ended.
    bool next_packet(Flow& f) {
        switch (f.protocol) {
            case protocol::tcp: return next_tcp(f);
            case protocol::udp: udp(f, f.step % 2 == 0); break;
            default: ping(f, f.step % 2 == 0); break;
        }
        return ++f.step < f.rounds;
    }

    std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }

  private:
    struct Close {
        void operator()(pcap_t* p) const { pcap_close(p); }
        void operator()(pcap_dumper_t* p) const { pcap_dump_close(p); }
    };
    std::mt19937_64 random_;
    std::unique_ptr<pcap_t, Close> pcap_;
    std::unique_ptr<pcap_dumper_t, Close> dumper_;
    std::array<std::uint8_t, 128> bytes_{};
    std::uint64_t microseconds_ = 1'700'000'000'000'000;
    std::uint16_t id_ = 0;

    bool next_tcp(Flow& f) {
        const std::uint32_t data = 4 + random() % 8;  // bytes of payload; the capture is of small packets
        switch (f.step++) {
            case 0:
                tcp(f, true, syn, 0);
                ++f.client_seq;
                return true;
            case 1:
                tcp(f, false, syn | ack, 0);
                ++f.server_seq;
                return true;
            case 2: tcp(f, true, ack, 0); return true;
            default: break;
        }
        if (f.step < f.rounds) {
            switch (f.step % 4) {
                case 0:
                    tcp(f, true, psh | ack, data);
                    f.client_seq += data;
                    return true;
                case 1: tcp(f, false, ack, 0); return true;
                case 2:
                    tcp(f, false, psh | ack, data);
                    f.server_seq += data;
                    return true;
                default: tcp(f, true, ack, 0); return true;
            }
        }
        switch (f.step - f.rounds) {
            case 0:
                tcp(f, true, fin | ack, 0);
                ++f.client_seq;
                return true;
            case 1: tcp(f, false, ack, 0); return true;
            case 2:
                tcp(f, false, fin | ack, 0);
                ++f.server_seq;
                return true;
            default: tcp(f, true, ack, 0); return false;
        }
    }

    void put16(std::size_t at, std::uint32_t value) {
        bytes_[at] = static_cast<std::uint8_t>(value >> 8 & 0xff);
        bytes_[at + 1] = static_cast<std::uint8_t>(value & 0xff);
    }
    void put32(std::size_t at, std::uint32_t value) {
        put16(at, value >> 16);
        put16(at + 2, value & 0xffff);
    }

    void tcp(const Flow& f, bool from_client, std::uint8_t flags, std::uint32_t payload) {
        bytes_.fill(0);
        put16(20, from_client ? f.client_port : f.server_port);
        put16(22, from_client ? f.server_port : f.client_port);
        put32(24, from_client ? f.client_seq : f.server_seq);
        put32(28, (flags & ack) != 0 ? (from_client ? f.server_seq : f.client_seq) : 0);
        bytes_[32] = 5 << 4;
        bytes_[33] = flags;
        put16(34, 64240);
        send(f, from_client, 20 + payload, 36);
    }
    void udp(const Flow& f, bool from_client) {
        bytes_.fill(0);
        put16(20, from_client ? f.client_port : f.server_port);
        put16(22, from_client ? f.server_port : f.client_port);
        put16(24, 8 + 24);
        send(f, from_client, 8 + 24, 26);
    }
    void ping(const Flow& f, bool from_client) {
        bytes_.fill(0);
        bytes_[20] = from_client ? 8 : 0;
        put16(24, f.client_port);
        put16(26, f.step / 2);
        send(f, from_client, 8 + 16, 22);
    }

    void send(const Flow& f, bool from_client, std::uint32_t transport, std::size_t checksum_at) {
        bytes_[0] = 0x45;
        put16(2, 20 + transport);
        put16(4, ++id_);
        bytes_[8] = 64;
        bytes_[9] = f.protocol;
        put32(12, from_client ? f.client : f.server);
        put32(16, from_client ? f.server : f.client);
        const std::span<const std::uint8_t> all(bytes_);
        put16(10, wire::complement(wire::sum_bytes(all.first(20))));
        std::uint32_t sum = 0;
        if (f.protocol != protocol::icmp)
            sum = wire::pseudo_header_sum(Family::ipv4, Address::v4(from_client ? f.client : f.server),
                                          Address::v4(from_client ? f.server : f.client), f.protocol, transport);
        put16(checksum_at, wire::complement(wire::sum_bytes(all.subspan(20, transport), sum)));

        microseconds_ += 1 + random() % 20;
        pcap_pkthdr header{};
        header.ts.tv_sec = static_cast<time_t>(microseconds_ / 1'000'000);
        header.ts.tv_usec = static_cast<suseconds_t>(microseconds_ % 1'000'000);
        header.caplen = header.len = 20 + transport;
        pcap_dump(reinterpret_cast<u_char*>(dumper_.get()), &header, bytes_.data());
    }
};

}  // namespace

void write_capture(const std::string& path, const Traffic& traffic) {
    Writer writer(path, traffic.seed);
    const std::uint64_t length = traffic.packets / traffic.flows;
    std::vector<Flow> flows;
    for (std::uint32_t i = 0; i < traffic.flows; ++i) flows.push_back(writer.fresh_flow(length));
    for (std::uint64_t i = 0; i < traffic.packets; ++i) {
        const std::size_t at = writer.random() % flows.size();
        if (writer.next_packet(flows[at])) continue;
        // An ended flow leaves; only the last ones are replaced, so that the packets do not all fall to a few.
        if (flows.size() > traffic.flows / 100) {
            flows[at] = flows.back();
            flows.pop_back();
        } else {
            flows[at] = writer.fresh_flow(length);
        }
    }
}

}  // namespace conntrack::bench

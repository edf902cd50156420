// Numbered connections and their packets: what the measurements of the fast tracker send. Any packet of any of them can
// be written down without looking anything up.
#pragma once

#include "impl/tracker.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace conntrack::bench {

enum class Transport : std::uint8_t { tcp, udp };

/// Both tuples of a connection in sixteen bytes each: what a bare map is asked for.
struct Key {
    std::uint64_t addresses, rest;
    bool operator==(const Key&) const = default;
};
Key key_of(std::uint32_t connection, Transport transport, bool reply);

inline constexpr std::uint16_t least_window = 29'200;

/// The windows of one ACK after another. They grow as the edges of a conversation do; with the same window again an ACK
/// would count as a retransmission, and its entry would soon expire.
class Windows {
  public:
    std::uint16_t next() { return static_cast<std::uint16_t>(least_window + next_++ % (65'535 - least_window)); }

  private:
    std::uint32_t next_ = 0;
};

/// Packets in a row, 64 bytes apart, as in the ring of a card.
class Ring {
  public:
    explicit Ring(std::size_t size) : bytes_(size), frames_(size) {}

    [[nodiscard]] std::size_t size() const { return frames_.size(); }
    [[nodiscard]] std::span<const fast::Frame> frames() const { return frames_; }

    /// The packet at place `at`: TCP with these flags, or UDP. Sequence numbers are those of an open connection
    /// without data; a SYN is its first.
    void write(std::size_t at, std::uint32_t connection, Transport transport, bool reply, std::uint8_t tcp_flags,
               std::uint16_t window = least_window);

  private:
    std::vector<std::array<std::uint8_t, 64>> bytes_;
    std::vector<fast::Frame> frames_;
};

/// Opens connections `first` to `first + count - 1`: TCP until they are ASSURED, UDP until they are streams. Takes no
/// time but for UDP, whose streams must be older than two seconds. Ends the program if one is not what it should be.
void open(fast::Tracker& tracker, std::uint32_t first, std::uint32_t count, Transport transport);

}  // namespace conntrack::bench

// TCP connections whose destination NAT has changed, and what a packet of them costs on its whole way through a router.
#pragma once

#include "bench/fast/connections.hpp"

#include <memory>
#include <span>
#include <vector>

namespace conntrack::bench {

class Translated {
  public:
    /// Opens so many connections through DNAT.
    explicit Translated(std::uint32_t connections);

    [[nodiscard]] const fast::Tracker& tracker() const { return *tracker_; }
    /// Writes new packets of random connections, half of them replies, as they reach the router.
    void fill(std::size_t count);
    /// Takes each of them from the track hook to its end, through the hooks that translate it. Returns how many.
    std::size_t run();
    /// Ends the program if a packet was not translated as it should be.
    void check() const;

  private:
    std::unique_ptr<fast::Tracker> tracker_;
    std::uint32_t connections_;
    std::mt19937_64 numbers_{11};
    Windows windows_;
    struct Written {
        std::array<std::uint8_t, 40> bytes;
        bool reply;
    };
    std::vector<Written> packets_;

    static void write(Written& to, std::uint32_t connection, bool reply, std::uint8_t flags, std::uint16_t window);
    void pass(Written& packet);
};

}  // namespace conntrack::bench

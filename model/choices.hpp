// Where Linux is free, the model asks. A replay takes the first permitted choice; a check takes the one that the
// other implementation was seen to make.
#pragma once

#include "model/entry.hpp"
#include "spec/nat/manip.hpp"
#include "spec/time.hpp"

namespace conntrack {

/// A decision that hangs on a clock tick: the kernel's clock and the recorder's may stand on either side of it.
enum class Edge : std::uint8_t { expiry, udp_stream_age };

class Choices {
  public:
    Choices() = default;
    Choices(const Choices&) = delete;
    Choices& operator=(const Choices&) = delete;
    virtual ~Choices() = default;

    /// Decisions within this much of their edge are asked for. 0: none is.
    [[nodiscard]] virtual Time edge_width() const { return 0; }
    /// NAT: at which of `size` parts from `first` on does the search for a free one begin? 0 is the first.
    virtual std::uint16_t search_start(const Entry&, nat::Manip, std::uint32_t first, std::uint32_t size) {
        static_cast<void>(first), static_cast<void>(size);
        return 0;
    }
    /// Has the edge passed? `by_the_clock` is what the exact times say.
    virtual bool passed(Edge, const Entry&, bool by_the_clock) { return by_the_clock; }
};

}  // namespace conntrack

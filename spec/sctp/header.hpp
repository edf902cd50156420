// What of an SCTP packet is read: the tag of its header and its chunks. Reading judges nothing; packet.hpp does.
#pragma once

#include <cstdint>
#include <vector>

namespace conntrack::sctp {

struct Chunk {
    std::uint8_t type = 0, flags = 0;
    std::uint16_t length = 0;    // as the chunk says
    bool has_init = false;       // INIT, INIT ACK: their sixteen bytes are there
    std::uint32_t init_tag = 0;  // ... the initiate tag among them
};

/// The header of twelve bytes; ports stand in Packet.
struct Header {
    std::uint32_t tag = 0;
    /// As they are walked, each as long as it says, rounded up to four bytes. A chunk of length 0 is the last: the walk
    /// does not get past it. What is left of less than four bytes is no chunk.
    std::vector<Chunk> chunks;
};

}  // namespace conntrack::sctp

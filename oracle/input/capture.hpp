// Reads captures (pcap by libpcap, pcapng by blocks) frame by frame, and finds the IP packet in each frame.
#pragma once

#include "oracle/input/input_error.hpp"
#include "spec/time.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace conntrack::oracle {

/// A frame that holds no IP packet.
struct NotIp {
    std::string what;  // "ARP", "ethertype 0x88cc", ...
};

struct Frame {
    std::uint64_t number = 0;  // from 1
    Time time = 0;             // nanoseconds since 1970, UTC
    bool cut = false;          // the capture holds less of it than was on the wire
    /// The interface it was captured on: its name in pcapng, "if3" by its index in Linux cooked v2; empty where the
    /// file does not tell. Valid until the next frame is read.
    std::string_view interface;
    bool several_interfaces = false;                             // the capture was made on more than one, or on "any"
    std::variant<std::span<const std::uint8_t>, NotIp> content;  // the IP packet; valid until the next frame is read
};

class CaptureReader {
  public:
    /// Opens a capture, plain or compressed; "-" is standard input. Throws InputError for what is no capture, and for a
    /// link type that is not known.
    explicit CaptureReader(const std::string& path);
    ~CaptureReader();
    CaptureReader(const CaptureReader&) = delete;
    CaptureReader& operator=(const CaptureReader&) = delete;

    /// False at the end. Throws InputError, naming the frame, where the file is cut short or damaged; what came before
    /// has been delivered.
    bool next(Frame& frame);

    /// Part of the file that has been read, 0 to 1; negative if that cannot be told.
    [[nodiscard]] double progress() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Is this the beginning of a capture (rather than of text)?
bool looks_like_capture(std::span<const std::uint8_t> first_bytes);

}  // namespace conntrack::oracle

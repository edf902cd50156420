// Reads pcapng block by block (draft-ietf-opsawg-pcapng). libpcap reads it too, but does not tell which interface a
// frame was captured on, and refuses a file whose interfaces have different link types.
#pragma once

#include "oracle/input/input_error.hpp"
#include "spec/time.hpp"

#include <cstdint>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack::oracle {

/// The last second since 1970 that a frame may have, in the year 2255: nanoseconds in 64 bits reach little further.
inline constexpr std::int64_t last_capture_second = 9'000'000'000;

/// What a packet block holds. Views are valid until the next block is read.
struct PcapngFrame {
    std::string_view interface;  // its name; "interface0" and so on, by its number in the section, if it has none
    int link_type = 0;           // a DLT_ number of libpcap
    Time time = 0;               // nanoseconds since 1970, UTC; a simple packet has that of the frame before it
    bool cut = false;            // less of it is there than was on the wire
    std::span<const std::uint8_t> bytes;
};

class PcapngReader {
  public:
    /// `path` is what messages call the stream.
    PcapngReader(std::istream& in, std::string path) : in_(in), path_(std::move(path)) {}

    /// False at the end. Throws InputError, naming the frame and the byte where the block begins, for a block that is
    /// cut short or contradicts itself; and what the stream throws.
    bool next(PcapngFrame& frame);

    /// How many interfaces the section has described so far.
    [[nodiscard]] std::size_t interfaces() const { return interfaces_.size(); }
    /// Bytes read.
    [[nodiscard]] std::uint64_t position() const { return position_; }

  private:
    struct Interface {
        std::string name;
        int link_type = 0;
        std::uint32_t snap_length = 0;               // 0: not limited
        std::uint64_t ticks_per_second = 1'000'000;  // of its times
        std::int64_t offset_s = 0;                   // to be added to its times
    };

    std::istream& in_;
    std::string path_;
    bool big_endian_ = false, in_section_ = false;
    std::vector<Interface> interfaces_;  // of this section
    std::vector<std::uint8_t> body_;     // of the block that was read last
    std::uint64_t position_ = 0, block_at_ = 0, frames_ = 0;
    bool in_packet_ = false;  // the block is a packet
    Time last_time_ = 0;

    [[noreturn]] void fail(const std::string& what) const;
    [[nodiscard]] std::uint16_t u16(std::span<const std::uint8_t> bytes, std::size_t at) const;
    [[nodiscard]] std::uint32_t u32(std::span<const std::uint8_t> bytes, std::size_t at) const;

    std::size_t take(std::span<std::uint8_t> into);
    void must_take(std::span<std::uint8_t> into);
    bool next_block(std::uint32_t& type);
    std::uint32_t begin_section(std::span<const std::uint8_t, 4> raw_length);
    void read_rest(std::uint32_t type, std::uint32_t total, std::uint32_t taken);
    void describe_interface();
    void read_option(Interface& interface, std::uint16_t code, std::span<const std::uint8_t> value) const;
    void read_packet(std::uint32_t type, PcapngFrame& frame);
    [[nodiscard]] Time time_of(const Interface& interface, std::uint64_t ticks) const;
};

}  // namespace conntrack::oracle

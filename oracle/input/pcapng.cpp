#include "oracle/input/pcapng.hpp"

#include "oracle/input/link_layer.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace conntrack::oracle {

namespace {

using Bytes = std::span<const std::uint8_t>;

namespace block {
constexpr std::uint32_t section = 0x0a0d0d0a, interface = 1, old_packet = 2, simple_packet = 3, enhanced_packet = 6;
constexpr std::uint32_t header_bytes = 8, trailer_bytes = 4;
constexpr std::uint32_t largest = 1U << 24;  // of those that are looked into; libpcap draws the same line
}  // namespace block

constexpr std::uint32_t order_magic = 0x1a2b3c4d;

bool is_packet(std::uint32_t type) {
    return type == block::old_packet || type == block::simple_packet || type == block::enhanced_packet;
}

std::uint32_t as_big_endian(Bytes b) {
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
}

std::uint32_t as_little_endian(Bytes b) {
    return std::uint32_t{b[3]} << 24 | std::uint32_t{b[2]} << 16 | std::uint32_t{b[1]} << 8 | b[0];
}

/// A name as it may be printed: up to the first zero byte, control characters made visible.
std::string printable(Bytes value) {
    std::string out(value.begin(), std::ranges::find(value, std::uint8_t{0}));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
    return out;
}

}  // namespace

void PcapngReader::fail(const std::string& what) const {
    if (in_packet_) throw InputError(path_, fmt::format("frame {}, at byte {}: {}", frames_ + 1, block_at_, what));
    throw InputError(path_, fmt::format("at byte {}, before frame {}: {}", block_at_, frames_ + 1, what));
}

std::uint16_t PcapngReader::u16(Bytes b, std::size_t at) const {
    return static_cast<std::uint16_t>(big_endian_ ? b[at] << 8 | b[at + 1] : b[at + 1] << 8 | b[at]);
}

std::uint32_t PcapngReader::u32(Bytes b, std::size_t at) const {
    return big_endian_ ? as_big_endian(b.subspan(at)) : as_little_endian(b.subspan(at));
}

std::size_t PcapngReader::take(std::span<std::uint8_t> into) {
    // A stream of bytes is one of characters to the library.
    in_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    const auto got = static_cast<std::size_t>(in_.gcount());
    position_ += got;
    return got;
}

void PcapngReader::must_take(std::span<std::uint8_t> into) {
    if (take(into) != into.size()) fail(fmt::format("the file ends within this block, at byte {}", position_));
}

/// A section's header says its byte order before its length can be read. Returns the length.
std::uint32_t PcapngReader::begin_section(std::span<const std::uint8_t, 4> raw_length) {
    std::array<std::uint8_t, 4> magic{};
    must_take(magic);
    big_endian_ = as_big_endian(magic) == order_magic;
    if (!big_endian_ && as_little_endian(magic) != order_magic)
        fail(fmt::format("the section's byte-order magic is 0x{:08x}, expected 0x{:08x} in either order",
                         as_big_endian(magic), order_magic));
    in_section_ = true;
    interfaces_.clear();
    return u32(raw_length, 0);
}

/// What follows the first `taken` bytes of a block: the body, or what is left of it, and its length again.
void PcapngReader::read_rest(std::uint32_t type, std::uint32_t total, std::uint32_t taken) {
    if (total % 4 != 0) fail(fmt::format("the block's length, {}, is not a multiple of four", total));
    if (total < taken + block::trailer_bytes)
        fail(fmt::format("the block's length, {}, is less than its own header", total));
    const std::uint32_t length = total - taken - block::trailer_bytes;
    if (type == block::section || type == block::interface || is_packet(type)) {
        if (total > block::largest)
            fail(fmt::format("the block's length, {}, is more than the {} that are sensible", total, block::largest));
        body_.resize(length);
        must_take(body_);
    } else {
        in_.ignore(length);
        position_ += static_cast<std::uint64_t>(in_.gcount());
        body_.clear();
    }
    std::array<std::uint8_t, block::trailer_bytes> trailer{};
    must_take(trailer);
    if (const std::uint32_t again = u32(trailer, 0); again != total)
        fail(fmt::format("the block's length is {} at its beginning and {} at its end", total, again));
}

bool PcapngReader::next_block(std::uint32_t& type) {
    block_at_ = position_;
    in_packet_ = false;
    std::array<std::uint8_t, block::header_bytes> header{};
    const std::size_t got = take(header);
    if (got == 0) return false;
    if (got != header.size()) fail("the file ends within this block's header");
    type = u32(header, 0);
    std::uint32_t taken = block::header_bytes;
    std::uint32_t total = 0;
    if (type == block::section) {
        total = begin_section(std::span(header).last<4>());
        taken += sizeof order_magic;
    } else {
        if (!in_section_)
            fail("the file does not begin with a section header of pcapng (nor with the { of a scenario)");
        total = u32(header, 4);
    }
    in_packet_ = is_packet(type);
    read_rest(type, total, taken);
    if (type == block::section) {
        if (body_.size() < 12) fail("the section header is too short");
        if (const std::uint16_t major = u16(body_, 0); major != 1)
            fail(fmt::format("pcapng version {}.{} is not known, expected 1.x", major, u16(body_, 2)));
    }
    return true;
}

void PcapngReader::read_option(Interface& interface, std::uint16_t code, Bytes value) const {
    constexpr std::uint16_t if_name = 2, if_tsresol = 9, if_tsoffset = 14;
    if (code == if_name) {
        if (const std::string name = printable(value); !name.empty()) interface.name = name;
    } else if (code == if_tsresol) {
        if (value.size() != 1) fail(fmt::format("if_tsresol has {} bytes, expected 1", value.size()));
        const unsigned exponent = value[0] & 0x7fU;
        const bool binary = (value[0] & 0x80U) != 0;
        if (exponent > (binary ? 63 : 19))
            fail(fmt::format("if_tsresol says {} to the power of -{} s, which is finer than can be told",
                             binary ? 2 : 10, exponent));
        interface.ticks_per_second = 1;
        for (unsigned i = 0; i < exponent; ++i) interface.ticks_per_second *= binary ? 2 : 10;
    } else if (code == if_tsoffset) {
        if (value.size() != 8) fail(fmt::format("if_tsoffset has {} bytes, expected 8", value.size()));
        const std::uint64_t high = u32(value, big_endian_ ? 0 : 4), low = u32(value, big_endian_ ? 4 : 0);
        interface.offset_s = static_cast<std::int64_t>(high << 32 | low);
    }
}

void PcapngReader::describe_interface() {
    constexpr std::size_t fixed = 8, option_header = 4;
    if (body_.size() < fixed) fail("the interface description is too short");
    Interface out;
    out.name = fmt::format("interface{}", interfaces_.size());
    out.link_type = from_file_link_type(u16(body_, 0));
    out.snap_length = u32(body_, 4);
    for (Bytes rest = Bytes(body_).subspan(fixed); rest.size() >= option_header;) {
        const std::uint16_t code = u16(rest, 0), length = u16(rest, 2);
        if (code == 0) break;
        const std::size_t padded = (std::size_t{length} + 3) / 4 * 4;
        rest = rest.subspan(option_header);
        if (padded > rest.size()) fail(fmt::format("option {} of the interface is longer than its block", code));
        read_option(out, code, rest.first(length));
        rest = rest.subspan(padded);
    }
    interfaces_.push_back(std::move(out));
}

Time PcapngReader::time_of(const Interface& interface, std::uint64_t ticks) const {
    constexpr std::uint64_t ns_per_second = 1'000'000'000;
    const std::uint64_t whole = ticks / interface.ticks_per_second;
    const std::int64_t offset = interface.offset_s;
    // Neither sum can overflow: both are compared with what is far from the edges first.
    const bool representable = whole <= static_cast<std::uint64_t>(last_capture_second) &&
                               offset >= -last_capture_second && offset <= last_capture_second;
    const std::int64_t second = representable ? static_cast<std::int64_t>(whole) + offset : -1;
    if (second < 0 || second > last_capture_second)
        fail(fmt::format("its time, {} s and {} s since 1970, is out of range", whole, offset));
    std::uint64_t part = ticks % interface.ticks_per_second, unit = interface.ticks_per_second;
    if (unit % ns_per_second == 0) return seconds(second) + static_cast<Time>(part / (unit / ns_per_second));
    for (; unit > std::uint64_t{1} << 34; unit >>= 1) part >>= 1;  // so that the product fits into 64 bits
    return seconds(second) + static_cast<Time>(part * ns_per_second / unit);
}

void PcapngReader::read_packet(std::uint32_t type, PcapngFrame& frame) {
    const std::size_t fixed = type == block::simple_packet ? 4 : 20;
    if (body_.size() < fixed) fail("the packet block is too short");
    std::uint32_t id = 0;
    if (type == block::enhanced_packet) id = u32(body_, 0);
    if (type == block::old_packet) id = u16(body_, 0);
    if (id >= interfaces_.size())
        fail(fmt::format("its interface is number {}, but the section has described {} so far (numbered from 0)", id,
                         interfaces_.size()));
    const Interface& interface = interfaces_[id];
    const Bytes data = Bytes(body_).subspan(fixed);
    std::uint32_t captured = 0, length = 0;
    if (type == block::simple_packet) {
        length = u32(body_, 0);
        captured = interface.snap_length == 0 ? length : std::min(length, interface.snap_length);
    } else {
        last_time_ = time_of(interface, std::uint64_t{u32(body_, 4)} << 32 | u32(body_, 8));
        captured = u32(body_, 12);
        length = u32(body_, 16);
    }
    if (captured > data.size())
        fail(fmt::format("its captured length is {}, but the block has room for {}", captured, data.size()));
    frame = {.interface = interface.name,
             .link_type = interface.link_type,
             .time = last_time_,
             .cut = captured < length,
             .bytes = data.first(captured)};
}

bool PcapngReader::next(PcapngFrame& frame) {
    for (std::uint32_t type = 0; next_block(type);) {
        if (type == block::interface) describe_interface();
        if (!is_packet(type)) continue;
        read_packet(type, frame);
        ++frames_;
        return true;
    }
    return false;
}

}  // namespace conntrack::oracle

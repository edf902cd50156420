#include "spec/helper/ftp.hpp"

#include "spec/domain.hpp"
#include "spec/helper/ftp_command.hpp"
#include "spec/wire/big_endian.hpp"

#include <algorithm>

namespace conntrack::helper {

namespace {

constexpr std::size_t tcp_header = 20;

/// The text of a TCP segment; nothing: it has none.
std::optional<std::string_view> text_of(std::span<const std::uint8_t> segment) {
    if (segment.size() < tcp_header) return std::nullopt;
    const std::size_t header = (segment[12] >> 4) * std::size_t{4};
    if (header >= segment.size()) return std::nullopt;
    const auto text = segment.subspan(header);
    return std::string_view(reinterpret_cast<const char*>(text.data()), text.size());
}

std::span<std::uint32_t, 3> positions_in(Memory& memory, Direction dir) {
    return std::span<std::uint32_t, 3>(memory.words.data() + (dir == Direction::original ? 0 : 3), 3);
}

}  // namespace

bool LinePositions::has(std::uint32_t seq) const {
    return std::ranges::any_of(words_.subspan(1, known()), [seq](std::uint32_t word) { return word == seq; });
}

void LinePositions::add(std::uint32_t seq, const Edition& edition) {
    if (has(seq)) return;
    const std::uint32_t room = edition.helper.one_line_position ? 1 : 2;
    if (known() < room) {
        words_[1 + words_[0]++] = seq;
        return;
    }
    const bool second_is_older = room == 2 && !Concrete::before(words_[1], words_[2]);
    std::uint32_t& oldest = words_[second_is_older ? 2 : 1];
    if (Concrete::after(seq, oldest)) oldest = seq;
}

Policy FtpHelper::policy(const Edition& edition) const {
    return {.max_expected = 1, .timeout_s = edition.expectation.always_times_out ? 300U : 0U, .gives_up_oldest = true};
}

Heard FtpHelper::look(const Look& packet, Memory& memory) const {
    using Kind = Heard::Kind;
    if (packet.info != CtInfo::established) return {};
    const auto text = text_of(packet.transport);
    if (!text) return {};
    const std::uint32_t seq = wire::get32(packet.transport, 4);
    LinePositions lines(positions_in(memory, packet.dir));
    const bool begins_line = lines.has(seq);
    const auto learn = [&] {
        if (text->ends_with('\n')) lines.add(seq + static_cast<std::uint32_t>(text->size()), packet.edition);
    };
    // linux-2.6.9 learns before it looks: a packet that is dropped, too, has ended a line.
    if (packet.edition.helper.one_line_position || !begins_line) learn();
    if (!begins_line) return {};

    const auto command = ftp::read_command(*text, packet.dir, packet.own.family, packet.own.src, packet.edition);
    if (command.kind == ftp::Command::Kind::incomplete) return {Kind::incomplete, std::nullopt};
    learn();
    if (command.kind == ftp::Command::Kind::none) return {};
    const bool is_senders = command.address == packet.own.src;
    if (!is_senders && !loose_) return {};

    Announced out;
    out.tuple = {.src = packet.others.src,
                 .dst = is_senders && packet.edition.helper.rewrites_for_nat ? packet.others.dst : command.address,
                 .src_part = 0,
                 .dst_part = command.port,
                 .proto = protocol::tcp,
                 .family = packet.own.family,
                 .zone = 0};
    out.mask = {.src_address = true, .src_part = false, .dst_address = true, .dst_part = true};
    out.saved_part = command.port;
    out.follows = other(packet.dir);
    out.text = Text{command.offset, command.length, static_cast<int>(command.form)};
    return {Kind::announced, out};
}

namespace {

std::string numbers(std::span<const std::uint8_t> values, char separator) {
    std::string out;
    for (const std::uint8_t value : values)
        out += (out.empty() ? "" : std::string(1, separator)) + std::to_string(value);
    return out;
}

/// Eight groups of four digits: nothing is left out.
std::string whole_ipv6(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i != 0 && i % 2 == 0) out += ':';
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 0xf];
    }
    return out;
}

}  // namespace

std::string FtpHelper::spell(const Text& text, Family family, const Address& address, std::uint16_t port) const {
    const auto bytes = address.bytes();
    const std::span<const std::uint8_t> all(bytes);
    const bool v4 = family == Family::ipv4;
    switch (static_cast<ftp::Form>(text.form)) {
        case ftp::Form::port:
        case ftp::Form::passive:
            // In IPv6, where nobody should use them, the kernel takes the first four bytes.
            return numbers(v4 ? all.last(4) : all.first(4), ',') + "," + std::to_string(port >> 8) + "," +
                   std::to_string(port & 0xff);
        case ftp::Form::eprt:
            return (v4 ? "|1|" + numbers(all.last(4), '.') : "|2|" + whole_ipv6(all)) + "|" + std::to_string(port) +
                   "|";
        case ftp::Form::extended_passive: return "|||" + std::to_string(port) + "|";
    }
    return {};
}

}  // namespace conntrack::helper

// A helper as somebody else would write it: IRC, where a client offers a direct connection to another user.
#pragma once

#include "spec/helper/helper.hpp"

#include <charconv>
#include <string>

namespace conntrack::testing {

class IrcHelper final : public helper::Helper {
  public:
    [[nodiscard]] std::string_view name() const override { return "irc"; }
    [[nodiscard]] std::uint8_t protocol() const override { return protocol::tcp; }
    [[nodiscard]] std::uint16_t port() const override { return 6667; }
    [[nodiscard]] helper::Policy policy(const Edition&) const override { return {.max_expected = 1, .timeout_s = 300}; }

    /// PRIVMSG somebody :\1DCC CHAT chat 167772162 3001\1 offers 10.0.0.2:3001, to whoever comes.
    helper::Heard look(const helper::Look& packet, helper::Memory&) const override {
        constexpr std::string_view offer = "\1DCC CHAT chat ";
        if (packet.dir != Direction::original || packet.transport.size() < 20) return {};
        const auto text =
            packet.transport.subspan(std::min<std::size_t>((packet.transport[12] >> 4) * 4U, packet.transport.size()));
        const std::string_view line(reinterpret_cast<const char*>(text.data()), text.size());
        const std::size_t begin = line.find(offer);
        if (begin == std::string_view::npos) return {};
        const char *at = line.data() + begin + offer.size(), *const end = line.data() + line.size();
        std::uint32_t address = 0;
        std::uint16_t port = 0;
        const auto after_address = std::from_chars(at, end, address);
        if (after_address.ec != std::errc{} || after_address.ptr == end || *after_address.ptr != ' ') return {};
        const auto after_port = std::from_chars(after_address.ptr + 1, end, port);
        // Nobody may offer what is not his.
        if (after_port.ec != std::errc{} || Address::v4(address) != packet.own.src) return {};

        helper::Announced announced;
        announced.tuple.dst = packet.others.dst;  // as others see him
        announced.tuple.dst_part = port;
        announced.tuple.proto = protocol::tcp;
        announced.tuple.family = packet.own.family;
        announced.mask = {.src_address = false, .src_part = false, .dst_address = true, .dst_part = true};
        announced.saved_part = port;
        announced.follows = Direction::reply;
        announced.text = helper::Text{.offset = static_cast<std::size_t>(at - line.data()),
                                      .length = static_cast<std::size_t>(after_port.ptr - at)};
        return {helper::Heard::Kind::announced, announced};
    }

    [[nodiscard]] std::string spell(const helper::Text&, Family, const Address& address,
                                    std::uint16_t port) const override {
        return std::to_string(address.as_v4()) + " " + std::to_string(port);
    }
};

}  // namespace conntrack::testing

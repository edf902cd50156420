#include "oracle/traffic/announcements.hpp"

#include "oracle/text/addresses.hpp"

#include <fmt/format.h>
#include <vector>

namespace conntrack::oracle::traffic {

namespace {

/// The address that a side announces: mostly its own.
Address announced_address(const Flow& flow, Direction from, Numbers& numbers) {
    Address own = from == Direction::original ? flow.client : flow.server;
    if (numbers.one_in(12)) own.low ^= 1;
    return own;
}

std::uint16_t announced_port(Numbers& numbers) {
    if (numbers.one_in(20)) return numbers.of(std::array<std::uint16_t, 4>{0, 1, 65'534, 65'535});
    return static_cast<std::uint16_t>(3000 + numbers.below(3));
}

std::string six_numbers(const Address& a, std::uint16_t port) {
    const std::uint32_t v4 = a.as_v4();
    return fmt::format("{},{},{},{},{},{}", v4 >> 24, v4 >> 16 & 255, v4 >> 8 & 255, v4 & 255, port >> 8, port & 255);
}

std::string client_line(const Flow& flow, const Address& address, std::uint16_t port, Numbers& numbers) {
    const bool v4 = flow.family == Family::ipv4;
    enum class Says : std::uint8_t { port, eprt, passive, other };
    constexpr std::array<Share<Says>, 4> shares = {
        {{Says::port, 5}, {Says::eprt, 4}, {Says::passive, 1}, {Says::other, 2}}};
    switch (numbers.pick(shares)) {
        case Says::port:
            return fmt::format("{} {}\r\n", numbers.one_in(4) ? "port" : "PORT", six_numbers(address, port));
        case Says::eprt:
            return fmt::format("EPRT |{}|{}|{}|\r\n", v4 != numbers.one_in(15) ? 1 : 2, to_text(flow.family, address),
                               port);
        case Says::passive: return v4 ? "PASV\r\n" : "EPSV\r\n";
        case Says::other: break;
    }
    constexpr std::array<const char*, 6> others = {"USER x\r\n", "RETR f\r\n", "NOOP\n", "PORTAL\r\n", "\r\n", "QUIT"};
    return numbers.of(others);
}

std::string server_line(const Address& address, std::uint16_t port, Numbers& numbers) {
    enum class Says : std::uint8_t { passive, extended, other };
    constexpr std::array<Share<Says>, 3> shares = {{{Says::passive, 5}, {Says::extended, 4}, {Says::other, 4}}};
    constexpr std::array<const char*, 4> passive = {"227 Entering Passive Mode ({}).\r\n", "227 ={}\r\n",
                                                    "227 ({})\r\n", "227 at {} now\r\n"};
    switch (numbers.pick(shares)) {
        case Says::passive: return fmt::format(fmt::runtime(numbers.of(passive)), six_numbers(address, port));
        case Says::extended: return fmt::format("229 Entering Extended Passive Mode (|||{}|)\r\n", port);
        case Says::other: break;
    }
    constexpr std::array<const char*, 6> others = {"220 hi\r\n", "200 ok\r\n", "150 here it comes\r\n",
                                                   "22",         "226 done\n", "2290\r\n"};
    return numbers.of(others);
}

}  // namespace

std::string ftp_line(const Flow& flow, Direction from, Numbers& numbers) {
    const Address address = announced_address(flow, from, numbers);
    const std::uint16_t port = announced_port(numbers);
    std::string line =
        from == Direction::original ? client_line(flow, address, port, numbers) : server_line(address, port, numbers);
    if (numbers.one_in(10)) line.resize(1 + numbers.below(static_cast<std::uint32_t>(line.size())));
    if (numbers.one_in(15))
        line[numbers.below(static_cast<std::uint32_t>(line.size()))] = static_cast<char>(numbers.below(256));
    if (numbers.one_in(20)) line += "NOOP\r\n";
    return line;
}

Bytes tftp_message(const Flow& flow, Direction from, Numbers& numbers) {
    const bool original = from == Direction::original;
    const auto opcode = static_cast<char>(original && !numbers.one_in(3) ? 1 + numbers.below(2) : numbers.below(7));
    std::string text = {numbers.one_in(20) ? '\1' : '\0', opcode, 'f', '\0', 'o', 'c', 't', 'e', 't', '\0'};
    if (numbers.one_in(10)) text.resize(numbers.below(4));
    return udp_packet(ip_of(flow, from), original ? flow.client_part : flow.server_part,
                      original ? flow.server_part : flow.client_part, text);
}

std::optional<Flow> expected_flow(const Tracking& tracker, Numbers& numbers) {
    std::vector<Tuple> all;
    tracker.each_expectation([&](const expect::Expectation& e) { all.push_back(e.tuple); });
    if (all.empty()) return std::nullopt;
    const Tuple wanted = all[numbers.below(static_cast<std::uint32_t>(all.size()))];
    Flow flow;
    flow.kind = wanted.proto == protocol::tcp ? FlowKind::tcp : FlowKind::udp;
    flow.family = wanted.family;
    flow.protocol = wanted.proto;
    flow.client = wanted.src;
    flow.server = wanted.dst;
    flow.client_part = numbers.one_in(2) ? 20 : static_cast<std::uint16_t>(1000 + numbers.below(3));
    flow.server_part = wanted.dst_part;
    if (numbers.one_in(15)) ++flow.server_part;
    if (numbers.one_in(15)) flow.client.low ^= 1;
    const bool v4 = flow.family == Family::ipv4;
    flow.client_inside = v4 ? wanted.src.as_v4() >> 24 == 10 : wanted.src.high == 0xfd00'000a'0000'0000;
    flow.client_start = numbers.any32();
    flow.server_start = numbers.any32();
    return flow;
}

}  // namespace conntrack::oracle::traffic

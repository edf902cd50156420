#include "tests/support/moves.hpp"

#include <array>
#include <ostream>

namespace conntrack::testing {

std::ostream& operator<<(std::ostream& out, const Move& m) {
    constexpr const char* deeds[] = {"packet",       "error", "wait",  "confirm_held",
                                     "release_held", "erase", "flush", "configure"};
    constexpr const char* passages[] = {"", " dropped", " held"};
    out << deeds[static_cast<std::size_t>(m.deed)];
    out << " flow " << int{m.flow} << (m.reply ? " reply" : " original");
    if (m.deed == Deed::packet || m.deed == Deed::error) out << passages[static_cast<std::size_t>(m.passage)];
    if (m.deed == Deed::packet)
        out << " flags " << int{m.flags} << " start " << int{m.start} << " ack " << int{m.ack} << " length "
            << int{m.length} << " options " << int{m.options};
    return out << " number " << m.number << "\n";
}

Time waited(const Move& move) {
    constexpr std::array<std::int64_t, 16> milliseconds_usual = {
        1,      999,     1000,    1001,    2000,    2001,      10'000,      30'000,
        60'000, 120'000, 180'000, 300'000, 600'000, 3'600'000, 432'000'000, 1'000'000'000};
    const Time usual = milliseconds(milliseconds_usual[move.flags % 16]);
    constexpr std::array<Time, 3> to_the_side = {0, -1, 1};
    return usual + to_the_side[move.number % 3];
}

std::pair<Setting, std::uint32_t> configured(const Move& move) {
    struct Choice {
        Setting setting;
        std::array<std::uint32_t, 3> values;
    };
    constexpr std::array<Choice, 15> choices = {{{Setting::max, {3, 6, 65'536}},
                                                 {Setting::tcp_loose, {1, 0, 256}},
                                                 {Setting::tcp_be_liberal, {0, 1, 1}},
                                                 {Setting::tcp_max_retrans, {3, 0, 1}},
                                                 {Setting::tcp_ignore_invalid_rst, {0, 1, 1}},
                                                 {Setting::tcp_timeout_established, {432'000, 100, 1}},
                                                 {Setting::tcp_timeout_syn_sent, {120, 0, 1'000'000}},
                                                 {Setting::tcp_timeout_unacknowledged, {300, 20, 500}},
                                                 {Setting::udp_timeout, {30, 0, 5}},
                                                 {Setting::udp_timeout_stream, {180, 2, 10'000}},
                                                 {Setting::icmp_timeout, {30, 1, 300}},
                                                 {Setting::generic_timeout, {600, 0, 3}},
                                                 {Setting::sctp_timeout_closed, {10, 0, 500}},
                                                 {Setting::sctp_timeout_shutdown_sent, {3, 0, 60}},
                                                 {Setting::gre_timeout, {30, 0, 100}}}};
    const Choice& choice = choices[move.flow % choices.size()];
    return {choice.setting, choice.values[move.number % 3]};
}

bool is_beyond_sessions(std::string_view clause) {
    return clause.find(".header") != clause.npos || clause.starts_with("ip.fragment.") ||
           clause == "core.later_fragment" || clause.starts_with("icmpv6.") || clause.starts_with("nat.") ||
           clause.starts_with("rules.") || clause.starts_with("sctp.") || clause.starts_with("gre.") ||
           clause.starts_with("helper.") || clause == "core.clash.reply_only" || clause == "core.notrack" ||
           clause == "core.tuple_short" || clause == "icmp.wrong_family" || clause == "icmp.error.inner_short" ||
           clause == "icmp.error.outer_destination";
}

rc::Gen<std::vector<Move>> moves() {
    using rc::gen::weightedElement;
    const auto any = [](std::uint8_t limit) { return rc::gen::inRange<std::uint8_t>(0, limit); };
    const auto move = rc::gen::build<Move>(
        rc::gen::set(&Move::deed, weightedElement<Deed>({{60, Deed::packet},
                                                         {4, Deed::error},
                                                         {14, Deed::wait},
                                                         {5, Deed::confirm_held},
                                                         {5, Deed::release_held},
                                                         {2, Deed::erase},
                                                         {1, Deed::flush},
                                                         {3, Deed::configure}})),
        // The first flow is a TCP connection; half of all packets are its, so that conversations get somewhere.
        rc::gen::set(&Move::flow, rc::gen::oneOf(any(1), any(20))), rc::gen::set(&Move::reply),
        rc::gen::set(&Move::passage,
                     weightedElement<Passage>({{18, Passage::accepted}, {1, Passage::dropped}, {2, Passage::held}})),
        rc::gen::set(&Move::flags, any(24)), rc::gen::set(&Move::start, any(20)), rc::gen::set(&Move::ack, any(16)),
        rc::gen::set(&Move::length, any(6)), rc::gen::set(&Move::options, any(8)),
        rc::gen::set(&Move::number, rc::gen::resize(200, rc::gen::arbitrary<std::uint32_t>())));
    constexpr double longer = 2.5;  // up to 250 moves
    return rc::gen::scale(longer, rc::gen::container<std::vector<Move>>(move));
}

}  // namespace conntrack::testing

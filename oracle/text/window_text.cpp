#include "oracle/text/window_text.hpp"

#include "spec/clause_table.hpp"
#include "spec/verdict.hpp"

#include <fmt/format.h>
#include <iterator>

namespace conntrack::oracle {

namespace {

std::string flags_text(std::uint32_t flags) {
    static constexpr struct {
        std::uint32_t bit;
        const char* name;
    } names[] = {{tcp::window_scale_bit, "WINDOW_SCALE"},
                 {tcp::sack_perm_bit, "SACK_PERM"},
                 {tcp::close_init_bit, "CLOSE_INIT"},
                 {tcp::be_liberal_bit, "BE_LIBERAL"},
                 {tcp::data_unacknowledged_bit, "DATA_UNACKNOWLEDGED"},
                 {tcp::maxack_set_bit, "MAXACK_SET"},
                 {tcp::challenge_ack_bit, "CHALLENGE_ACK"},
                 {tcp::simultaneous_open_bit, "SIMULTANEOUS_OPEN"}};
    std::string out;
    for (const auto& n : names)
        if ((flags & n.bit) != 0) out += fmt::format(" {}", n.name);
    return out;
}

std::string side_text(const char* name, const tcp::Peer<Concrete>& p, const Edition& edition) {
    std::string out = fmt::format("  {:<8}  td_end {} td_maxend {} td_maxwin {} td_scale {}", name, p.td_end,
                                  p.td_maxend, p.td_maxwin, p.td_scale);
    if (edition.tcp.tracks_maxack) out += fmt::format(" td_maxack {}", p.td_maxack);
    if (edition.tcp.counts_loose_packets) out += fmt::format(" loose {}", p.loose);
    return out + flags_text(p.flags);
}

}  // namespace

std::string connection_text(const tcp::Connection<Concrete>& c, const Edition& edition) {
    const auto& last = c.last;
    std::string out = side_text("original", c.original, edition) + "\n" + side_text("reply", c.reply, edition) + "\n";
    out += fmt::format("  last      {} {} seq {} ack {} end {}, retransmitted {}{}",
                       name(static_cast<Direction>(last.dir)), name(static_cast<tcp::PacketClass>(last.index)),
                       last.seq, last.ack, last.end, c.retrans, flags_text(last.flags));
    return out;
}

std::string window_text(const tcp::Judged<Concrete>& judged) {
    const auto& window = judged.window;
    if (!window.compared) return "window test\n  none: the SYN begins its side, there is nothing to compare it with\n";
    const auto& n = window.numbers;
    std::string out = "window test (all modulo 2^32)\n";
    const auto line = [&](const char* which, const char* what, std::uint32_t value, const char* relation,
                          std::uint32_t bound, const char* bound_name, bool holds) {
        const auto off = static_cast<std::int32_t>(value - bound);
        fmt::format_to(std::back_inserter(out), "  {:<4} {:<5} {:>10} {} {:>10}  {:<44} {}\n", which, what, value,
                       relation, bound, bound_name,
                       holds ? "holds" : fmt::format("FAILS by {}", off < 0 ? -static_cast<std::int64_t>(off) : off));
    };
    const auto& s = judged.step.switches();
    line("I", s.tests_end_above ? "end" : "seq", n.upper_value, "<=", n.upper_bound, "td_maxend of the sender",
         n.upper_ok);
    line("II", s.tests_seq_below ? "seq" : "end", n.lower_value, ">=", n.lower_bound,
         "td_end of the sender - td_maxwin of the receiver", n.lower_ok);
    line("III", "sack", n.sack, "<=", n.ack_bound, "td_end of the receiver", n.ack_ok);
    line("IV", s.tests_ack_below ? "ack" : "sack", n.ack_lower_value, ">=", n.ack_lower_bound,
         "td_end of the receiver - max(td_maxwin, 66000)", n.ack_lower_ok);
    if (n.skipped) out += "  not applied: the connection was picked up in mid stream\n";
    fmt::format_to(std::back_inserter(out), "  -> {}, {}\n", info(window.reason).name,
                   window.accept   ? "accepted"
                   : window.ignore ? "passed by"
                                   : "INVALID");
    return out;
}

}  // namespace conntrack::oracle

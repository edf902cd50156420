#include "oracle/traffic/segment.hpp"

#include "oracle/traffic/announcements.hpp"
#include "spec/tcp/flags.hpp"
#include "spec/tcp/window.hpp"

#include <algorithm>

namespace conntrack::oracle::traffic {

namespace {

using namespace tcp;

/// What the tracker knows of the sender and the receiver of the next segment.
struct Known {
    Peer<Concrete> sender{}, receiver{};
    Last<Concrete> last{};
    tcp::State state = tcp::State::none;
    std::uint32_t ack_shift = 0;  // by how much NAT has shifted what it acknowledges
};

Known known_of(const Flow& flow, Direction from, const Tracking& tracker) {
    Known out;
    out.sender.td_end = from == Direction::original ? flow.client_start : flow.server_start;
    out.receiver.td_end = from == Direction::original ? flow.server_start : flow.client_start;
    const Entry* found = tracker.entry_with(flow.tuple());
    if (found == nullptr || found->original != flow.tuple() || !found->tcp_machine) return out;
    const auto& c = found->tcp;
    out.last = c.last;
    out.state = found->tcp_machine->state();
    if (found->has(Status::seq_adjust))
        out.ack_shift = found->extension->shifts[static_cast<std::size_t>(other(from))].after;
    // A side that has not been seen yet starts at its own number.
    const auto take = [](Peer<Concrete>& into, const Peer<Concrete>& seen) {
        const std::uint32_t start = into.td_end;
        into = seen;
        if (seen.td_maxwin == 0) into.td_end = start;
    };
    take(out.sender, side<Concrete>(c, from));
    take(out.receiver, side<Concrete>(c, other(from)));
    return out;
}

/// What a peer in its right mind would send in that state.
std::uint8_t expected_flags(tcp::State state, Direction from, Numbers& numbers) {
    const bool client = from == Direction::original;
    switch (state) {
        case tcp::State::none:
        case tcp::State::syn_sent: return client ? flag_syn : flag_syn | flag_ack;
        case tcp::State::syn_recv: return client ? flag_ack : flag_syn | flag_ack;
        default: break;
    }
    constexpr std::array<Share<std::uint8_t>, 4> later = {
        {{flag_ack, 12}, {flag_ack | flag_psh, 5}, {flag_fin | flag_ack, 3}, {flag_rst | flag_ack, 1}}};
    return numbers.pick(later);
}

std::uint8_t any_flags(Numbers& numbers) {
    constexpr std::array<Share<std::uint8_t>, 18> usual = {{{flag_syn, 4},
                                                            {flag_syn | flag_ack, 4},
                                                            {flag_ack, 4},
                                                            {flag_ack | flag_psh, 2},
                                                            {flag_fin | flag_ack, 3},
                                                            {flag_rst, 2},
                                                            {flag_rst | flag_ack, 3},
                                                            {flag_syn | flag_ece | flag_cwr, 1},
                                                            {flag_syn | flag_urg, 1},
                                                            {flag_syn | flag_psh, 1},
                                                            {flag_ack | flag_urg, 1},
                                                            {flag_fin, 1},
                                                            {flag_fin | flag_ack | flag_psh | flag_urg, 1},
                                                            {0, 1},
                                                            {flag_syn | flag_fin, 1},
                                                            {flag_psh, 1},
                                                            {flag_rst | flag_syn, 1},
                                                            {flag_rst | flag_fin | flag_ack, 1}}};
    return numbers.one_in(30) ? static_cast<std::uint8_t>(numbers.below(256)) : numbers.pick(usual);
}

std::uint32_t seq_of(const Known& k, Numbers& numbers) {
    if (numbers.percent(60)) return k.sender.td_end;
    const std::uint32_t window = std::max(k.receiver.td_maxwin, std::uint32_t{1});
    switch (numbers.below(14)) {
        case 0: return k.sender.td_end - 1;
        case 1: return k.sender.td_end + 1;
        case 2: return k.sender.td_end - numbers.below(3000);
        case 3: return k.sender.td_maxend;
        case 4: return k.sender.td_maxend + 1;
        case 5: return k.sender.td_maxend - 1;
        case 6: return k.sender.td_maxend + window;
        case 7: return k.sender.td_end - window - 1 + numbers.below(3);
        case 8: return k.receiver.td_maxack - 1 + numbers.below(3);
        case 9: return k.last.seq;
        case 10: return k.last.end - 1 + numbers.below(3);
        case 11: return 0;
        case 12: return k.last.ack;
        default: return numbers.any32();
    }
}

std::uint32_t ack_of(const Known& k, Numbers& numbers) {
    if (numbers.percent(70)) return k.receiver.td_end;
    const std::uint32_t window = std::max(k.sender.td_maxwin, least_ack_window);
    switch (numbers.below(10)) {
        case 0: return k.receiver.td_end + 1;
        case 1: return k.receiver.td_end - 1;
        case 2: return k.receiver.td_end - window - 1 + numbers.below(3);
        case 3: return k.receiver.td_end - numbers.below(70'000);
        case 4: return k.last.end - 1 + numbers.below(3);
        case 5: return k.last.seq + 1;
        case 6: return k.sender.td_maxack;
        case 7: return 0;
        case 8: return k.receiver.td_maxend;
        default: return numbers.any32();
    }
}

void add_option(Bytes& options, std::initializer_list<std::uint8_t> bytes) { options.insert(options.end(), bytes); }

Bytes sack_option(std::uint32_t ack, Numbers& numbers) {
    const std::uint32_t left = ack + numbers.below(3000), right = left + numbers.below(3000);
    const auto byte = [](std::uint32_t n, unsigned shift) { return static_cast<std::uint8_t>(n >> shift); };
    return {1,
            1,
            5,
            10,
            byte(left, 24),
            byte(left, 16),
            byte(left, 8),
            byte(left, 0),
            byte(right, 24),
            byte(right, 16),
            byte(right, 8),
            byte(right, 0)};
}

Bytes options_of(const TcpText& text, Numbers& numbers) {
    Bytes out;
    if ((text.flags & flag_syn) != 0) {
        if (numbers.percent(40)) add_option(out, {2, 4, 5, 180});
        if (numbers.percent(40)) add_option(out, {1, 3, 3, static_cast<std::uint8_t>(numbers.below(16))});
        if (numbers.percent(40)) add_option(out, {1, 1, 4, 2});
    } else if (numbers.one_in(8)) {
        out = sack_option(text.ack, numbers);
    }
    if (numbers.one_in(6)) add_option(out, {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 1});
    return out;
}

}  // namespace

Bytes next_segment(const Flow& flow, Direction from, const Tracking& tracker, Numbers& numbers) {
    const Known known = known_of(flow, from, tracker);
    // A control connection gets somewhere.
    const bool ftp = flow.kind == FlowKind::ftp, goes_on = ftp && !numbers.one_in(6);
    const bool original = from == Direction::original;
    constexpr std::array<std::uint16_t, 6> windows = {8192, 5840, 65'535, 1000, 1, 0};
    constexpr std::array<std::size_t, 6> lengths = {0, 0, 1, 100, 536, 1400};
    TcpText text;
    text.sport = original ? flow.client_part : flow.server_part;
    text.dport = original ? flow.server_part : flow.client_part;
    text.flags = goes_on || numbers.percent(65) ? expected_flags(known.state, from, numbers) : any_flags(numbers);
    if (goes_on && (text.flags & (flag_fin | flag_rst)) != 0 && !numbers.one_in(4)) text.flags = flag_ack | flag_psh;
    text.seq = goes_on ? known.sender.td_end : seq_of(known, numbers);
    const std::uint32_t ack = goes_on ? known.receiver.td_end : ack_of(known, numbers);
    text.ack = (text.flags & flag_ack) != 0 || numbers.one_in(4) ? ack + known.ack_shift : 0;
    text.window = numbers.of(windows);
    text.payload_bytes = (text.flags & (flag_syn | flag_rst)) != 0 && !numbers.one_in(10) ? 0 : numbers.of(lengths);
    text.options = options_of(text, numbers);
    std::string line;
    if (ftp && text.payload_bytes == 0 && text.flags != flag_syn && !numbers.one_in(3)) text.payload_bytes = 1;
    if (ftp && text.payload_bytes != 0 && (text.flags & flag_syn) == 0)
        text.text = line = ftp_line(flow, from, numbers);
    return tcp_packet(ip_of(flow, from), text);
}

}  // namespace conntrack::oracle::traffic

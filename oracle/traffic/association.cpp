#include "oracle/traffic/association.hpp"

#include "spec/sctp/state.hpp"
#include "spec/wire/big_endian.hpp"

namespace conntrack::oracle::traffic {

namespace {

// Types of chunks (RFC 9260, section 3.2).
constexpr std::uint8_t data = 0, init = 1, init_ack = 2, sack = 3, heartbeat = 4, heartbeat_ack = 5, abort_ = 6,
                       shutdown = 7, shutdown_ack = 8, error = 9, cookie_echo = 10, cookie_ack = 11, ecne = 12,
                       shutdown_complete = 14, asconf = 193;

/// What the tracker knows of the association, from the sender's side.
struct Known {
    sctp::State state = sctp::State::none;
    std::uint32_t own = 0, others = 0;  // the tags that packets of the two sides bear
    bool sender_is_original = true;
};

Known known_of(const Flow& flow, Direction from, const Tracking& tracker) {
    Known out;
    const Entry* found = tracker.entry_with(flow.tuple());
    if (found == nullptr || !found->sctp_machine) return out;
    out.sender_is_original = (found->original == flow.tuple()) == (from == Direction::original);
    const std::size_t mine = out.sender_is_original ? 0 : 1;
    out.state = found->sctp_machine->state();
    out.own = found->sctp.vtag[mine];
    out.others = found->sctp.vtag[1 - mine];
    return out;
}

/// What a peer in its right mind would send in that state.
std::uint8_t expected_chunk(const Known& known, Numbers& numbers) {
    const bool client = known.sender_is_original;
    constexpr std::array<Share<std::uint8_t>, 7> later = {
        {{data, 8}, {sack, 6}, {heartbeat, 4}, {heartbeat_ack, 4}, {shutdown, 2}, {abort_, 1}, {error, 1}}};
    switch (known.state) {
        case sctp::State::none: return numbers.one_in(6) ? heartbeat : init;
        case sctp::State::closed: return client ? init : init_ack;
        case sctp::State::cookie_wait: return client ? cookie_echo : init_ack;
        case sctp::State::cookie_echoed: return client ? data : cookie_ack;
        case sctp::State::heartbeat_sent: return client ? heartbeat : heartbeat_ack;
        case sctp::State::shutdown_sent:
        case sctp::State::shutdown_recd: return shutdown_ack;
        case sctp::State::shutdown_ack_sent: return shutdown_complete;
        case sctp::State::established: break;
    }
    return numbers.pick(later);
}

std::uint8_t any_chunk(Numbers& numbers) {
    constexpr std::array<Share<std::uint8_t>, 16> usual = {{{data, 3},
                                                            {init, 5},
                                                            {init_ack, 5},
                                                            {sack, 1},
                                                            {heartbeat, 5},
                                                            {heartbeat_ack, 5},
                                                            {abort_, 3},
                                                            {shutdown, 3},
                                                            {shutdown_ack, 4},
                                                            {error, 2},
                                                            {cookie_echo, 4},
                                                            {cookie_ack, 4},
                                                            {ecne, 1},
                                                            {shutdown_complete, 3},
                                                            {asconf, 1},
                                                            {255, 1}}};
    return numbers.one_in(40) ? static_cast<std::uint8_t>(numbers.below(256)) : numbers.pick(usual);
}

/// Tags among few, so that they meet.
std::uint32_t small_tag(Numbers& numbers) { return 0x1111 * (1 + numbers.below(3)); }

std::uint32_t tag_of(const Known& known, std::uint8_t type, bool flagged, Numbers& numbers) {
    if (numbers.percent(80)) {
        if (type == init) return 0;
        if (known.own == 0 && known.state == sctp::State::none) return small_tag(numbers);
        return flagged && (type == abort_ || type == shutdown_complete) ? known.others : known.own;
    }
    switch (numbers.below(4)) {
        case 0: return 0;
        case 1: return known.others;
        case 2: return known.own + 1;
        default: return small_tag(numbers);
    }
}

void add_chunk(Bytes& out, std::uint8_t type, bool flagged, const Known& known, Numbers& numbers) {
    Bytes value(numbers.below(9), 0x63);
    if (type == init || type == init_ack) {
        value.assign(16, 0);
        const std::uint32_t tag = numbers.one_in(3) ? known.others : small_tag(numbers);
        wire::put32(value, 0, tag);
        wire::put32(value, 4, 65'535);
        wire::put32(value, 8, 0x000a'000a);
        wire::put32(value, 12, 1);
    }
    if (numbers.one_in(40)) value.resize(numbers.below(16));
    const std::size_t at = out.size();
    out.resize(at + 4);
    out[at] = type;
    out[at + 1] = flagged ? 1 : 0;
    wire::put16(out, at + 2, static_cast<std::uint32_t>(4 + value.size()));
    if (numbers.one_in(60)) wire::put16(out, at + 2, numbers.below(24));  // a length that lies
    out.insert(out.end(), value.begin(), value.end());
    out.resize((out.size() + 3) / 4 * 4);
}

}  // namespace

Bytes next_sctp_packet(const Flow& flow, Direction from, const Tracking& tracker, Numbers& numbers) {
    const Known known = known_of(flow, from, tracker);
    const bool original = from == Direction::original;
    const std::uint8_t first = numbers.percent(65) ? expected_chunk(known, numbers) : any_chunk(numbers);
    const bool flagged = numbers.one_in(4);
    Bytes out(12);
    wire::put16(out, 0, original ? flow.client_part : flow.server_part);
    wire::put16(out, 2, original ? flow.server_part : flow.client_part);
    wire::put32(out, 4, tag_of(known, first, flagged, numbers));
    if (!numbers.one_in(100)) add_chunk(out, first, flagged, known, numbers);
    const bool alone = first == init || first == init_ack || first == shutdown_complete;
    if (numbers.one_in(alone ? 30 : 3)) add_chunk(out, any_chunk(numbers), numbers.one_in(4), known, numbers);
    if (numbers.one_in(12)) add_chunk(out, any_chunk(numbers), numbers.one_in(4), known, numbers);
    return ip_packet(ip_of(flow, from), out);
}

}  // namespace conntrack::oracle::traffic

// From a decoded TCP header to the segment that the rules see, and from the settings to the words that they ask for.
// Source: segment_seq_plus_len(), tcp_packet(), tcp_pernet() of the TCP trackers.
#pragma once

#include "spec/packet.hpp"
#include "spec/settings.hpp"
#include "spec/tcp/flags.hpp"
#include "spec/tcp/step.hpp"

namespace conntrack::tcp {

/// One past the last sequence number that a segment occupies; SYN and FIN occupy one each.
constexpr std::uint32_t end_of_segment(std::uint32_t seq, std::uint32_t payload, std::uint8_t flags) {
    return seq + payload + ((flags & flag_syn) != 0 ? 1U : 0U) + ((flags & flag_fin) != 0 ? 1U : 0U);
}

/// `transport_length`: bytes behind the IP headers. The header has passed its checks.
constexpr Segment<Concrete> segment_of(const TcpHeader& h, std::uint32_t transport_length) {
    return {.syn = (h.flags & flag_syn) != 0,
            .ack_flag = (h.flags & flag_ack) != 0,
            .rst = (h.flags & flag_rst) != 0,
            .seq = h.seq,
            .ack = h.ack,
            .end = end_of_segment(h.seq, transport_length - h.header_bytes, h.flags),
            .window = h.window,
            .sack = h.highest_sack,
            .any_option = h.options.any,
            .has_window_scale = h.options.window_scale.has_value(),
            .sack_permitted = h.options.sack_permitted,
            .window_scale = h.options.window_scale.value_or(0)};
}

constexpr TcpSettings<Concrete> read_settings(const Settings& s) {
    return {
        .loose = s[Setting::tcp_loose],
        .be_liberal = s[Setting::tcp_be_liberal],
        .max_retrans = s[Setting::tcp_max_retrans],
        .ignore_invalid_rst = s[Setting::tcp_ignore_invalid_rst],
        .timeout = {0, s[Setting::tcp_timeout_syn_sent], s[Setting::tcp_timeout_syn_recv],
                    s[Setting::tcp_timeout_established], s[Setting::tcp_timeout_fin_wait],
                    s[Setting::tcp_timeout_close_wait], s[Setting::tcp_timeout_last_ack],
                    s[Setting::tcp_timeout_time_wait], s[Setting::tcp_timeout_close],
                    s[Setting::tcp_timeout_syn_sent2]},
        .timeout_max_retrans = s[Setting::tcp_timeout_max_retrans],
        .timeout_unacknowledged = s[Setting::tcp_timeout_unacknowledged],
    };
}

}  // namespace conntrack::tcp

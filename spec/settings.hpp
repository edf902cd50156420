// The sysctl settings that tracking asks for: names, defaults and permitted values per edition.
// Sources: the sysctl tables of ip_conntrack_standalone.c (2.6.9) and nf_conntrack_standalone.c (later).
#pragma once

#include "spec/edition.hpp"
#include "spec/time.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace conntrack {

enum class Setting : std::uint8_t {
    max,
    buckets,
    acct,
    checksum,
    events,
    log_invalid,
    tcp_loose,
    tcp_be_liberal,
    tcp_max_retrans,
    tcp_ignore_invalid_rst,
    tcp_timeout_syn_sent,
    tcp_timeout_syn_recv,
    tcp_timeout_established,
    tcp_timeout_fin_wait,
    tcp_timeout_close_wait,
    tcp_timeout_last_ack,
    tcp_timeout_time_wait,
    tcp_timeout_close,
    tcp_timeout_syn_sent2,
    tcp_timeout_max_retrans,
    tcp_timeout_unacknowledged,
    udp_timeout,
    udp_timeout_stream,
    udplite_timeout,
    udplite_timeout_stream,
    icmp_timeout,
    icmpv6_timeout,
    gre_timeout,
    gre_timeout_stream,
    sctp_timeout_closed,
    sctp_timeout_cookie_wait,
    sctp_timeout_cookie_echoed,
    sctp_timeout_established,
    sctp_timeout_shutdown_sent,
    sctp_timeout_shutdown_recd,
    sctp_timeout_shutdown_ack_sent,
    sctp_timeout_heartbeat_sent,
    generic_timeout,
    frag6_timeout,
    frag6_low_thresh,
    frag6_high_thresh,
    expect_max,
    count_,
};

inline constexpr std::size_t setting_count = static_cast<std::size_t>(Setting::count_);

/// What kind of number a setting is, and so which values the kernel takes.
enum class SettingKind : std::uint8_t { number, positive, byte, flag, up_to_two, up_to_255, seconds };

struct SettingInfo {
    Setting setting;
    std::string_view name;  // without its prefix
    SettingKind kind;
    std::array<std::optional<std::uint32_t>, edition_count> defaults;  // nothing: the edition has no such behaviour
    bool has_sysctl = true;                                            // a timeout may exist without a name
};

inline constexpr std::optional<std::uint32_t> absent = std::nullopt;

/// A default that no whole number of seconds is: 300 ms, which a reader of the sysctl sees as 0. Nobody can set it.
inline constexpr std::uint32_t three_tenths = std::numeric_limits<std::uint32_t>::max();

inline constexpr std::array<SettingInfo, setting_count> setting_table = {{
    // setting                            name                          kind                   2.6.9   2.6.32  6.18
    {Setting::max, "max", SettingKind::number, {65536, 65536, 262144}},
    {Setting::buckets, "buckets", SettingKind::positive, {8192, 16384, 262144}},
    {Setting::acct, "acct", SettingKind::flag, {absent, 0, 0}},
    {Setting::checksum, "checksum", SettingKind::flag, {absent, 1, 1}},
    {Setting::events, "events", SettingKind::up_to_two, {absent, 1, 2}},
    {Setting::log_invalid, "log_invalid", SettingKind::up_to_255, {0, 0, 0}},
    {Setting::tcp_loose, "tcp_loose", SettingKind::flag, {3, 1, 1}},
    {Setting::tcp_be_liberal, "tcp_be_liberal", SettingKind::flag, {0, 0, 0}},
    {Setting::tcp_max_retrans, "tcp_max_retrans", SettingKind::byte, {3, 3, 3}},
    {Setting::tcp_ignore_invalid_rst, "tcp_ignore_invalid_rst", SettingKind::flag, {absent, absent, 0}},
    {Setting::tcp_timeout_syn_sent, "tcp_timeout_syn_sent", SettingKind::seconds, {120, 120, 120}},
    {Setting::tcp_timeout_syn_recv, "tcp_timeout_syn_recv", SettingKind::seconds, {60, 60, 60}},
    {Setting::tcp_timeout_established, "tcp_timeout_established", SettingKind::seconds, {432000, 432000, 432000}},
    {Setting::tcp_timeout_fin_wait, "tcp_timeout_fin_wait", SettingKind::seconds, {120, 120, 120}},
    {Setting::tcp_timeout_close_wait, "tcp_timeout_close_wait", SettingKind::seconds, {60, 60, 60}},
    {Setting::tcp_timeout_last_ack, "tcp_timeout_last_ack", SettingKind::seconds, {30, 30, 30}},
    {Setting::tcp_timeout_time_wait, "tcp_timeout_time_wait", SettingKind::seconds, {120, 120, 120}},
    {Setting::tcp_timeout_close, "tcp_timeout_close", SettingKind::seconds, {10, 10, 10}},
    {Setting::tcp_timeout_syn_sent2, "tcp_timeout_syn_sent2", SettingKind::seconds, {absent, 120, 120}, false},
    {Setting::tcp_timeout_max_retrans, "tcp_timeout_max_retrans", SettingKind::seconds, {300, 300, 300}},
    {Setting::tcp_timeout_unacknowledged, "tcp_timeout_unacknowledged", SettingKind::seconds, {absent, 300, 300}},
    {Setting::udp_timeout, "udp_timeout", SettingKind::seconds, {30, 30, 30}},
    {Setting::udp_timeout_stream, "udp_timeout_stream", SettingKind::seconds, {180, 180, 120}},
    {Setting::udplite_timeout, "udplite_timeout", SettingKind::seconds, {absent, 30, absent}},
    {Setting::udplite_timeout_stream, "udplite_timeout_stream", SettingKind::seconds, {absent, 180, absent}},
    {Setting::icmp_timeout, "icmp_timeout", SettingKind::seconds, {30, 30, 30}},
    {Setting::icmpv6_timeout, "icmpv6_timeout", SettingKind::seconds, {absent, 30, 30}},
    {Setting::gre_timeout, "gre_timeout", SettingKind::seconds, {absent, absent, 30}},
    {Setting::gre_timeout_stream, "gre_timeout_stream", SettingKind::seconds, {absent, absent, 180}},
    {Setting::sctp_timeout_closed, "sctp_timeout_closed", SettingKind::seconds, {10, 10, 10}},
    {Setting::sctp_timeout_cookie_wait, "sctp_timeout_cookie_wait", SettingKind::seconds, {3, 3, 3}},
    {Setting::sctp_timeout_cookie_echoed, "sctp_timeout_cookie_echoed", SettingKind::seconds, {3, 3, 3}},
    {Setting::sctp_timeout_established, "sctp_timeout_established", SettingKind::seconds, {432000, 432000, 210}},
    {Setting::sctp_timeout_shutdown_sent,
     "sctp_timeout_shutdown_sent",
     SettingKind::seconds,
     {three_tenths, three_tenths, 3}},
    {Setting::sctp_timeout_shutdown_recd,
     "sctp_timeout_shutdown_recd",
     SettingKind::seconds,
     {three_tenths, three_tenths, 3}},
    {Setting::sctp_timeout_shutdown_ack_sent, "sctp_timeout_shutdown_ack_sent", SettingKind::seconds, {3, 3, 3}},
    {Setting::sctp_timeout_heartbeat_sent, "sctp_timeout_heartbeat_sent", SettingKind::seconds, {absent, absent, 30}},
    {Setting::generic_timeout, "generic_timeout", SettingKind::seconds, {600, 600, 600}},
    {Setting::frag6_timeout, "frag6_timeout", SettingKind::seconds, {absent, 60, 60}},
    {Setting::frag6_low_thresh, "frag6_low_thresh", SettingKind::number, {absent, 192 * 1024, 3072 * 1024}},
    {Setting::frag6_high_thresh, "frag6_high_thresh", SettingKind::number, {absent, 256 * 1024, 4096 * 1024}},
    {Setting::expect_max, "expect_max", SettingKind::number, {absent, 256, 4096}},
}};

/// Names that some edition has and that change nothing of what is modelled so far; known, so not refused.
struct OtherSetting {
    std::string_view name;
    std::array<bool, edition_count> in;
};
inline constexpr std::array<OtherSetting, 17> other_settings = {{
    {"count", {true, true, true}},
    {"helper", {false, false, false}},
    {"timestamp", {false, false, true}},
    {"events_retry_timeout", {false, true, false}},
    {"tcp_no_window_check", {false, false, false}},
    {"tcp_timeout_syn_sent2", {false, true, false}},
    {"dccp_loose", {false, true, false}},
    {"dccp_timeout_request", {false, true, false}},
    {"dccp_timeout_respond", {false, true, false}},
    {"dccp_timeout_partopen", {false, true, false}},
    {"dccp_timeout_open", {false, true, false}},
    {"dccp_timeout_closereq", {false, true, false}},
    {"dccp_timeout_closing", {false, true, false}},
    {"dccp_timeout_timewait", {false, true, false}},
    {"flowtable_tcp_timeout", {false, false, true}},
    {"flowtable_udp_timeout", {false, false, true}},
    {"tcp_timeout_listen", {true, false, false}},
}};

constexpr const SettingInfo& info(Setting setting) { return setting_table[static_cast<std::size_t>(setting)]; }

/// The largest hash table that is modelled; the kernel's own limit is its memory.
inline constexpr std::uint32_t buckets_max = 1u << 24;

/// The largest value the kernel takes: seconds are kept in ticks, in an int; linux-6.18 (seen on a running one) takes
/// flags of 0 and 1 only, where older kernels take any int.
constexpr std::uint32_t largest_value(SettingKind kind, const Edition& edition) {
    constexpr std::uint32_t largest_int = std::numeric_limits<std::int32_t>::max();
    switch (kind) {
        case SettingKind::seconds: return largest_int / edition.ticks_per_second;
        case SettingKind::byte: return edition.core.checks_setting_ranges ? 255 : largest_int;
        case SettingKind::flag: return edition.core.checks_setting_ranges ? 1 : largest_int;
        case SettingKind::up_to_two: return edition.core.checks_setting_ranges ? 2 : largest_int;
        case SettingKind::up_to_255: return 255;
        case SettingKind::positive: return buckets_max;
        case SettingKind::number: break;
    }
    return largest_int;
}

constexpr std::uint32_t smallest_value(SettingKind kind) { return kind == SettingKind::positive ? 1 : 0; }

/// The values in force.
class Settings {
  public:
    constexpr explicit Settings(const Edition& edition) {
        for (std::size_t i = 0; i < setting_count; ++i)
            values_[i] = setting_table[i].defaults[static_cast<std::size_t>(edition.id)].value_or(0);
    }
    [[nodiscard]] constexpr std::uint32_t operator[](Setting s) const { return values_[static_cast<std::size_t>(s)]; }
    /// A timeout as a span of time.
    [[nodiscard]] constexpr Time span(Setting s) const {
        return (*this)[s] == three_tenths ? milliseconds(300) : seconds((*this)[s]);
    }
    constexpr void set(Setting s, std::uint32_t value) { values_[static_cast<std::size_t>(s)] = value; }

    bool operator==(const Settings&) const = default;

  private:
    std::array<std::uint32_t, setting_count> values_{};
};

}  // namespace conntrack

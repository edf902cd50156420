#include "oracle/text/expectation_text.hpp"

#include "oracle/text/addresses.hpp"
#include "oracle/text/proc_text.hpp"
#include "spec/helper/helper.hpp"

#include <fmt/format.h>

namespace conntrack::oracle {

namespace {

std::string seconds_left(const expect::Expectation& e, Time now, const char* without_timer) {
    return e.deadline ? fmt::format("{}", e.time_left(now) / nanoseconds_per_second) : without_timer;
}

std::string flag_names(std::uint32_t flags) {
    std::string out;
    for (const auto& [flag, name] : {std::pair{expect::permanent_flag, "PERMANENT"},
                                     {expect::inactive_flag, "INACTIVE"},
                                     {expect::userspace_flag, "USERSPACE"}})
        if ((flags & flag) != 0) out += (out.empty() ? "" : ",") + std::string(name);
    return out;
}

std::string ports(const char* prefix, const std::string& src, const std::string& dst, unsigned sport, unsigned dport) {
    return fmt::format("{0}src={1} {0}dst={2} sport={3} dport={4} ", prefix, src, dst, sport, dport);
}

std::string tuple_words(const char* prefix, const Tuple& t) {
    return ports(prefix, to_text(t.family, t.src), to_text(t.family, t.dst), t.src_part, t.dst_part);
}

std::string mask_words(const expect::Expectation& e) {
    const auto address = [&](bool must_agree) {
        Address all;
        if (must_agree) all = e.tuple.family == Family::ipv4 ? Address::v4(0xffff'ffff) : Address{~0ULL, ~0ULL};
        return to_text(e.tuple.family, all);
    };
    return ports("mask-", address(e.mask.src_address), address(e.mask.dst_address), e.mask.src_part ? 0xffff : 0,
                 e.mask.dst_part ? 0xffff : 0);
}

}  // namespace

std::string proc_expectation_line(const expect::Expectation& e, const Edition& edition, Time now) {
    std::string out = seconds_left(e, now, "-") + " ";
    const bool families = edition.notice.family_in_proc;
    if (families)
        out += fmt::format("l3proto = {} proto={} ", e.tuple.family == Family::ipv4 ? 2 : 10, e.tuple.proto);
    else
        out += fmt::format("use=1 proto={} ", e.tuple.proto);
    out += tuple_text(e.tuple, L4Tracker::udp, true);
    const std::string flags = flag_names(e.flags);
    if (families) out += flags;
    if (edition.expectation.end_is_told && e.helper != nullptr)
        out += fmt::format("{}{}", flags.empty() ? "" : " ", e.helper->name());
    return out;
}

std::string expectation_text(const expect::Expectation& e, Time now) {
    const Tuple& t = e.tuple;
    const auto end = [&](const Address& address, bool at_port, std::uint16_t port) {
        std::string text = to_text(t.family, address);
        if (!at_port) return text;
        return t.family == Family::ipv4 ? fmt::format("{}:{}", text, port) : fmt::format("[{}]:{}", text, port);
    };
    std::string out = fmt::format("{} {} > {}", t.proto == protocol::tcp ? "tcp" : "udp",
                                  end(t.src, e.mask.src_part, t.src_part), end(t.dst, e.mask.dst_part, t.dst_part));
    if (e.deadline) out += fmt::format(" for {}s", e.time_left(now) / nanoseconds_per_second);
    return out;
}

std::string expectation_list_line(const expect::Expectation& e, Time now) {
    std::string out = fmt::format("{} proto={} ", seconds_left(e, now, "0"), e.tuple.proto);
    out += tuple_words("", e.tuple) + mask_words(e) + tuple_words("master-", e.master_original);
    if (e.tuple.zone != 0) out += fmt::format("zone={} ", e.tuple.zone);
    if (const std::string flags = flag_names(e.flags); !flags.empty()) out += flags + " ";
    out += fmt::format("class={}", e.class_);
    if (e.helper != nullptr) out += fmt::format(" helper={}", e.helper->name());
    return out;
}

std::string expectation_event_line(const expect::Notice& notice) {
    const bool ends = message_of(notice.mask) == Message::destroy;
    return (ends ? "[DESTROY] " : "    [NEW] ") + expectation_list_line(notice.expectation, notice.now);
}

}  // namespace conntrack::oracle

#include "oracle/adapters/kernel/verdict_log.hpp"

#include "oracle/adapters/kernel/stage.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace conntrack::oracle::kernel {

namespace {

constexpr std::uint16_t verdict_group = 1;
constexpr std::uint16_t reason_group = 0;  // where nf_log_packet() sends what has no group of its own

constexpr std::string_view seen_mark = "seen", own_mark = "own";

/// A packet that waits in a message of this size is not copied into a smaller one (netlink_trim()), as it would be in
/// one of the default size, a page.
constexpr std::uint32_t message_bytes = 512;

struct LoggedState {
    const char* prefix;
    const char* match;  // in the words of nft
    CtInfo info;
    std::optional<Direction> dir;
};
constexpr Direction original = Direction::original, reply = Direction::reply;
constexpr std::array<LoggedState, 8> logged_states = {
    {{"established original", "ct state established ct direction original", CtInfo::established, original},
     {"established reply", "ct state established ct direction reply", CtInfo::established, reply},
     {"new original", "ct state new ct direction original", CtInfo::new_, original},
     {"invalid", "ct state invalid", CtInfo::invalid, std::nullopt},
     {"related original", "ct state related ct direction original", CtInfo::related, original},
     {"related reply", "ct state related ct direction reply", CtInfo::related, reply},
     {"new reply", "ct state new ct direction reply", CtInfo::new_, reply},
     {"untracked", "ct state untracked", CtInfo::untracked, std::nullopt}}};

std::string_view prefix_of(const nlmsghdr& message) {
    std::string_view out;
    each_in(message, [&](std::uint16_t type, const nlattr* attribute) {
        if (type == NFULA_PREFIX) out = mnl_attr_get_str(attribute);
    });
    return out;
}

std::uint16_t group_of(const nlmsghdr& message) {
    const auto* header = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(&message));
    return ntohs(header->res_id);
}

void bind(NetlinkSocket& socket, std::uint16_t group) {
    const auto configure = [&](auto add) {
        std::array<char, 256> buffer{};
        nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
        message->nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
        message->nlmsg_flags = NLM_F_REQUEST;
        auto* header = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
        header->nfgen_family = AF_UNSPEC;
        header->version = NFNETLINK_V0;
        header->res_id = htons(group);
        add(message);
        if (const int error = socket.request(*message); error != 0)
            throw CannotRun(fmt::format("no log group: {}", std::strerror(error)));
    };
    configure([](nlmsghdr* message) {
        nfulnl_msg_config_cmd command{};
        command.command = NFULNL_CFG_CMD_BIND;
        mnl_attr_put(message, NFULA_CFG_CMD, sizeof command, &command);
    });
    configure([](nlmsghdr* message) {
        nfulnl_msg_config_mode mode{};
        mode.copy_mode = NFULNL_COPY_META;
        mnl_attr_put(message, NFULA_CFG_MODE, sizeof mode, &mode);
        mnl_attr_put_u32(message, NFULA_CFG_QTHRESH, htonl(1));
        mnl_attr_put_u32(message, NFULA_CFG_NLBUFSIZ, htonl(message_bytes));
    });
}

}  // namespace

std::string logging_rules() {
    const auto log = [](std::string_view match, std::string_view prefix) {
        return fmt::format("    {} log prefix \"{}\" group {} queue-threshold 1 accept\n", match, prefix,
                           verdict_group);
    };
    std::string out =
        "table inet ctoracle {\n"
        "  chain seen {\n    type filter hook prerouting priority -201; policy accept;\n";
    out += log("", seen_mark);
    out += "  }\n  chain state {\n    type filter hook prerouting priority -199; policy accept;\n";
    for (const LoggedState& state : logged_states) out += log(state.match, state.prefix);
    out += "  }\n  chain own {\n    type filter hook output priority -401; policy accept;\n";
    out += "    icmpv6 type { 130, 131, 132, 133, 134, 135, 136, 137, 143 } accept\n";
    out += log("", own_mark);
    return out + "  }\n}\n";
}

void hear_log(NetlinkSocket& socket) {
    bind(socket, verdict_group);
    bind(socket, reason_group);
    for (const char* family : {"2", "10"})
        Stage::set_sysctl(fmt::format("net/netfilter/nf_log/{}", family), "nfnetlink_log");
}

bool read_log(const nlmsghdr& message, LoggedVerdict& out) {
    if (message.nlmsg_type >> 8 != NFNL_SUBSYS_ULOG) return false;
    const std::string_view prefix = prefix_of(message);
    if (group_of(message) == reason_group) {
        out.reasons.emplace_back(prefix);
    } else if (prefix == own_mark) {
        out.answered = true;
    } else if (prefix == seen_mark) {
        out.seen = true;
    } else {
        const auto* const state =
            std::ranges::find_if(logged_states, [&](const LoggedState& s) { return prefix == s.prefix; });
        if (state == logged_states.end()) return false;
        // An answer to an address of the router's own comes in again by `lo`: its state is not the packet's.
        if (out.answered) return true;
        out.ct = state->info;
        out.dir = state->dir;
    }
    return true;
}

}  // namespace conntrack::oracle::kernel

#include "oracle/adapters/kernel/verdict_log.hpp"

#include "oracle/adapters/kernel/stage.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <array>
#include <cstring>
#include <string_view>

namespace conntrack::oracle::kernel {

namespace {

constexpr std::uint16_t verdict_group = 1;
constexpr std::uint16_t reason_group = 0;  // where nf_log_packet() sends what has no group of its own

constexpr std::string_view seen_mark = "seen", own_mark = "own";

std::string prefix_of(const nlmsghdr& message) {
    std::string out;
    each_in(message, [&](std::uint16_t type, const nlattr* attribute) {
        if (type == NFULA_PREFIX) out = mnl_attr_get_str(attribute);
    });
    return out;
}

std::uint16_t group_of(const nlmsghdr& message) {
    const auto* header = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(&message));
    return ntohs(header->res_id);
}

}  // namespace

std::string VerdictLog::rules() {
    const auto log = [](std::string_view match, std::string_view prefix) {
        return fmt::format("    {} log prefix \"{}\" group {} queue-threshold 1 accept\n", match, prefix,
                           verdict_group);
    };
    std::string out =
        "table inet ctoracle {\n"
        "  chain seen {\n    type filter hook prerouting priority -201; policy accept;\n";
    out += log("", seen_mark);
    out += "  }\n  chain state {\n    type filter hook prerouting priority -199; policy accept;\n";
    for (const char* state : {"untracked", "invalid"}) out += log(fmt::format("ct state {}", state), state);
    for (const char* dir : {"original", "reply"})
        for (const char* state : {"new", "established", "related"})
            out += log(fmt::format("ct state {} ct direction {}", state, dir), fmt::format("{} {}", state, dir));
    out += "  }\n  chain own {\n    type filter hook output priority -401; policy accept;\n";
    out += "    icmpv6 type { 130, 131, 132, 133, 134, 135, 136, 137, 143 } accept\n";
    out += log("", own_mark);
    return out + "  }\n}\n";
}

VerdictLog::VerdictLog() {
    bind(verdict_group);
    bind(reason_group);
    for (const char* family : {"2", "10"})
        Stage::set_sysctl(fmt::format("net/netfilter/nf_log/{}", family), "nfnetlink_log");
}

void VerdictLog::bind(std::uint16_t group) {
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
        if (const int error = socket_.request(*message); error != 0)
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
    });
}

LoggedVerdict VerdictLog::take() {
    LoggedVerdict out;
    socket_.drain([&](const nlmsghdr& message) {
        const std::string prefix = prefix_of(message);
        if (group_of(message) == reason_group) {
            out.reasons.push_back(prefix);
        } else if (prefix == own_mark) {
            out.answered = true;
        } else if (prefix == seen_mark) {
            out.seen = true;
        } else {
            const auto space = prefix.find(' ');
            out.ct = prefix.substr(0, space);
            if (space != std::string::npos) out.dir = prefix.substr(space + 1);
        }
    });
    return out;
}

}  // namespace conntrack::oracle::kernel

// Which packets a user wants to see: by state (--only) and by flow (--flow).
#pragma once

#include "oracle/replay/sink.hpp"
#include "spec/tuple.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

/// Both ends of a flow as a user names them, in either direction.
struct Flow {
    Tuple tuple;
    bool any_id = false;  // ICMP without an id
};

/// "tcp,10.0.0.2:1000,192.0.2.2:80", "udp,[fd00::1]:53,[fd00::2]:53", "icmp,SRC,DST,id=N", "icmp,SRC,DST",
/// "99,SRC,DST". Nothing and a reason in `why` if it cannot be read.
std::optional<Flow> parse_flow(const std::string& text, std::string& why);

/// The words of --only.
inline constexpr const char* state_words[] = {"new",       "established", "related", "invalid",
                                              "untracked", "dropped",     "unseen"};

/// The word for a verdict: a state, "dropped" by tracking itself, or "unseen".
const char* state_word(const Verdict& verdict);

struct Filter {
    std::vector<std::string> only;  // empty: every state
    std::optional<Flow> flow;

    [[nodiscard]] bool everything() const { return only.empty() && !flow; }
    [[nodiscard]] bool wants(const PacketReport& report) const;
    [[nodiscard]] bool wants(const Entry& entry) const;
};

}  // namespace conntrack::oracle

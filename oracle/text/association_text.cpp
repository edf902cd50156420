#include "oracle/text/association_text.hpp"

#include "spec/verdict.hpp"

#include <fmt/format.h>

namespace conntrack::oracle {

std::string association_text(const sctp::Association<Concrete>& a, const Edition& edition) {
    std::string out = fmt::format("  tags of its packets: original {:#x}, reply {:#x}", a.vtag[0], a.vtag[1]);
    if (!edition.sctp.marks_inits) return out;
    if (a.init[0] || a.init[1])
        out += fmt::format("; INIT seen from {}", a.init[0] && a.init[1] ? "both sides"
                                                  : a.init[0]            ? "the original side"
                                                                         : "the reply side");
    if (a.heartbeat_failed)
        out += fmt::format("; a HEARTBEAT of the {} side with another tag waits for its answer",
                           name(a.failed_in_reply ? Direction::reply : Direction::original));
    return out;
}

std::string tag_text(const sctp::Association<Concrete>& a, const sctp::Header& header, Direction dir) {
    const auto mine = static_cast<std::size_t>(dir);
    return fmt::format(
        "verification tag\n  the packet bears {:#x}; known before it: {:#x} for the {} side, {:#x} for the other\n",
        header.tag, a.vtag[mine], name(dir), a.vtag[1 - mine]);
}

}  // namespace conntrack::oracle

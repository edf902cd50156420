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

std::string tag_text(const sctp::Association<Concrete>& a, const sctp::Header& header) {
    const auto known = [](std::uint32_t tag) { return tag == 0 ? std::string("none") : fmt::format("{:#x}", tag); };
    return fmt::format(
        "verification tag\n  the packet bears {:#x}; known before it: {} for packets of the original side, {} for "
        "those of the reply\n",
        header.tag, known(a.vtag[0]), known(a.vtag[1]));
}

}  // namespace conntrack::oracle

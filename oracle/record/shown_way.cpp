#include "oracle/record/shown_way.hpp"

#include <algorithm>

namespace conntrack::oracle {

std::optional<Direction> shown_direction(const Verdict& verdict) {
    const bool has_dir = verdict.info && *verdict.info != CtInfo::invalid && *verdict.info != CtInfo::untracked;
    return has_dir ? verdict.dir : std::nullopt;
}

ShownVerdict shown_verdict(const Passage& passage) {
    const Verdict& verdict = passage.flight.verdict();
    ShownVerdict out;
    out.seen = verdict.seen;
    out.ct = verdict.info;
    out.dir = shown_direction(verdict);
    out.emerged = passage.emerged();
    if (out.emerged) {
        const Sent& first = passage.out.front();
        out.is_same = std::ranges::equal(first.bytes, passage.came);
        out.sent.side = first.side;
        if (!out.is_same) out.sent.bytes = first.bytes;
        for (std::size_t i = 1; i < passage.out.size(); ++i)
            out.more.push_back({passage.out[i].side, passage.out[i].bytes});
    }
    for (const LocalAnswer& answer : passage.answers)
        if (answer.emerged) out.local.push_back({answer.sent.side, answer.sent.bytes});
    return out;
}

}  // namespace conntrack::oracle

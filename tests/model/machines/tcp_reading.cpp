#include "tests/model/machines/tcp_reading.hpp"

namespace conntrack::testing {

std::string describe(const TcpRow& row, const Edition& edition) {
    std::string out(tcp::name(row.from, edition));
    out += row.dir == Direction::original ? " original " : " reply ";
    out += tcp::name(row.cls);
    out += " -> ";
    out += row.to ? tcp::name(*row.to, edition) : "stays";
    return out + ", " + row.action + " if " + row.guard;
}

Expected by_the_rows(const TcpReading& machine, const tcp::Judged<Concrete>& judged) {
    const auto& step = judged.step;
    for (std::size_t i = 0; i < machine.rows.size(); ++i) {
        const TcpRow& row = machine.rows[i];
        if (row.from != step.old || row.dir != step.dir || row.cls != step.cls || !row.holds(judged)) continue;
        const tcp::State target = row.to.value_or(row.from);
        return {i, target, row.apply(judged, target)};
    }
    return {std::nullopt, step.old, tcp::reject<Concrete>(judged)};
}

}  // namespace conntrack::testing

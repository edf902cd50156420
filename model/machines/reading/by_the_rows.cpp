#include "model/machines/reading/running.hpp"

namespace conntrack::machines::reading {

RunningTcp read_tcp(EditionId id) {
    switch (id) {
        case EditionId::linux_2_6_9: return read_tcp_2_6_9();
        case EditionId::linux_2_6_32: return read_tcp_2_6_32();
        case EditionId::linux_6_18: break;
    }
    return read_tcp_6_18();
}

ByTheRows by_the_rows(const RunningTcp& machine, const conntrack::tcp::Judged<Concrete>& judged) {
    const auto& step = judged.step;
    for (std::size_t i = 0; i < machine.rows.size(); ++i) {
        const TcpRow<Concrete>& row = machine.rows[i];
        if (!row.concerns(step.old, step.dir, step.cls) || !row.holds(judged)) continue;
        return {i, row.target(), row.apply(judged, row.target())};
    }
    return {std::nullopt, step.old, conntrack::tcp::reject<Concrete>(judged)};
}

}  // namespace conntrack::machines::reading

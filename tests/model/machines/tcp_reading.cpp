#include "tests/model/machines/tcp_reading.hpp"

namespace conntrack::testing {

Expected by_the_rows(const TcpReading& machine, const tcp::Judged<Concrete>& judged) {
    const auto& step = judged.step;
    for (std::size_t i = 0; i < machine.rows.size(); ++i) {
        const TcpRow& row = machine.rows[i];
        if (!row.concerns(step.old, step.dir, step.cls) || !row.holds(judged)) continue;
        return {i, row.target(), row.apply(judged, row.target())};
    }
    return {std::nullopt, step.old, tcp::reject<Concrete>(judged)};
}

}  // namespace conntrack::testing

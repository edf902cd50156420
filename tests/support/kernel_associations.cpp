#include "tests/support/kernel_associations.hpp"

#include "tests/support/csv.hpp"

#include <stdexcept>

namespace conntrack::testing {

namespace {

template <class T>
T named(const std::string& word, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        if (sctp::name(static_cast<T>(i)) == word) return static_cast<T>(i);
    throw std::runtime_error("nothing is named " + word);
}

}  // namespace

std::string KernelSctpCell::text() const {
    return std::string(dir == Direction::original ? "original " : "reply ") + std::string(sctp::name(kind)) + " in " +
           std::string(sctp::name(old)) + " gives " + (to ? std::string(sctp::name(*to)) : "INVALID");
}

std::vector<KernelSctpCell> kernel_sctp_table(EditionId id) {
    std::vector<KernelSctpCell> out;
    for (CsvRow& row :
         read_csv(id == EditionId::linux_6_18 ? "sctp-transitions-linux-6.x.csv" : "sctp-transitions-linux-2.6.csv")) {
        const std::string to = row["new_state"];
        out.push_back({row["direction"] == "original" ? Direction::original : Direction::reply,
                       named<sctp::ChunkKind>(row["chunk"], sctp::chunk_kind_count),
                       named<sctp::State>(row["old_state"], sctp::state_count),
                       to == "INVALID" ? std::nullopt : std::optional(named<sctp::State>(to, sctp::state_count))});
    }
    return out;
}

}  // namespace conntrack::testing

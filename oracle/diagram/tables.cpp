#include "oracle/diagram/tables.hpp"

#include "model/machines/flow.hpp"
#include "model/machines/icmp_count.hpp"
#include "model/machines/life.hpp"
#include "oracle/diagram/read_rows.hpp"
#include "spec/editions.hpp"

#include <string>

namespace conntrack::oracle {

namespace {

template <class Machine>
StateTable read(const std::string& subject, EditionId id) {
    return read_rows<Machine, typename Machine::states>(subject + ", " + std::string(edition(id).name));
}

}  // namespace

StateTable generic_table(EditionId edition) { return read<machines::flow::Machine>("Generic tracking", edition); }
StateTable entry_table(EditionId edition) { return read<machines::life::Machine>("Life of an entry", edition); }
StateTable icmp_table(EditionId edition) { return read<machines::icmp_count::Machine>("ICMP requests", edition); }

}  // namespace conntrack::oracle

// What only few entries have: a helper that looks into their packets, a master, shifted sequence numbers.
// Sources: struct nf_conn_help, struct nf_conn_seqadj, nf_conn.master.
#pragma once

#include "spec/expect/expectation.hpp"
#include "spec/expect/sequence.hpp"
#include "spec/helper/helper.hpp"

#include <array>
#include <optional>

namespace conntrack::expect {

/// The connection that announced this one.
struct MasterOf {
    MasterKey key;
    Tuple original;
};

struct Extension {
    const helper::Helper* helper = nullptr;  // null: nobody
    helper::Memory memory;
    std::array<Shift<Concrete>, 2> shifts{};  // by Direction; shown with the status bit SEQ_ADJUST
    std::optional<MasterOf> master;
    bool is_master = false;  // something was registered for it
};

}  // namespace conntrack::expect

// A running SCTP machine, whichever edition's. The Boost.MSM back-ends stand behind this interface so that they are
// compiled once each.
#pragma once

#include "spec/edition.hpp"
#include "spec/sctp/association.hpp"

#include <memory>

namespace conntrack {

class SctpMachine {
  public:
    SctpMachine() = default;
    SctpMachine(const SctpMachine&) = delete;
    SctpMachine& operator=(const SctpMachine&) = delete;
    virtual ~SctpMachine() = default;

    /// Runs one chunk. `step.old` must be this machine's state.
    virtual sctp::ChunkOutcome<Concrete> receive(const sctp::ChunkStep<Concrete>& step) = 0;
    /// Looks up a chunk of an entry's first packet; the machine must be in NONE.
    virtual sctp::ChunkOutcome<Concrete> open(const sctp::ChunkStep<Concrete>& step) = 0;
    [[nodiscard]] virtual sctp::State state() const = 0;
    virtual void restore(sctp::State state) = 0;
};

std::unique_ptr<SctpMachine> make_sctp_machine_2_6();
std::unique_ptr<SctpMachine> make_sctp_machine_6_18();
std::unique_ptr<SctpMachine> make_sctp_machine(EditionId edition);

}  // namespace conntrack

#include "impl/sctp_run.hpp"

#include "impl/sctp_step.hpp"

namespace conntrack::fast {

namespace {

/// What sctp::judge() asks of a machine.
template <class FrontEnd>
class RowsOf {
  public:
    explicit RowsOf(sctp::State& state) : state_(state) {}

    [[nodiscard]] sctp::State state() const { return state_; }
    void restore(sctp::State state) { state_ = state; }
    sctp::ChunkOutcome<Concrete> receive(const sctp::ChunkStep<Concrete>& step) {
        return carry_out(decide_sctp<FrontEnd, Concrete>(step));
    }
    sctp::ChunkOutcome<Concrete> open(const sctp::ChunkStep<Concrete>& step) {
        return carry_out(decide_sctp_opener<FrontEnd, Concrete>(step));
    }

  private:
    sctp::State& state_;

    sctp::ChunkOutcome<Concrete> carry_out(const SctpDecision<Concrete>& decision) {
        state_ = static_cast<sctp::State>(decision.next);
        return decision.outcome;
    }
};

}  // namespace

sctp::PacketOutcome run_sctp(const sctp::PacketStep& packet, const sctp::Association<Concrete>& before,
                             sctp::State& state) {
    RowsOf<machines::sctp::Machine_2_6> historic(state);
    RowsOf<machines::sctp::Machine_6_18> present(state);
    return packet.edition->id == EditionId::linux_6_18 ? sctp::judge(packet, before, present)
                                                       : sctp::judge(packet, before, historic);
}

}  // namespace conntrack::fast

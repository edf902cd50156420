#include "model/flow_machines.hpp"

#include "model/machines/flow.hpp"
#include "model/machines/icmp_count.hpp"
#include "model/machines/life.hpp"

#include <array>
#include <boost/msm/back/state_machine.hpp>

#include "model/machines/restore.hpp"

namespace conntrack {

namespace {

/// The back-end's numbers of a front-end's states, in the order of its list `states`.
template <class Machine, class FrontEnd>
const auto& state_ids() {
    static const auto ids = [] {
        std::array<int, boost::mp11::mp_size<typename FrontEnd::states>::value> out{};
        std::size_t i = 0;
        boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, typename FrontEnd::states>>(
            [&](auto identity) { out[i++] = machines::state_id<Machine, typename decltype(identity)::type>(); });
        return out;
    }();
    return ids;
}

/// A back-end whose state is read and set by the place in its front-end's list `states`.
template <class FrontEnd>
struct Running : boost::msm::back::state_machine<FrontEnd> {
    using Machine = boost::msm::back::state_machine<FrontEnd>;
    Running() { this->start(); }

    template <class State>
    [[nodiscard]] State place() const {
        const auto& ids = state_ids<Machine, FrontEnd>();
        std::size_t at = 0;
        while (ids[at] != this->current_state()[0]) ++at;
        return static_cast<State>(at);
    }
    template <class State>
    void set_place(State state) {
        machines::restore(static_cast<Machine&>(*this),
                          (state_ids<Machine, FrontEnd>()[static_cast<std::size_t>(state)]));
    }
};

}  // namespace

struct FlowMachine::Impl : Running<machines::flow::Machine> {};
struct LifeMachine::Impl : Running<machines::life::Machine> {};

FlowMachine::FlowMachine() = default;
FlowMachine::~FlowMachine() = default;

flow::Outcome<Concrete> FlowMachine::receive(Direction dir, const flow::Step<Concrete>& step) {
    flow::Outcome<Concrete> outcome{};
    if (dir == Direction::original)
        impl_->process_event(machines::flow::OriginalPacket{{&step, &outcome}});
    else
        impl_->process_event(machines::flow::ReplyPacket{{&step, &outcome}});
    return outcome;
}
void FlowMachine::protocol_assures() { impl_->process_event(machines::flow::ProtocolAssures{}); }
FlowMachine::State FlowMachine::state() const { return impl_->place<State>(); }
void FlowMachine::restore(State state) { impl_->set_place(state); }

LifeMachine::LifeMachine() = default;
LifeMachine::~LifeMachine() = default;

void LifeMachine::hold() { impl_->process_event(machines::life::Hold{}); }
void LifeMachine::release() { impl_->process_event(machines::life::Release{}); }
void LifeMachine::confirm() { impl_->process_event(machines::life::Confirm{}); }
void LifeMachine::condemn() { impl_->process_event(machines::life::Condemn{}); }
void LifeMachine::remove() { impl_->process_event(machines::life::Delete{}); }
LifeMachine::State LifeMachine::state() const { return impl_->place<State>(); }
std::uint32_t LifeMachine::references() const { return impl_->references; }
void LifeMachine::restore(State state, std::uint32_t references) {
    impl_->set_place(state);
    impl_->references = references;
}

namespace {

class RunningIcmpCount final : public IcmpCountMachine {
  public:
    icmp::CountOutcome<Concrete> receive(Direction dir, const icmp::CountStep<Concrete>& step) override {
        icmp::CountOutcome<Concrete> outcome{};
        if (dir == Direction::original)
            machine_.process_event(machines::icmp_count::Request{{&step, &outcome}});
        else
            machine_.process_event(machines::icmp_count::Reply{{&step, &outcome}});
        return outcome;
    }
    [[nodiscard]] State state() const override { return machine_.place<State>(); }
    void restore(State state) override { machine_.set_place(state); }

  private:
    Running<machines::icmp_count::Machine> machine_;
};

}  // namespace

std::unique_ptr<IcmpCountMachine> make_icmp_count_machine() { return std::make_unique<RunningIcmpCount>(); }

}  // namespace conntrack

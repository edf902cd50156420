// Boost.MSM's back-end for an SCTP machine, behind SctpMachine. Heavy: include it in one file a machine.
#pragma once

#include "model/machines/sctp_rows.hpp"
#include "model/sctp_machine.hpp"

#include <array>
#include <boost/msm/back/state_machine.hpp>
#include <cassert>
#include <utility>

#include "model/machines/restore.hpp"

namespace conntrack {

template <class FrontEnd>
class SctpBackEnd final : public SctpMachine {
  public:
    SctpBackEnd() { machine_.start(); }

    sctp::ChunkOutcome<Concrete> receive(const sctp::ChunkStep<Concrete>& step) override {
        assert(step.old == state());
        auto outcome = sctp::misfit<Concrete>(step);
        if (step.dir == Direction::original)
            send<machines::sctp::Original>(step, outcome, kinds);
        else
            send<machines::sctp::Reply>(step, outcome, kinds);
        return outcome;
    }

    sctp::ChunkOutcome<Concrete> open(const sctp::ChunkStep<Concrete>& step) override {
        assert(state() == sctp::State::none);
        auto outcome = sctp::misfit_opener<Concrete>(step);
        send<machines::sctp::Opener>(step, outcome, kinds);
        return outcome;
    }

    [[nodiscard]] sctp::State state() const override {
        return by_id()[static_cast<std::size_t>(machine_.current_state()[0])];
    }

    void restore(sctp::State state) override {
        for (std::size_t id = 0; id < state_count; ++id)
            if (by_id()[id] == state) machines::restore(machine_, static_cast<int>(id));
    }

  private:
    using Machine = boost::msm::back::state_machine<FrontEnd>;
    static constexpr std::size_t state_count = boost::mp11::mp_size<typename FrontEnd::states>::value;
    static constexpr auto kinds = std::make_index_sequence<sctp::chunk_kind_count>{};

    /// States in the order of the back-end's own numbers.
    static const std::array<sctp::State, state_count>& by_id() {
        static const auto table = [] {
            std::array<sctp::State, state_count> out{};
            boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, typename FrontEnd::states>>(
                [&](auto identity) {
                    using S = typename decltype(identity)::type;
                    out[static_cast<std::size_t>(machines::state_id<Machine, S>())] = S::value;
                });
            return out;
        }();
        return table;
    }

    /// The event of a kind, found by the number of that.
    template <template <sctp::ChunkKind> class Event, std::size_t... Kinds>
    void send(const sctp::ChunkStep<Concrete>& step, sctp::ChunkOutcome<Concrete>& outcome,
              std::index_sequence<Kinds...>) {
        const auto number = static_cast<std::size_t>(step.kind);
        ((number == Kinds
              ? static_cast<void>(machine_.process_event(Event<static_cast<sctp::ChunkKind>(Kinds)>{{&step, &outcome}}))
              : static_cast<void>(0)),
         ...);
    }

    Machine machine_;
};

}  // namespace conntrack

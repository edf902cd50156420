// Boost.MSM's back-end for a TCP machine of the grid kind, behind TcpMachine. Heavy: include it in one file a machine.
#pragma once

#include "model/machines/tcp_rows.hpp"
#include "model/tcp_machine.hpp"

#include <array>
#include <boost/msm/back/state_machine.hpp>
#include <cassert>

#include "model/machines/restore.hpp"

namespace conntrack {

template <class FrontEnd>
class TcpBackEnd final : public TcpMachine {
  public:
    TcpBackEnd() { machine_.start(); }

    tcp::Outcome<Concrete> receive(const tcp::Judged<Concrete>& judged) override {
        assert(judged.step.old == state());
        tcp::Outcome<Concrete> outcome = tcp::reject<Concrete>(judged);
        using tcp::PacketClass;
        const bool original = judged.step.dir == Direction::original;
        switch (judged.step.cls) {
            case PacketClass::syn: send<PacketClass::syn>(original, judged, outcome); break;
            case PacketClass::synack: send<PacketClass::synack>(original, judged, outcome); break;
            case PacketClass::fin: send<PacketClass::fin>(original, judged, outcome); break;
            case PacketClass::ack: send<PacketClass::ack>(original, judged, outcome); break;
            case PacketClass::rst: send<PacketClass::rst>(original, judged, outcome); break;
            case PacketClass::none: send<PacketClass::none>(original, judged, outcome); break;
        }
        return outcome;
    }

    [[nodiscard]] tcp::State state() const override {
        return by_id()[static_cast<std::size_t>(machine_.current_state()[0])];
    }

    void restore(tcp::State state) override {
        for (std::size_t id = 0; id < tcp::state_count; ++id)
            if (by_id()[id] == state) machines::restore(machine_, static_cast<int>(id));
    }

  private:
    using Machine = boost::msm::back::state_machine<FrontEnd>;

    /// Substates in the order of the back-end's own numbers.
    static const std::array<tcp::State, tcp::state_count>& by_id() {
        static const auto table = [] {
            std::array<tcp::State, tcp::state_count> out{};
            boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, machines::tcp::States>>(
                [&](auto identity) {
                    using S = typename decltype(identity)::type;
                    out[static_cast<std::size_t>(machines::state_id<Machine, S>())] = S::value;
                });
            return out;
        }();
        return table;
    }

    template <tcp::PacketClass Class>
    void send(bool original, const tcp::Judged<Concrete>& judged, tcp::Outcome<Concrete>& outcome) {
        if (original)
            machine_.process_event(machines::tcp::Original<Class>{&judged, &outcome});
        else
            machine_.process_event(machines::tcp::Reply<Class>{&judged, &outcome});
    }

    Machine machine_;
};

}  // namespace conntrack

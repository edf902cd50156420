// Puts a Boost.MSM machine into a given state. Boost.MSM offers its state only to serialization, so this is the
// smallest archive that can write it.
#pragma once

namespace conntrack::machines {

struct StateArchive {
    int state;
    template <int Regions>
    StateArchive& operator&(int (&states)[Regions]) {
        static_assert(Regions == 1, "a machine with one region");
        states[0] = state;
        return *this;
    }
    template <class Other>
    StateArchive& operator&(Other&) {
        return *this;
    }
};

/// The number that the back-end gives to a state.
template <class Machine, class State>
constexpr int state_id() {
    return boost::msm::back::get_state_id<typename Machine::stt, State>::value;
}

template <class Machine>
void restore(Machine& machine, int state) {
    StateArchive archive{state};
    machine.serialize(archive, 0);
}

}  // namespace conntrack::machines

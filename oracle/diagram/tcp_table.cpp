#include "model/machines/tcp_2_6_32.hpp"
#include "model/machines/tcp_2_6_9.hpp"
#include "model/machines/tcp_6_18.hpp"
#include "oracle/diagram/read_rows.hpp"
#include "oracle/diagram/tables.hpp"
#include "spec/editions.hpp"
#include "spec/verdict.hpp"

#include <string>

namespace conntrack::oracle {

namespace {

namespace tcp = machines::tcp;
namespace mp = boost::mp11;

// Every action of an internal row stands in one of these lists, or this file does not compile.
using Ignoring = mp::mp_list<tcp::RecordIgnored, tcp::RecordSynNotReopening>;
using Passing = mp::mp_list<tcp::PassReset, tcp::PassChallengeAck>;
using Refusing = mp::mp_list<tcp::Refuse, tcp::RefusePickup, tcp::RefuseOldReset, tcp::RefuseTrimmed>;
using Rejecting = mp::mp_list<tcp::RejectCrossing, tcp::RejectResynchronised>;
using Deleting = mp::mp_list<tcp::DeleteAndRepeat, tcp::DeleteAndDrop>;

/// States as the kernel of the edition names them, packets by direction and class.
template <EditionId Id>
struct KernelNames {
    template <class State>
    static std::string state() {
        return std::string(conntrack::tcp::name(State::value, edition(Id)));
    }
    template <class Packet>
    static std::string event() {
        return std::string(name(Packet::dir)) + ' ' + std::string(conntrack::tcp::name(Packet::cls));
    }
    template <class Action>
    static constexpr Effect effect() {
        if constexpr (mp::mp_contains<Ignoring, Action>::value)
            return Effect::ignores;
        else if constexpr (mp::mp_contains<Passing, Action>::value)
            return Effect::passes;
        else if constexpr (mp::mp_contains<Refusing, Action>::value)
            return Effect::refuses;
        else if constexpr (mp::mp_contains<Rejecting, Action>::value)
            return Effect::rejects;
        else {
            static_assert(mp::mp_contains<Deleting, Action>::value, "an action without an effect");
            return Effect::deletes;
        }
    }
};

template <class Machine>
StateTable read() {
    constexpr EditionId id = Machine::edition;
    StateTable out = read_rows<Machine, tcp::States, KernelNames<id>>("TCP, " + std::string(edition(id).name));
    out.usual_guard = type_words<tcp::WindowAccepts>();
    out.otherwise = edition(id).tcp.harmless_is_ignored
                        ? "A packet that no row takes is out of window: INVALID, or ignored if it is harmless."
                        : "A packet that no row takes is out of window: INVALID.";
    return out;
}

}  // namespace

StateTable tcp_table(EditionId edition) {
    switch (edition) {
        case EditionId::linux_2_6_9: return read<tcp::Machine_2_6_9>();
        case EditionId::linux_2_6_32: return read<tcp::Machine_2_6_32>();
        case EditionId::linux_6_18: break;
    }
    return read<tcp::Machine_6_18>();
}

}  // namespace conntrack::oracle

#include "model/machines/sctp_2_6.hpp"
#include "model/machines/sctp_6_18.hpp"
#include "oracle/diagram/read_rows.hpp"
#include "oracle/diagram/tables.hpp"
#include "spec/editions.hpp"
#include "spec/verdict.hpp"

#include <string>

namespace conntrack::oracle {

namespace {

namespace sctp = machines::sctp;
namespace mp = boost::mp11;

/// A chunk of a first packet, which has no direction yet: it is always the original one.
template <class Event>
constexpr bool opens = false;
template <sctp::ChunkKind Kind>
constexpr bool opens<sctp::Opener<Kind>> = true;

/// States as the kernels name them, chunks by direction and kind.
struct KernelNames {
    template <class State>
    static std::string state() {
        return std::string(conntrack::sctp::name(State::value));
    }
    template <class Event>
    static std::string event() {
        const std::string kind(conntrack::sctp::name(Event::kind));
        if constexpr (opens<Event>)
            return "opening " + kind;
        else
            return std::string(name(Event::dir)) + ' ' + kind;
    }
    template <class Action>
    static constexpr Effect effect() {
        if constexpr (std::is_same_v<Action, sctp::Open>)
            return Effect::passes;
        else {
            static_assert(mp::mp_contains<mp::mp_list<sctp::Refuse, sctp::RefuseOpener>, Action>::value,
                          "an action without an effect");
            return Effect::refuses;
        }
    }
};

template <class Machine>
StateTable read(EditionId id) {
    StateTable out =
        read_rows<Machine, typename Machine::states, KernelNames>("SCTP, " + std::string(edition(id).name));
    out.usual_guard = type_words<sctp::Fits>();
    out.otherwise = edition(id).sctp.heartbeats
                        ? "A chunk that no row takes bears a wrong tag: its packet is INVALID, but for a heartbeat "
                          "that may test another path."
                        : "A chunk that no row takes bears a wrong tag: its packet is INVALID.";
    return out;
}

}  // namespace

StateTable sctp_table(EditionId edition) {
    return edition == EditionId::linux_6_18 ? read<sctp::Machine_6_18>(edition) : read<sctp::Machine_2_6>(edition);
}

}  // namespace conntrack::oracle

// Reads the transition table of a Boost.MSM front-end into text, at compile time as far as types go. Nothing of the
// Boost.MSM back-end is needed for it.
#pragma once

#include "model/machines/reading/row_parts.hpp"
#include "oracle/diagram/state_table.hpp"

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <cctype>
#include <string>
#include <type_traits>

namespace conntrack::oracle {

using machines::reading::RowParts;
using machines::reading::type_name;

/// "window accepts" for a type named WindowAccepts; empty for Boost.MSM's none.
template <class T>
std::string type_words() {
    if constexpr (std::is_same_v<T, boost::msm::front::none>) return {};
    std::string out;
    for (const char c : type_name<T>()) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isupper(letter) && !out.empty()) out += ' ';
        out += static_cast<char>(std::tolower(letter));
    }
    return out;
}

/// The names of a machine whose types are named for what they are. Other machines give their own.
struct TypeNames {
    template <class State>
    static std::string state() {
        return type_name<State>();
    }
    template <class Event>
    static std::string event() {
        return type_words<Event>();
    }
    template <class Action>
    static constexpr Effect effect() {
        static_assert(std::is_same_v<Action, boost::msm::front::none>, "an internal row that does something");
        return Effect::nothing;
    }
};

namespace detail {

template <class States, class Names, class Parts>
TableRow read_row() {
    namespace mp = boost::mp11;
    TableRow out{.from = mp::mp_find<States, typename Parts::Source>::value,
                 .to = std::nullopt,
                 .event = Names::template event<typename Parts::Event>(),
                 .guard = type_words<typename Parts::Guard>(),
                 .action = type_words<typename Parts::Action>(),
                 .effect = Effect::moves};
    if constexpr (std::is_same_v<typename Parts::Target, boost::msm::front::none>)
        out.effect = Names::template effect<typename Parts::Action>();
    else
        out.to = mp::mp_find<States, typename Parts::Target>::value;
    return out;
}

}  // namespace detail

template <class Machine, class States, class Names = TypeNames>
StateTable read_rows(const std::string& title) {
    namespace mp = boost::mp11;
    StateTable out{.title = title,
                   .states = {},
                   .initial = mp::mp_find<States, typename Machine::initial_state>::value,
                   .rows = {},
                   .usual_guard = {},
                   .otherwise = {}};
    mp::mp_for_each<mp::mp_transform<mp::mp_identity, States>>(
        [&](auto identity) { out.states.push_back(Names::template state<typename decltype(identity)::type>()); });
    mp::mp_for_each<mp::mp_transform<mp::mp_identity, typename Machine::rows>>([&](auto identity) {
        out.rows.push_back(detail::read_row<States, Names, RowParts<typename decltype(identity)::type>>());
    });
    return out;
}

}  // namespace conntrack::oracle

// Random scenarios: one number makes one scenario, whole and always the same. Packets are made while the scenario is
// played on the model, so that they meet what is there; the result is plain steps that stand for themselves.
#pragma once

#include "oracle/play/scenario.hpp"
#include "oracle/traffic/profile.hpp"
#include "spec/clause_info.hpp"

#include <bitset>
#include <cstdint>
#include <functional>

namespace conntrack::oracle::traffic {

/// How the steps of a scenario lie in time. `none`: everything happens at once. `any`: hours may pass. `seconds`: all
/// timeouts are 1 to 3 s, and are waited for, by those whose clock is real as well.
enum class Waits : std::uint8_t { none, any, seconds };

struct TrafficOptions {
    Profile profile = Profile::mixed;
    EditionId edition = EditionId::linux_6_18;
    Waits waits = Waits::any;
    std::function<void(const tcp::Judged<Concrete>&)> on_tcp = {};  // is called for each segment that the model judges
};

struct Traffic {
    Scenario scenario;
    std::size_t packets = 0;
    std::bitset<clause_count> clauses;  // that decided a packet on the model
};

Traffic make_traffic(std::uint64_t seed, const TrafficOptions& options);

}  // namespace conntrack::oracle::traffic

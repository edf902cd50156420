// Scenarios: packets and changes over time, as the file format has them.
#pragma once

#include "model/path/packet_path.hpp"
#include "oracle/record/shown.hpp"
#include "spec/editions.hpp"
#include "spec/time.hpp"
#include "spec/trackers.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace conntrack::oracle {

using Json = nlohmann::ordered_json;

/// One field of a packet that is taken from the packet that came out in another step.
struct Substitution {
    std::size_t from_step = 0;
    std::string from, field;
};

struct PacketStep {
    std::string interface;
    std::vector<std::uint8_t> bytes;
    std::vector<Substitution> substitutions = {};
    std::optional<std::string> hold = {};
    bool hold_before_forward = false;
};
struct ReleaseStep {
    std::string name;
};
using RulesStep = PacketPath::RuleChange;
/// The router's interfaces are replaced: addresses come and go.
struct InterfacesStep {
    std::vector<Interface> interfaces;
};
struct SysctlStep {
    std::vector<std::pair<std::string, std::int64_t>> values;
};
struct FlushStep {};
struct DeleteStep {
    Tuple tuple;
};
struct FlushExpectationsStep {};
struct FillStep {
    std::uint32_t count = 0;
    bool assured = false;
    std::uint16_t zone = 9;
};
struct ObserveStep {};

using Action = std::variant<PacketStep, ReleaseStep, RulesStep, InterfacesStep, SysctlStep, FlushStep, DeleteStep,
                            FlushExpectationsStep, FillStep, ObserveStep>;

struct Step {
    Time at = 0;
    Action action;
    Json json;  // as it was read; null: it was made otherwise (record/step_json.hpp)
};

/// What the model did with a scenario while that was made, each step at the time that it says.
struct Foreseen {
    EditionId edition = EditionId::linux_6_18;
    std::vector<ShownStep> steps;
};

struct Scenario {
    std::string name;
    std::string description, group;
    EditionId edition = EditionId::linux_6_18;
    std::vector<Interface> interfaces = default_interfaces();
    SysctlStep sysctl;
    RulesStep rules;  // in force from the start
    Modules modules;
    bool proc = false, window = false;
    std::optional<std::uint32_t> buckets;
    std::vector<Step> steps;
    Json json;                                 // the header as it was read, without its steps
    std::shared_ptr<const Foreseen> foreseen;  // null: not known, or something was changed since then
};

}  // namespace conntrack::oracle

// Replays a capture or a scenario through the model and tells a sink about it.
#pragma once

#include "oracle/input/capture.hpp"
#include "oracle/replay/router_setup.hpp"
#include "oracle/replay/sink.hpp"
#include "oracle/trackers/make_tracking.hpp"
#include "spec/editions.hpp"
#include "spec/wire/decode.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct ReplayOptions {
    std::optional<EditionId> edition;              // none: the scenario's own; linux-6.18 for captures
    std::optional<wire::ChecksumPolicy> checksum;  // none: automatic for captures, verify for scenarios
    bool later_notifier = false;
    TrackerKind tracker = TrackerKind::model;
    using Warn = std::function<void(const std::string&)>;
    /// Is called once before the first packet, with the time it starts at: settings, a table to begin with.
    std::function<void(Tracking&, Time, const Warn&)> prepare;
    /// Is called now and then with the part that is done, and with 1 before the sink's end.
    std::function<void(double)> progress;
    /// Something a user should know and that does not end the replay.
    Warn warn = [](const std::string&) {};
    /// Is called before and after every packet; explains use it.
    std::function<void(Tracking&, const PacketReport&)> before_packet;
    Modules modules;     // loaded besides those of a scenario
    RouterSetup router;  // if it says nothing, every packet of a capture is accepted, and a scenario has its own
    Trace* trace = nullptr;
    bool keeps_chains = false;
    std::uint64_t last_item = ~std::uint64_t{0};  // stop after this one
};

/// True if `path` holds a capture; false: text, so a scenario. Throws InputError for a file that holds nothing.
bool is_capture(const std::string& path);

/// Every packet of the capture enters once and is accepted, or passes the router that the options name. Throws
/// InputError where the file ends badly; the sink's end() has been called then.
void replay_capture(const std::string& path, const ReplayOptions& options, Sink& sink);

/// Plays the scenario on its stage.
void replay_scenario(const Scenario& scenario, const ReplayOptions& options, Sink& sink);

}  // namespace conntrack::oracle

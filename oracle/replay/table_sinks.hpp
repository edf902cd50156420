// Replay in the words of others: a recording (JSON Lines), the event lines of `conntrack -E`, the table as /proc shows
// it.
#pragma once

#include "oracle/replay/flow_filter.hpp"
#include "oracle/replay/sink.hpp"

#include <cstdint>
#include <memory>

namespace conntrack::oracle {

/// `header` is the scenario's header; captures are written as scenarios of their packets, without the table.
std::unique_ptr<Sink> make_recording_sink(const Filter& filter, const Json& header, bool of_scenario);
std::unique_ptr<Sink> make_conntrack_sink(const Filter& filter);
std::unique_ptr<Sink> make_proc_sink(const Filter& filter);

/// The lines of `conntrack -E expect`.
std::unique_ptr<Sink> make_expectation_sink();
/// What is expected at the end, as /proc or `conntrack -L expect` show it.
enum class ExpectedForm : std::uint8_t { proc, list };
std::unique_ptr<Sink> make_expected_sink(ExpectedForm form);

}  // namespace conntrack::oracle

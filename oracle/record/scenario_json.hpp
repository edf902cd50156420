// Reads scenarios (a JSON object with its steps) and recordings (JSON Lines: a header, then an object a step).
#pragma once

#include "oracle/input/lines.hpp"
#include "oracle/play/scenario.hpp"
#include "oracle/record/fields.hpp"
#include "spec/rules/parse.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack::oracle {

/// The format's pattern: [A-Za-z0-9_.-]+
bool is_scenario_name(std::string_view name);

/// Reads the header of a scenario. `steps` are not read.
Scenario read_header(const Fields& fields, const rules::ParseOptions& rules = {});
/// Reads one step. `last` is the time of the step before it.
Step read_step(const Fields& fields, Time last, const rules::ParseOptions& rules = {});

/// Reads a file that holds one scenario as one JSON object.
Scenario read_scenario(const std::string& path, const rules::ParseOptions& rules = {});

/// One recorded step: the step, and the whole line.
struct RecordedStep {
    Step step;
    Json line;
    std::uint64_t line_number = 0;
};
struct Recording {
    Scenario scenario;  // its steps are those of `steps`
    std::vector<RecordedStep> steps;
    std::string path;  // the file, for messages
};

/// Calls `each` for every recording of a file, in order. Throws InputError at the first thing that is wrong; what came
/// before it has been delivered. `edition` stands in where a header names none.
void read_recordings(const std::string& path, const std::function<void(Recording&&)>& each);

}  // namespace conntrack::oracle

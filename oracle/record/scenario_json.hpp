// Reads scenarios (a JSON object with its steps) and recordings (JSON Lines: a header, then an object a step).
#pragma once

#include "oracle/input/lines.hpp"
#include "oracle/play/scenario.hpp"
#include "oracle/record/fields.hpp"
#include "oracle/record/known_keys.hpp"
#include "oracle/record/shown.hpp"
#include "spec/rules/parse.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack::oracle {

/// The format's pattern: [A-Za-z0-9_.-]+
bool is_scenario_name(std::string_view name);

/// Reads the header of a scenario. `steps` are not read.
Scenario read_header(const Fields& fields, const rules::ParseOptions& rules = {}, KeysOf whose = KeysOf::scenario);
/// Reads one step. `last` is the time of the step before it.
Step read_step(const Fields& fields, Time last, const rules::ParseOptions& rules = {}, KeysOf whose = KeysOf::scenario);

/// Reads the steps of a scenario one by one, and sees that each has what it needs: its interface, its time not before
/// the last one's, the name of a packet that is held.
class StepReader {
  public:
    explicit StepReader(const Scenario& scenario, const rules::ParseOptions& rules = {},
                        KeysOf whose = KeysOf::scenario)
        : rules_(rules), whose_(whose), interfaces_(scenario.interfaces) {}
    Step next(const Fields& fields);

  private:
    rules::ParseOptions rules_;
    KeysOf whose_;
    std::vector<Interface> interfaces_;  // as the last step that changed them left them
    std::set<std::string> held_;
    Time last_ = 0;
};

/// The form of what a recorded line says, as far as the comparison relies on it. Throws InputError.
void require_recorded_form(const Fields& line);

/// A JSON text of somebody else. Throws InputError if it is none, or nested too deeply.
Json parse_json(const std::string& text, const std::string& path, std::uint64_t line);

/// Reads a file that holds one scenario as one JSON object.
Scenario read_scenario(const std::string& path, const rules::ParseOptions& rules = {});

/// What an implementation of an edition was seen to do, by step.
struct Recording;
struct Shown {
    EditionId edition = EditionId::linux_6_18;
    std::vector<ShownStep> steps;
    std::function<void(Recording&)> write = {};  // writes the lines, for who shows more in them than values hold
};

/// One recorded step: the step, and the whole line.
struct RecordedStep {
    Step step;
    Json line;
    std::uint64_t line_number = 0;
};
struct Recording {
    Scenario scenario;  // its steps are those of `steps`
    std::vector<RecordedStep> steps;
    std::string path;            // the file, for messages
    Time clock_width = 0;        // steps may have been so much later than they say, by a clock that is real
    bool partial = false;        // a program shows what it can: what a line lacks is not known, rather than not so
    std::optional<Shown> shown;  // instead of lines, which are not written yet
};

/// Writes the lines of what is shown, if they are not written yet.
void write_lines(Recording& recording);

/// Calls `each` for every recording of a file, in order. Throws InputError at the first thing that is wrong; what came
/// before it has been delivered. `edition` stands in where a header names none.
void read_recordings(const std::string& path, const std::function<void(Recording&&)>& each);

}  // namespace conntrack::oracle

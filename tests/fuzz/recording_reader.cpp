// Recordings: they are read or refused with the file and the line; what is read is checked, and agrees or does not.
#include "oracle/check/check.hpp"
#include "tests/fuzz/bounded_play.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

using namespace conntrack::oracle;
using namespace conntrack::testing;

namespace {

void check_if_short(const Recording& recording) {
    Scenario steps = recording.scenario;
    for (const RecordedStep& s : recording.steps) steps.steps.push_back(s.step);
    if (!is_short(steps)) return;
    try {
        const CheckResult result = check(recording);
        if (!result.disagreement) return;
        require(result.disagreement->step < recording.steps.size(), "a disagreement is about a step");
        require(!result.disagreement->difference.field.empty(), "a disagreement is about a field");
    } catch (const Json::exception&) {
        // What is compared may be of any form: the program says so, with the recording's name.
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const MemoryFile file(std::span(data, size));
    try {
        read_recordings(file.path(), [](Recording&& recording) { check_if_short(recording); });
    } catch (const InputError& error) {
        require(std::string_view(error.what()).starts_with(file.path() + ":"), "an error names file and line");
    }
    return 0;
}

// A scenario: it is read or refused with the file and its line. What is read, written anew is read as the same; played,
// it makes a recording that is read and that agrees with the model that made it.
#include "oracle/check/check.hpp"
#include "oracle/record/step_json.hpp"
#include "oracle/replay/replay.hpp"
#include "tests/fuzz/bounded_play.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

using namespace conntrack;
using namespace conntrack::oracle;
using namespace conntrack::testing;

namespace {

std::string written(const Scenario& scenario) {
    Json json = scenario.json;
    json["steps"] = Json::array();
    for (const Step& step : scenario.steps) json["steps"].push_back(step_json(step));
    return json.dump();
}

void check_rewritten(const Scenario& scenario) {
    const std::string text = written(scenario);
    const MemoryFile file(text);
    try {
        require(written(read_scenario(file.path())) == text, "what is written is read as the same scenario");
    } catch (const InputError& error) {
        require(false, std::string("a scenario that was read is read again: ") + error.what());
    }
}

/// The lines of the recording that `replay --format jsonl` writes.
class Lines final : public Sink {
  public:
    explicit Lines(const Scenario& scenario) {
        Json header = scenario.json;
        header["edition"] = edition(scenario.edition).name;
        text_ = Json{{"scenario", header}}.dump() + "\n";
    }
    [[nodiscard]] std::string recording() const { return text_ + "{\"end\": true}\n"; }

  private:
    void recorded(const Json& line) override { text_ += line.dump() + "\n"; }
    std::string text_;
};

void check_played(const Scenario& scenario) {
    Lines lines(scenario);
    replay_scenario(scenario, {}, lines);
    const MemoryFile file(lines.recording());
    try {
        read_recordings(file.path(), [&](Recording&& recording) {
            const CheckResult result = check(recording);
            if (!result.disagreement) return;
            const Difference& d = result.disagreement->difference;
            require(false, "the model agrees with itself: step " + std::to_string(result.disagreement->step) + ", " +
                               d.field + " was " + d.recorded + ", is " + d.model);
        });
    } catch (const InputError& error) {
        require(false, std::string("a recording that was written is read: ") + error.what());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const MemoryFile file(std::span(data, size));
    try {
        const Scenario scenario = read_scenario(file.path());
        check_rewritten(scenario);
        if (is_short(scenario)) check_played(scenario);
    } catch (const InputError& error) {
        require(std::string_view(error.what()).starts_with(file.path() + ":"), "an error names the file");
    }
    return 0;
}

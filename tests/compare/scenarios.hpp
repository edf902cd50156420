// Scenarios and recordings of these tests, out of texts.
#pragma once

#include "oracle/adapters/adapter.hpp"
#include "oracle/adapters/own_adapter.hpp"

#include <functional>
#include <string>
#include <utility>

namespace conntrack::oracle {

inline Scenario scenario_of(const std::string& text) {
    const Json json = Json::parse(text);
    const Fields fields(json, {.file = "a test"}, "");
    Scenario out = read_header(fields);
    StepReader reader(out);
    for (std::size_t i = 0; i < fields.array_size("steps"); ++i)
        out.steps.push_back(reader.next(fields.element("steps", i)));
    return out;
}

/// The model, but for what `change` does to the lines that it shows.
class LyingAdapter final : public Adapter {
  public:
    using Change = std::function<void(Json& line)>;
    explicit LyingAdapter(Change change) : change_(std::move(change)) {}

    [[nodiscard]] std::string name() const override { return "a liar"; }
    Played play(const Scenario& scenario) override {
        Played out = OwnAdapter(EditionId::linux_6_18, TrackerKind::model).play(scenario);
        write_lines(out.recording);
        for (RecordedStep& s : out.recording.steps) change_(s.line);
        return out;
    }

  private:
    Change change_;
};

}  // namespace conntrack::oracle

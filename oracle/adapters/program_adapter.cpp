#include "oracle/adapters/program_adapter.hpp"

#include "oracle/adapters/resolve.hpp"
#include "oracle/record/step_json.hpp"
#include "oracle/text/addresses.hpp"

#include <fmt/format.h>

namespace conntrack::oracle {

namespace {

constexpr std::size_t shown_max = 200;

std::string excerpt(const std::string& line) {
    return line.size() <= shown_max ? line : line.substr(0, shown_max) + "...";
}

/// The step that a program is told of. It need not know of `subst`: the packet stands there as it is to enter.
Json told(const Step& step, const Recording& so_far) {
    Json json = step_json(step);
    if (const auto* packet = std::get_if<PacketStep>(&step.action); packet != nullptr && json.contains("subst")) {
        json["packet"] = to_hex(resolved(*packet, so_far));
        json.erase("subst");
    }
    return json;
}

/// How many steps must be answered before this one can be told.
std::size_t waits_for(const Step& step) {
    std::size_t out = 0;
    if (const auto* packet = std::get_if<PacketStep>(&step.action))
        for (const Substitution& s : packet->substitutions) out = std::max(out, s.from_step + 1);
    return out;
}

}  // namespace

Failure ProgramAdapter::left(std::size_t step) {
    using namespace std::chrono_literals;
    const auto how = process_->how_it_ended(200ms);
    if (process_->was_not_found() && !has_answered_)
        throw InputError(command_, "cannot be run: the shell finds no such program");
    if (!how) return {Failure::Kind::closed, step, "it closed its standard output and lives on"};
    return {Failure::Kind::crashed, step, *how};
}

std::optional<Failure> ProgramAdapter::read_object(std::size_t step, Json& json) {
    std::string line;
    switch (process_->read_line(line, patience_)) {
        case PipeProcess::Result::ended: return left(step);
        case PipeProcess::Result::timed_out:
            return Failure{Failure::Kind::hung, step, fmt::format("nothing for {} ms", patience_.count())};
        case PipeProcess::Result::line: break;
    }
    try {
        json = parse_json(line, "its output", 1);
    } catch (const InputError& e) {
        return Failure{Failure::Kind::nonsense, step, fmt::format("{}: {}", e.what(), excerpt(line))};
    }
    if (!json.is_object())
        return Failure{Failure::Kind::nonsense, step, "a line that is no JSON object: " + excerpt(line)};
    return std::nullopt;
}

std::optional<Failure> ProgramAdapter::read_answer(const Step& step, Recording& recording) {
    const std::size_t i = recording.steps.size();
    Json answer;
    if (auto failure = read_object(i, answer)) return failure;
    const auto nonsense = [&](const std::string& what) {
        return Failure{Failure::Kind::nonsense, i, fmt::format("{}: {}", what, excerpt(answer.dump()))};
    };
    if (!answer.contains("i") || answer.at("i") != i) return nonsense(fmt::format("\"i\" must be {}", i));
    Json line = {{"i", i}, {"step", step_json(step)}};
    if (const auto* packet = std::get_if<PacketStep>(&step.action); packet && !packet->substitutions.empty())
        line["sent"] = to_hex(resolved(*packet, recording));
    for (auto& [key, value] : answer.items())
        if (key != "i" && key != "step" && key != "sent") line[key] = std::move(value);
    RecordedStep recorded{step, std::move(line), i + 1};
    try {
        const Fields fields(recorded.line, {.file = "its output", .line = i + 1, .text = nullptr}, "");
        require_recorded_form(fields);
        if (fields.has("t")) recorded.step.at = fields.time("t");
    } catch (const InputError& e) {
        return nonsense(e.what());
    }
    if (i > 0 && recorded.step.at < recording.steps.back().step.at) return nonsense("\"t\" must not go back");
    recording.steps.push_back(std::move(recorded));
    return std::nullopt;
}

std::optional<Failure> ProgramAdapter::exchange(const Scenario& scenario, Recording& recording) {
    process_->send(Json{{"scenario", scenario.json}}.dump() + "\n");
    for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
        while (recording.steps.size() < std::min(i, waits_for(scenario.steps[i])))
            if (auto failure = read_answer(scenario.steps[recording.steps.size()], recording)) return failure;
        process_->send(Json{{"i", i}, {"step", told(scenario.steps[i], recording)}}.dump() + "\n");
    }
    process_->send("{\"end\":true}\n");
    while (recording.steps.size() < scenario.steps.size())
        if (auto failure = read_answer(scenario.steps[recording.steps.size()], recording)) return failure;
    Json end;
    if (auto failure = read_object(scenario.steps.size(), end)) return failure;
    if (!end.contains("end"))
        return Failure{Failure::Kind::nonsense, scenario.steps.size(),
                       "expected {\"end\":true} after the last step: " + excerpt(end.dump())};
    return std::nullopt;
}

Played ProgramAdapter::play(const Scenario& scenario) {
    if (!process_) process_ = std::make_unique<PipeProcess>(command_);
    Played out;
    out.recording.scenario = scenario;
    out.recording.path = name();
    out.recording.partial = true;
    out.failure = exchange(scenario, out.recording);
    if (out.failure)
        process_.reset();
    else
        has_answered_ = true;
    return out;
}

}  // namespace conntrack::oracle

#include "oracle/compare/explanation.hpp"

#include "oracle/record/step_json.hpp"
#include "oracle/text/packet_text.hpp"
#include "spec/clause_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

namespace conntrack::oracle {

namespace {

std::string word(const Json& verdict, const char* key) {
    const auto it = verdict.find(key);
    return it != verdict.end() && it->is_string() ? it->get<std::string>() : "";
}

/// "ESTABLISHED reply -> inside".
std::string verdict_text(const Json& line) {
    const auto it = line.find("verdict");
    if (it == line.end() || !it->is_object()) return "-";
    const Json& verdict = *it;
    std::string out;
    const auto seen = verdict.find("seen");
    if (seen != verdict.end() && *seen == false) out = "not tracked";
    if (const std::string ct = word(verdict, "ct"); !ct.empty()) {
        for (const char c : ct) out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        if (const std::string dir = word(verdict, "dir"); !dir.empty()) out += " " + dir;
    }
    if (out.empty()) out = "dropped by tracking";
    if (const std::string side = word(verdict, "side"); !side.empty()) out += " -> " + side;
    return out;
}

std::string step_text(const Step& step, const StepResult& result) {
    const auto* packet = std::get_if<PacketStep>(&step.action);
    if (packet == nullptr) {
        Json action = step_json(step);
        action.erase("at");
        return action.dump();
    }
    return fmt::format("{:<8} {}", packet->interface, result.packet ? packet_text(*result.packet) : result.malformed);
}

}  // namespace

std::string recording_text(const Recording& recording) {
    std::string out = Json{{"scenario", recording.scenario.json}}.dump() + "\n";
    for (const RecordedStep& s : recording.steps) out += s.line.dump() + "\n";
    return out + "{\"end\":true}\n";
}

std::string scenario_text(const Scenario& scenario) {
    Json out = scenario.json;
    out["steps"] = Json::array();
    for (const Step& step : scenario.steps) out["steps"].push_back(step_json(step));
    return out.dump(1) + "\n";
}

std::string model_recording(const Judged& judged) {
    std::string out = Json{{"scenario", judged.played.recording.scenario.json}}.dump() + "\n";
    for (const StepResult& result : judged.model) out += result.json.dump() + "\n";
    return out + "{\"end\":true}\n";
}

namespace {

std::string setting_text(const Json& header) {
    std::string out;
    if (header.contains("sysctl"))
        for (const auto& [name, value] : header.at("sysctl").items())
            out += fmt::format("    {} = {}\n", name, value.dump());
    if (!header.contains("rules")) return out;
    for (const auto& [family, text] : header.at("rules").items()) {
        out += fmt::format("    rules of {}\n", family);
        for (const char c : "      " + text.get<std::string>()) out += c == '\n' ? "\n      " : std::string(1, c);
        out.resize(out.size() - std::string_view("      ").size());
    }
    return out;
}

std::string failure_text(const Failure& failure, const Scenario& scenario, const std::string& program) {
    const bool at_a_step = failure.step < scenario.steps.size();
    std::string out;
    if (at_a_step) out = fmt::format("    {:>3}  {}\n", failure.step, step_json(scenario.steps[failure.step]).dump());
    return out + fmt::format("    {} {} {}: {}\n", program, words(failure.kind),
                             at_a_step ? fmt::format("in step {}", failure.step) : "at the end", failure.text);
}

}  // namespace

std::string explanation(const Judged& judged, const std::string& program) {
    const Recording& recording = judged.played.recording;
    std::string out = setting_text(recording.scenario.json);
    for (std::size_t i = 0; i < std::min(recording.steps.size(), judged.model.size()); ++i) {
        const RecordedStep& s = recording.steps[i];
        const StepResult& model = judged.model[i];
        out += fmt::format("    {:>3}  {:>10.3f}s  {}\n", i, static_cast<double>(s.step.at) / 1e9,
                           step_text(s.step, model));
        if (!std::holds_alternative<PacketStep>(s.step.action)) continue;
        const std::string theirs = verdict_text(s.line), ours = verdict_text(model.json);
        const std::string clause = word(model.json, "clause");
        if (theirs == ours)
            out += fmt::format("                      both: {}  [{}]\n", ours, clause);
        else
            out += fmt::format("                      {}: {}\n                      model: {}  [{}]\n", program, theirs,
                               ours, clause);
    }
    if (const auto& d = judged.disagreement) {
        out += fmt::format("    in step {} they part in {}\n      {}: {}\n      model: {}\n", d->step,
                           d->difference.field, program, d->difference.recorded, d->difference.model);
        for (const ClauseInfo& c : clause_table)
            if (c.name == d->clause) out += fmt::format("      {}: {}\n", c.name, c.meaning);
    } else if (judged.played.failure) {
        out += failure_text(*judged.played.failure, recording.scenario, program);
    }
    return out;
}

}  // namespace conntrack::oracle

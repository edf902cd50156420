#include "oracle/compare/report.hpp"

#include "oracle/compare/explanation.hpp"
#include "oracle/record/step_json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace conntrack::oracle {

namespace {

/// How the program is called within a text about it.
std::string short_name(const std::string& program) { return program.starts_with("exec:") ? "program" : program; }

std::string steps_text(const Group& group) {
    const std::size_t shortest = group.scenario.steps.size();
    return fmt::format("first in {}, {} steps, shrunk to {}", group.first_seen, group.first_steps, shortest);
}

std::string known_as(const Group& group) { return group.known.empty() ? "unexplained" : "known: " + group.known; }

/// What was met, and what was not.
std::string part_text(const Coverage::Part& part, std::string_view what, EditionId edition, std::string_view between) {
    std::string out =
        fmt::format("{} of {} {} of {} were met", part.met, part.possible, what, conntrack::edition(edition).name);
    if (!part.missing.empty()) out += fmt::format("; not\n    {}", fmt::join(part.missing, between));
    return out + "\n";
}

Json part_json(const Coverage::Part& part) {
    return {{"met", part.met}, {"possible", part.possible}, {"not_met", part.missing}};
}

std::string table_text(const Compare& compare, EditionId edition) {
    const Tally& tally = compare.tally();
    std::string out = fmt::format("{:<20} {:>10} {:>10}\n", "field", "compared", "differ");
    for (const auto& [name, field] : tally.fields)
        out += fmt::format("{:<20} {:>10} {:>10}\n", name, field.compared, field.differ);
    if (!compare.groups().empty()) out += fmt::format("\n{:>8}  {}\n", "times", "group of disagreement");
    for (const Group& group : compare.groups())
        out += fmt::format("{:>8}  {} ({})\n", group.times, group.cause, known_as(group));
    if (compare.coverage().any()) {
        out += "\n" + part_text(compare.coverage().rows(), "rows of the TCP machine", edition, ";\n    ");
        out += part_text(compare.coverage().clauses(), "clauses", edition, ", ");
    }
    return out + fmt::format("{:.1f} seconds, {:.0f} packets a second\n", tally.seconds,
                             static_cast<double>(tally.packets) / std::max(tally.seconds, 1e-9));
}

std::string last_line(const Compare& compare) {
    return fmt::format("{} packets, {} scenarios, {} groups of disagreement, {} unexplained\n", compare.tally().packets,
                       compare.tally().scenarios, compare.groups().size(), compare.unexplained());
}

Json summary_json(const Compare& compare) {
    const Tally& tally = compare.tally();
    Json fields = Json::object();
    for (const auto& [name, field] : tally.fields)
        fields[name] = {{"compared", field.compared}, {"differ", field.differ}};
    return {{"packets", tally.packets},
            {"scenarios", tally.scenarios},
            {"seconds", tally.seconds},
            {"groups", compare.groups().size()},
            {"unexplained", compare.unexplained()},
            {"fields", std::move(fields)},
            {"rows", part_json(compare.coverage().rows())},
            {"clauses", part_json(compare.coverage().clauses())}};
}

std::string xml(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += static_cast<unsigned char>(c) < ' ' && c != '\n' ? '?' : c;
        }
    }
    return out;
}

std::string junit(const Compare& compare, const std::string& program) {
    const std::string suite = xml("compare " + program);
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" time=\"{:.3f}\">\n"
        "  <testcase classname=\"{}\" name=\"{} packets in {} scenarios\"/>\n",
        suite, compare.groups().size() + 1, compare.unexplained(), compare.tally().seconds, suite,
        compare.tally().packets, compare.tally().scenarios);
    for (const Group& group : compare.groups()) {
        out += fmt::format("  <testcase classname=\"{}\" name=\"{}\">\n", suite, xml(group.cause));
        if (group.known.empty())
            out += fmt::format("    <failure message=\"{}\">{}</failure>\n", xml(group.cause),
                               xml(explanation(group.shortest, short_name(program))));
        else
            out += fmt::format("    <system-out>{}</system-out>\n", xml(known_as(group)));
        out += "  </testcase>\n";
    }
    return out + "</testsuite>\n";
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw InputError(path.string(), std::string("cannot be written: ") + std::strerror(errno));
}

}  // namespace

std::string group_report(const Group& group, std::size_t number, const std::string& program, ReportFormat format) {
    switch (format) {
        case ReportFormat::junit: return "";
        case ReportFormat::text:
            return fmt::format("group {}: {}\n    {}; {}\n{}\n", number, group.cause, known_as(group),
                               steps_text(group), explanation(group.shortest, short_name(program)));
        case ReportFormat::jsonl: break;
    }
    Json scenario = group.scenario.json;
    scenario["steps"] = Json::array();
    for (const Step& step : group.scenario.steps) scenario["steps"].push_back(step_json(step));
    Json out = {{"group", number},
                {"cause", group.cause},
                {"finding", group.known.empty() ? Json(nullptr) : Json(group.known)},
                {"first_seen", group.first_seen},
                {"scenario", std::move(scenario)},
                {"explanation", explanation(group.shortest, short_name(program))}};
    return out.dump() + "\n";
}

std::string final_report(const Compare& compare, const std::string& program, EditionId edition, ReportFormat format) {
    switch (format) {
        case ReportFormat::text: return table_text(compare, edition) + last_line(compare);
        case ReportFormat::jsonl: return summary_json(compare).dump() + "\n";
        case ReportFormat::junit: break;
    }
    return junit(compare, program);
}

void write_group(const Group& group, std::size_t number, const std::string& program, const std::string& directory) {
    const auto path = [&](const char* ending) {
        return std::filesystem::path(directory) / fmt::format("group-{}{}", number, ending);
    };
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) throw InputError(directory, "cannot be made: " + error.message());
    write_file(path(".json"), scenario_text(group.scenario));
    write_file(path(".theirs.jsonl"), recording_text(group.shortest.played.recording));
    write_file(path(".model.jsonl"), model_recording(group.shortest));
    write_file(path(".txt"), group.cause + "\n" + explanation(group.shortest, short_name(program)));
}

}  // namespace conntrack::oracle

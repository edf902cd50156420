#include "oracle/distinguish/distinction_text.hpp"

#include "oracle/prove/trace_scenario.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <iterator>

namespace conntrack::oracle {

using proofs::Shown;

std::string distinction_text(const Shown& shown, const std::array<EditionId, 2>& editions) {
    const auto& d = shown.difference;
    std::string out = fmt::format("{} {} {}\n", shown.protocol, name(d.kind), d.name);
    if (!d.about.empty()) out += "    " + d.about + "\n";
    for (std::size_t side = 0; side < 2; ++side)
        fmt::format_to(std::back_inserter(out), "    {}: {}\n", edition(editions[side]).name, d.value[side]);
    if (!shown.by) return out + "        no packets show it by themselves\n";
    if (!shown.by->alone) out += "        together with other differences:\n";
    const auto& [one, other] = shown.by->traces;
    for (std::size_t i = 0; i < one.packets.size(); ++i) {
        const auto &a = one.packets[i], &b = other.packets[i];
        fmt::format_to(std::back_inserter(out), "        {}: {}", a.text, a.result);
        if (a.result != b.result) out += " | " + b.result;
        out += "\n";
    }
    return out;
}

std::string distinction_json(const Shown& shown, const std::array<EditionId, 2>& editions) {
    const auto& d = shown.difference;
    Json out = {{"protocol", shown.protocol}, {"kind", name(d.kind)}, {"name", d.name}};
    if (!d.about.empty()) out["about"] = d.about;
    for (std::size_t side = 0; side < 2; ++side)
        out["values"][std::string(edition(editions[side]).name)] = d.value[side];
    out["shown"] = shown.by.has_value();
    if (!shown.by) return out.dump() + "\n";
    out["alone"] = shown.by->alone;
    const auto& [one, other] = shown.by->traces;
    for (std::size_t i = 0; i < one.packets.size(); ++i)
        out["packets"].push_back({{"packet", one.packets[i].text},
                                  {edition(editions[0]).name, one.packets[i].result},
                                  {edition(editions[1]).name, other.packets[i].result}});
    return out.dump() + "\n";
}

std::string distinctions_summary(const std::vector<Shown>& all, unsigned most) {
    const auto shown = std::count_if(all.begin(), all.end(), [](const Shown& s) { return s.by.has_value(); });
    return fmt::format("{} differences, {} of them shown by packets. Looked at: {}.\n", all.size(), shown,
                       proofs::bound_in_words(most));
}

std::string distinction_name(const Shown& shown, const std::array<EditionId, 2>& editions) {
    std::string out;
    for (const char c : shown.protocol) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    out += ".";
    for (const char c : shown.difference.name) {
        if (c == ',') continue;
        out += c == ' ' ? '_' : c;
    }
    for (const EditionId id : editions) out += "." + std::string(edition(id).name);
    return out;
}

Json distinction_scenario(const Shown& shown, const std::array<EditionId, 2>& editions) {
    const auto& d = shown.difference;
    const std::string what = d.about.empty() ? d.name : d.name + " (" + d.about + ")";
    const auto& trace = shown.by->traces[0];
    Json out = trace_scenario(trace, distinction_name(shown, editions),
                              fmt::format("{} and {} differ in {} {}", edition(editions[0]).name,
                                          edition(editions[1]).name, name(d.kind), what));
    if (!trace.module.empty()) out["modules"] = {trace.module};  // either may be the one that has to load it
    return out;
}

}  // namespace conntrack::oracle

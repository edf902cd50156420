#include "oracle/compare/shrink.hpp"

#include "oracle/record/scenario_json.hpp"

#include <algorithm>
#include <set>

namespace conntrack::oracle {

namespace {

/// Steps that are taken out of other steps' `subst`, and the rest renumbered.
void renumber(Step& step, std::size_t first, std::size_t count) {
    auto* packet = std::get_if<PacketStep>(&step.action);
    if (packet == nullptr || packet->substitutions.empty()) return;
    std::erase_if(packet->substitutions,
                  [&](const Substitution& s) { return s.from_step >= first && s.from_step < first + count; });
    Json list = Json::array();
    for (Substitution& s : packet->substitutions) {
        if (s.from_step >= first) s.from_step -= count;
        list.push_back({{"from_step", s.from_step}, {"from", s.from}, {"field", s.field}});
    }
    if (step.json.is_null()) return;
    if (list.empty())
        step.json.erase("subst");
    else
        step.json["subst"] = std::move(list);
}

/// What is held must be released, and what is released must have been held.
bool holds_fit(const Scenario& scenario) {
    std::set<std::string> held;
    for (const Step& step : scenario.steps) {
        if (const auto* packet = std::get_if<PacketStep>(&step.action); packet != nullptr && packet->hold)
            held.insert(*packet->hold);
        if (const auto* release = std::get_if<ReleaseStep>(&step.action))
            if (held.erase(release->name) == 0) return false;
    }
    return true;
}

class Shrinking {
  public:
    Shrinking(Scenario scenario, const StillShows& still_shows, std::size_t tries_max)
        : best_(std::move(scenario)), still_shows_(still_shows), tries_left_(tries_max) {}

    Scenario run() {
        cut_the_end();
        for (bool shorter = true; shorter && tries_left_ > 0;) {
            const std::size_t before = best_.steps.size();
            for (std::size_t chunk = std::max<std::size_t>(before / 2, 1); chunk > 0; chunk /= 2) leave_out(chunk);
            shorter = best_.steps.size() < before;
        }
        for (const char* key : {"rules", "sysctl", "nat", "interfaces"}) leave_out_of_header(key);
        return std::move(best_);
    }

  private:
    Scenario best_;
    const StillShows& still_shows_;
    std::size_t tries_left_;

    bool takes(const Scenario& candidate) {
        if (tries_left_ == 0 || !holds_fit(candidate)) return false;
        --tries_left_;
        if (!still_shows_(candidate)) return false;
        best_ = candidate;
        return true;
    }

    /// The shortest beginning, by halving: what comes after the disagreement says nothing.
    void cut_the_end() {
        std::size_t shows = best_.steps.size(), shows_not = 0;
        const Scenario whole = best_;
        while (shows - shows_not > 1 && tries_left_ > 0) {
            const std::size_t middle = (shows + shows_not) / 2;
            if (takes(without_steps(whole, middle, whole.steps.size() - middle)))
                shows = middle;
            else
                shows_not = middle;
        }
    }

    void leave_out(std::size_t chunk) {
        for (std::size_t end = best_.steps.size(); end > 0 && tries_left_ > 0;) {
            const std::size_t first = end > chunk ? end - chunk : 0;
            if (end - first < best_.steps.size()) takes(without_steps(best_, first, end - first));
            end = first;
        }
    }

    void leave_out_of_header(const char* key) {
        if (!best_.json.contains(key)) return;
        Json header = best_.json;
        header.erase(key);
        Scenario candidate = read_header(Fields(header, {.file = best_.name}, ""));
        candidate.steps = best_.steps;
        takes(candidate);
    }
};

}  // namespace

Scenario without_steps(const Scenario& scenario, std::size_t first, std::size_t count) {
    Scenario out = scenario;
    out.foreseen.reset();
    const auto at = [&](std::size_t i) { return out.steps.begin() + static_cast<std::ptrdiff_t>(i); };
    out.steps.erase(at(first), at(first + count));
    for (Step& step : out.steps) renumber(step, first, count);
    return out;
}

Scenario shrink(Scenario scenario, const StillShows& still_shows, std::size_t tries_max) {
    return Shrinking(std::move(scenario), still_shows, tries_max).run();
}

}  // namespace conntrack::oracle

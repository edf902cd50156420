#include "tests/impl/path_lock_step.hpp"

#include "oracle/record/scenario_json.hpp"

#include <fmt/format.h>
#include <random>

namespace conntrack::testing {

using oracle::Json;

namespace {

/// Where Linux is free, both do the same: each has one of these, and is asked in the same order.
class SameForBoth final : public Choices {
  public:
    std::uint16_t search_start(const Chooser& entry, nat::Manip, std::uint32_t, std::uint32_t size) override {
        ++asked_;
        // Near each other, so that searches meet what others took.
        return static_cast<std::uint16_t>((asked_ * 7 + entry.original.dst_part) % std::min<std::uint32_t>(size, 5));
    }
    std::optional<Time> collector_begins(Time) override { return seconds(1); }

  private:
    std::uint32_t asked_ = 0;
};

struct Side {
    Side(const oracle::Scenario& scenario, EditionId edition, oracle::TrackerKind kind)
        : player(scenario, edition, {.tracker = kind}) {
        player.tracker().choose_by(choices);
    }
    SameForBoth choices;
    oracle::Player player;
};

std::string text_of(const std::optional<BindingOrigin>& origin) {
    if (!origin) return "none";
    return fmt::format("{} line {} at {}{}{}", origin->rule, origin->line, origin->when,
                       origin->first_choice ? " chosen" : "", origin->none_free ? " taken" : "");
}

std::string text_of(const expect::Extension& extension) {
    std::string out = extension.helper != nullptr ? " helper " + std::string(extension.helper->name()) : " no helper";
    for (const std::uint32_t word : extension.memory.words) out += fmt::format(" {}", word);
    for (const auto& s : extension.shifts) out += fmt::format(" shift {} {} {}", s.position, s.before, s.after);
    if (extension.master) out += " has a master";  // whose number hangs on fillers
    return out;
}

/// What no recording shows of an entry.
std::string hidden_fields(const Entry& e) {
    std::string out = fmt::format("deadline {} stored {} pending {} reports {} flow {} life {} references {} status {}",
                                  e.deadline, e.has(Status::confirmed) ? 0 : e.stored_timeout, e.pending, e.reports,
                                  static_cast<int>(e.flow.state()), static_cast<int>(e.life.state()),
                                  e.life.references(), e.status.bits());
    if (e.tcp_machine != nullptr) {
        for (const auto& p : {e.tcp.original, e.tcp.reply})
            out += fmt::format(" [{} {} {} {} {} {} {}]", p.td_end, p.td_maxend, p.td_maxwin, p.td_maxack, p.td_scale,
                               p.flags, p.loose);
        const auto& l = e.tcp.last;
        out += fmt::format(" last {} {} {} {} {} {} {} {} retrans {}", l.dir, l.index, l.seq, l.ack, l.end, l.win,
                           l.wscale, l.flags, e.tcp.retrans);
    }
    if (e.extension != nullptr) out += text_of(*e.extension);
    if (e.nat == nullptr) return out;
    for (const bool done : e.nat->done) out += done ? " decided" : " open";
    for (const auto& origin : e.nat->origin) out += ", " + text_of(origin);
    for (const NatRecord& r : e.nat->records)
        out += fmt::format(" record {} {} {} {} {}", static_cast<int>(r.dir), static_cast<int>(r.hook), name(r.manip),
                           r.address.low, r.part);
    return out + " masquerades at " + e.nat->masquerades_at.value_or("nothing");
}

std::vector<std::string> hidden(const Tracking& tracker) {
    std::vector<std::string> out;
    const auto add = [&](const Entry& e) {
        if (!e.filler) out.push_back(hidden_fields(e));
    };
    tracker.each_linked(add);
    tracker.each_in_limbo(add);
    return out;
}

std::string difference(const oracle::StepResult& model, const oracle::StepResult& fast) {
    if (model.json != fast.json) return fmt::format("model {}\nfast  {}\n", model.json.dump(), fast.json.dump());
    return "";
}

}  // namespace

std::string path_difference(const Json& json, EditionId edition, const std::function<void(const Json&)>& on_step) {
    const oracle::Fields fields(json, {.file = "session"}, "");
    oracle::Scenario scenario = oracle::read_header(fields);
    scenario.window = true;
    Side model(scenario, edition, oracle::TrackerKind::model), fast(scenario, edition, oracle::TrackerKind::fast);
    Time last = 0;
    for (std::size_t i = 0; i < json.at("steps").size(); ++i) {
        const oracle::Step step = oracle::read_step(fields.element("steps", i), last);
        last = step.at;
        const auto by_model = model.player.play(step), by_fast = fast.player.play(step);
        if (on_step) on_step(by_model.json);
        std::string wrong = difference(by_model, by_fast);
        if (wrong.empty()) {
            const auto of_model = hidden(model.player.tracker()), of_fast = hidden(fast.player.tracker());
            for (std::size_t e = 0; e < std::min(of_model.size(), of_fast.size()) && wrong.empty(); ++e)
                if (of_model[e] != of_fast[e]) wrong = fmt::format("model {}\nfast  {}\n", of_model[e], of_fast[e]);
            if (of_model.size() != of_fast.size()) wrong = "entries are missing\n";
        }
        if (wrong.empty()) continue;
        Json shown = json;
        auto& steps = shown["steps"];
        steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i) + 1, steps.end());
        return fmt::format("step {}:\n{}what `ctoracle replay` plays of it, with --tracker model and fast:\n{}\n", i,
                           wrong, shown.dump());
    }
    return "";
}

Json with_fillers(Json scenario, std::uint64_t seed) {
    std::mt19937_64 numbers(seed);
    Json steps = Json::array();
    for (const Json& step : scenario.at("steps")) {
        if (numbers() % 12 == 0)
            steps.push_back(
                {{"at", step.at("at")}, {"fill", {{"count", 1 + numbers() % 6}, {"assured", numbers() % 3 == 0}}}});
        if (numbers() % 25 == 0)
            steps.push_back({{"at", step.at("at")}, {"sysctl", {{"nf_conntrack_max", 4 + numbers() % 12}}}});
        steps.push_back(step);
    }
    scenario["steps"] = std::move(steps);
    scenario["buckets"] = 1U << numbers() % 5;
    return scenario;
}

}  // namespace conntrack::testing

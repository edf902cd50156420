#include "oracle/serve/serve.hpp"

#include "oracle/adapters/answer_line.hpp"
#include "oracle/record/scenario_json.hpp"

#include <fmt/format.h>

namespace conntrack::oracle {

namespace {

/// A scenario that is being played.
struct Session {
    Scenario scenario;
    StepReader steps;
    Player player;
    std::size_t next = 0;

    Session(Scenario&& header, std::optional<EditionId> edition)
        : scenario(std::move(header)),
          steps(scenario),
          player(scenario, edition.value_or(scenario.edition), {.table_after_every_step = false}) {}
};

}  // namespace

void serve(LineReader& in, const std::string& path, std::optional<EditionId> edition,
           const std::function<void(const std::string&)>& answer) {
    std::unique_ptr<Session> session;
    std::string text;
    while (in.next(text)) {
        if (text.empty()) continue;
        const Json json = parse_json(text, path, in.line_number());
        const Fields fields(json, {.file = path, .line = in.line_number(), .text = nullptr}, "");
        if (fields.has("scenario")) {
            if (session) fields.fail("a scenario before the {\"end\": true} of the last one");
            Scenario header = read_header(fields.object("scenario"));
            session = std::make_unique<Session>(std::move(header), edition);
        } else if (!session) {
            fields.fail("expected {\"scenario\": ...} first");
        } else if (fields.has("end")) {
            session.reset();
            answer("{\"end\":true}\n");
        } else {
            if (fields.integer("i") != static_cast<std::int64_t>(session->next))
                fields.fail("i", fmt::format("must be {}: steps are numbered from 0", session->next));
            const Step step = session->steps.next(fields.object("step"));
            Json line = answer_line(session->player, step);
            line.erase("step");
            ++session->next;
            answer(line.dump() + "\n");
        }
    }
}

}  // namespace conntrack::oracle

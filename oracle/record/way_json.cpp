#include "oracle/record/way_json.hpp"

#include "oracle/record/shown_way.hpp"
#include "oracle/text/addresses.hpp"
#include "spec/clause_table.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace conntrack::oracle {

namespace {

Json null_if(const std::optional<std::string_view>& text) { return text ? Json(*text) : Json(nullptr); }

}  // namespace

Json verdict_json(const Verdict& v) {
    const auto dir = shown_direction(v);
    Json out = {{"seen", v.seen},
                {"ct", null_if(v.info ? std::optional(name(*v.info)) : std::nullopt)},
                {"dir", null_if(dir ? std::optional(name(*dir)) : std::nullopt)}};
    return out;
}

Json sent_json(const Sent& sent, std::span<const std::uint8_t> as_it_came) {
    return {{"side", sent.side},
            {"out", std::ranges::equal(sent.bytes, as_it_came) ? std::string("same") : to_hex(sent.bytes)}};
}

Json doubt_json(const Passage& passage) {
    Json out = Json::object();
    if (passage.uncertain) out["uncertain"] = true;
    if (passage.uncertain && passage.uncertain_since != passage.number)
        out["uncertain_since"] = passage.uncertain_since;
    return out;
}

Json lost_json(const LostDatagram& lost) {
    return {{"first", lost.number}, {"fragments", lost.fragments}, {"clause", info(lost.why).name}};
}

Json way_json(const Passage& passage, const Edition& edition) {
    Json out = Json::object();
    if (passage.emerged()) {
        out.update(sent_json(passage.out.front(), passage.came));
        Json more = Json::array();
        for (std::size_t i = 1; i < passage.out.size(); ++i) more.push_back(sent_json(passage.out[i], {}));
        if (!more.empty()) out["more"] = std::move(more);
    }
    const bool old_kernel = !edition.stack.answers;
    if (passage.place == Passage::Place::delivered && old_kernel) out["local_in"] = true;
    if (passage.flight.verdict().repeats != 0 && old_kernel) out["repeats"] = passage.flight.verdict().repeats;
    Json local = Json::array(), local_ct = Json::array();
    for (const LocalAnswer& answer : passage.answers) {
        if (answer.emerged) local.push_back(sent_json(answer.sent, {}));
        if (answer.verdict.seen) {
            Json ct = verdict_json(answer.verdict);
            ct.erase("seen");
            if (answer.uncertain) ct["uncertain"] = true;
            local_ct.push_back(std::move(ct));
        }
    }
    if (!local_ct.empty()) {
        out["local"] = std::move(local);
        out["local_ct"] = std::move(local_ct);
    }
    out.update(doubt_json(passage));
    return out;
}

}  // namespace conntrack::oracle

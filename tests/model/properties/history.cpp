#include "tests/model/properties/history.hpp"

namespace conntrack::testing {

void History::follow(Tracker& tracker) {
    tracker.observers().add(every_event, [this](const Notice& notice) {
        heard_[notice.entry.id].push_back(notice.mask);
        if (notice.entry.has(Status::nat_clash)) lost_clashes_.insert(notice.entry.id);
        ++notices_;
    });
}

std::string fault_in(const std::vector<EventMask>& events, bool linked) {
    if (events.empty()) return "nothing was told of an entry that was confirmed";
    if (!has(events.front(), EventBit::new_)) return "the first event is not NEW";
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (events[i] == 0) return "an event without a bit";
        if (i > 0 && has(events[i], EventBit::new_)) return "NEW came twice";
        if (!has(events[i], EventBit::destroy)) continue;
        if (linked) return "DESTROY for an entry in the table";
        if (i + 1 < events.size()) return "an event after DESTROY";
        if (events[i] != mask_of(EventBit::destroy)) return "DESTROY with other bits";
    }
    return linked || has(events.back(), EventBit::destroy) ? "" : "no DESTROY for an entry that left the table";
}

std::string History::check(const std::vector<EntryView>& views, bool tells) {
    if (!tells) return notices_ == 0 ? "" : "an edition without a notifier told something";
    std::set<EntryId> linked;
    for (const EntryView& v : views)
        if (v.in_table() && !v.linked_by_reply_only()) linked.insert(v.id);
    were_linked_.insert(linked.begin(), linked.end());
    // An entry with a timeout of 0 is gone before anybody looks.
    for (const auto& [id, events] : heard_) were_linked_.insert(id);
    // That an entry lost a clash is told to nobody; what happens to it is.
    for (const EntryId id : lost_clashes_) {
        std::vector<EventMask> events = heard_[id];
        events.insert(events.begin(), mask_of(EventBit::new_));
        if (auto fault = fault_in(events, !has(events.back(), EventBit::destroy)); !fault.empty())
            return fault + " (entry " + std::to_string(id) + ", which lost a clash)";
        were_linked_.erase(id);
    }
    for (const EntryId id : were_linked_)
        if (auto fault = fault_in(heard_[id], linked.count(id) != 0); !fault.empty())
            return fault + " (entry " + std::to_string(id) + ")";
    return "";
}

}  // namespace conntrack::testing

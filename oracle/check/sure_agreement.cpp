#include "oracle/check/sure_agreement.hpp"

#include "oracle/check/agreement.hpp"

#include <algorithm>

namespace conntrack::oracle {

namespace {

/// What is not shown agrees with everything.
template <class Value>
bool agree(const std::optional<Value>& theirs, const std::optional<Value>& mine) {
    return !theirs || theirs == mine;
}

using Seconds = std::optional<std::int64_t>;

bool timeouts_surely_agree(const Seconds& theirs, const Seconds& mine, Read read) {
    if (!theirs) return true;
    return mine && timeouts_agree(*theirs, *mine) && (read == Read::at_once || *theirs <= *mine);
}

bool surely_agree(const ShownExpectation& theirs, const ShownExpectation& mine, Read read) {
    return agree(theirs.tuple, mine.tuple) && agree(theirs.mask, mine.mask) && agree(theirs.master, mine.master) &&
           agree(theirs.nat, mine.nat) && timeouts_surely_agree(theirs.timeout, mine.timeout, read) &&
           agree(theirs.flags, mine.flags) && agree(theirs.class_, mine.class_) && agree(theirs.helper, mine.helper) &&
           agree(theirs.fn, mine.fn) && agree(theirs.zone, mine.zone);
}

bool surely_agree(const ShownVerdict& theirs, const ShownVerdict& mine) {
    const auto same_packet = [&] { return theirs.is_same == mine.is_same && theirs.sent == mine.sent; };
    return theirs.seen == mine.seen && theirs.ct == mine.ct && theirs.dir == mine.dir &&
           theirs.emerged == mine.emerged && (!theirs.emerged || same_packet()) && theirs.more == mine.more;
}

/// In any order: each of theirs takes the first of ours that it agrees with, as in compare().
template <class Shown>
bool surely_agree_in_any_order(const std::vector<Shown>& theirs, const std::vector<Shown>& mine, Read read) {
    if (theirs.size() != mine.size()) return false;
    std::vector<bool> taken(mine.size(), false);
    for (const Shown& one : theirs) {
        std::size_t i = 0;
        while (i < mine.size() && (taken[i] || !surely_agree(one, mine[i], read))) ++i;
        if (i == mine.size()) return false;
        taken[i] = true;
    }
    return true;
}

bool is_destroy(const ShownNotice& notice) { return notice.message == Message::destroy; }

/// What expired before the step may be told of within it, and so compare() looks for each of these events wherever it
/// is. That finds the same one if no other is like it: all are of entries that go, each with tuples of its own.
bool is_unlike_others(const ShownStep& theirs) {
    if (theirs.early.empty()) return true;
    std::vector<Tuple> gone;
    for (const auto* list : {&theirs.early, &theirs.events})
        for (const ShownNotice& notice : *list)
            if (const auto* entry = std::get_if<ShownEntry>(&notice.about); entry != nullptr && is_destroy(notice))
                gone.push_back(tuple_to_find(*entry));
    std::ranges::sort(gone);
    return std::ranges::adjacent_find(gone) == gone.end() &&
           std::ranges::all_of(theirs.early, [](const ShownNotice& notice) {
               return is_destroy(notice) && std::holds_alternative<ShownEntry>(notice.about);
           });
}

/// In one order, or in any.
bool events_surely_agree(const ShownStep& theirs, const ShownStep& mine, bool flushing, Read read) {
    const auto agrees = [&](const ShownNotice& a, const ShownNotice& b) { return surely_agree(a, b, read); };
    if (!std::ranges::equal(theirs.early, mine.early, agrees) || !is_unlike_others(theirs)) return false;
    if (std::ranges::equal(theirs.events, mine.events, agrees)) return true;
    return flushing && std::ranges::all_of(theirs.events, is_destroy) &&
           surely_agree_in_any_order(theirs.events, mine.events, read);
}

bool expected_surely_agree(const std::vector<ShownExpectation>& theirs,
                           const std::optional<std::vector<ShownExpectation>>& mine, Read read) {
    return mine ? surely_agree_in_any_order(theirs, *mine, read) : theirs.empty();
}

bool entries_surely_agree(const std::optional<ShownEntry>& theirs, const std::optional<ShownEntry>& mine, Read read) {
    return theirs.has_value() == mine.has_value() && (!theirs || surely_agree(*theirs, *mine, read));
}

}  // namespace

bool surely_agree(const ShownEntry& theirs, const ShownEntry& mine, Read read) {
    const auto milliseconds = [&] {
        return mine.timeout_ms || !mine.timeout ? mine.timeout_ms : std::optional(*mine.timeout * 1000);
    };
    return theirs.orig == mine.orig && theirs.reply == mine.reply && agree(theirs.status, mine.status) &&
           timeouts_surely_agree(theirs.timeout, mine.timeout, read) &&
           (!theirs.timeout_ms || theirs.timeout_ms == milliseconds()) && agree(theirs.mark, mine.mark) &&
           agree(theirs.zone, mine.zone) && agree(theirs.tcp, mine.tcp) && agree(theirs.sctp, mine.sctp) &&
           agree(theirs.counters[0], mine.counters[0]) && agree(theirs.counters[1], mine.counters[1]) &&
           agree(theirs.helper, mine.helper) && agree(theirs.master, mine.master) &&
           agree(theirs.shifts[0], mine.shifts[0]) && agree(theirs.shifts[1], mine.shifts[1]) &&
           agree(theirs.use, mine.use);
}

bool surely_agree(const ShownNotice& theirs, const ShownNotice& mine, Read read) {
    if (theirs.message != mine.message || theirs.about.index() != mine.about.index()) return false;
    if (const auto* expectation = std::get_if<ShownExpectation>(&theirs.about))
        return surely_agree(*expectation, std::get<ShownExpectation>(mine.about), read);
    const auto &a = std::get<ShownEntry>(theirs.about), &b = std::get<ShownEntry>(mine.about);
    // What an event must show if the model's does.
    return surely_agree(a, b, read) && agree(theirs.bits, mine.bits) && (a.tcp || !b.tcp) && (a.sctp || !b.sctp) &&
           (a.counters[0] || !b.counters[0]);
}

bool surely_agree(const ShownStep& theirs, const ShownStep& mine, bool flushing, Read read) {
    return (!theirs.verdict || (mine.verdict && surely_agree(*theirs.verdict, *mine.verdict))) &&
           events_surely_agree(theirs, mine, flushing, read) && theirs.entered == mine.entered &&
           (!theirs.entry || (mine.entry && entries_surely_agree(*theirs.entry, *mine.entry, read))) &&
           (!theirs.expected || expected_surely_agree(*theirs.expected, mine.expected, read)) &&
           (theirs.kernel_log.empty() || theirs.kernel_log == mine.kernel_log) && !theirs.table;
}

}  // namespace conntrack::oracle

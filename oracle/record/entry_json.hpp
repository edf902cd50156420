// Entries, tuples, verdicts and notices as recordings hold them.
#pragma once

#include "model/observers.hpp"
#include "model/tracking.hpp"
#include "oracle/record/fields.hpp"
#include "oracle/record/shown_json.hpp"

namespace conntrack::oracle {

struct EntryView {
    const Edition& edition;
    Time now;
    bool window = false;  // show the TCP window data
    bool nat = false;     // there are NAT hooks: show what linux-2.6.9 has decided
};

Json tuple_json(const Tuple& tuple, L4Tracker tracker);
Json entry_json(const Entry& entry, const EntryView& view, EntryNames& names);
Json notice_json(const Notice& notice, const EntryView& view, const NoticeSwitches& rules, EntryNames& names);

/// An expectation as `expect` lists it, and what observers hear of one.
Json expectation_json(const expect::Expectation& expectation, Time now);
Json expectation_notice_json(const expect::Notice& notice);

}  // namespace conntrack::oracle

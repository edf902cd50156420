// Entries, tuples, verdicts and notices as recordings hold them.
#pragma once

#include "model/observers.hpp"
#include "model/tracking.hpp"
#include "oracle/record/fields.hpp"

#include <map>
#include <string>

namespace conntrack::oracle {

/// Names of entries in order of first appearance: c1, c2, ...
class EntryNames {
  public:
    const std::string& of(EntryId id);

  private:
    std::map<EntryId, std::string> names_;
};

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

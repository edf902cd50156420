// The JSON of recordings, made from the values that are shown.
#pragma once

#include "oracle/play/scenario.hpp"
#include "oracle/record/shown.hpp"
#include "spec/edition.hpp"

#include <fmt/format.h>
#include <string>
#include <unordered_map>

namespace conntrack::oracle {

/// Names of entries in order of first appearance: c1, c2, ...
class EntryNames {
  public:
    const std::string& of(std::uint64_t id) {
        const auto it = names_.find(id);
        if (it != names_.end()) return it->second;
        return names_.emplace(id, fmt::format("c{}", names_.size() + 1)).first->second;
    }

  private:
    std::unordered_map<std::uint64_t, std::string> names_;
};

Json to_json(const ShownTuple& tuple);
Json to_json(const ShownExpectation& expectation);

/// The keys of an entry in groups, in their order; who shows more puts it between them.
void add_tuples_and_status(Json& out, const ShownEntry& entry, EntryNames& names);
void add_mark(Json& out, const ShownEntry& entry);
void add_timeout(Json& out, const ShownEntry& entry);
void add_protocol(Json& out, const ShownEntry& entry, const Edition& edition);
void add_counters(Json& out, const ShownEntry& entry);
void add_relations(Json& out, const ShownEntry& entry);  // zone, helper, master, what NAT has shifted
void add_use(Json& out, const ShownEntry& entry);
void add_bits(Json& out, const ShownNotice& notice);

Json to_json(const ShownEntry& entry, const Edition& edition, EntryNames& names);
Json to_json(const ShownNotice& notice, const Edition& edition, EntryNames& names);

/// Adds what a step shows to a line of a recording.
void add_shown(Json& line, const ShownStep& step, const Edition& edition, EntryNames& names);

}  // namespace conntrack::oracle

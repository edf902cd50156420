// The entries of the running kernel, through ctnetlink: which there are is known from the events, and each is asked for
// by its tuple. A dump would walk every bucket of every namespace.
#pragma once

#include "oracle/adapters/kernel/ct_message.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle::kernel {

class Entries {
  public:
    /// Throws CannotRun.
    Entries();

    /// What observers heard since the last call, as recordings hold it.
    std::vector<Json> take_events();
    /// The entry that has this tuple in either direction.
    std::optional<Json> get(const Tuple& tuple);
    /// All that are there now.
    std::vector<Json> table();
    /// Deletes the entry that has this tuple in either direction.
    void remove(const Tuple& tuple);
    void flush();
    /// What is expected now.
    std::vector<Json> expected();
    void flush_expectations();
    /// Begins anew: no entry is there, and none has a name.
    void clear();

  private:
    NetlinkSocket events_, requests_;
    std::map<std::uint32_t, Tuple> expected_;     // expectations, by the kernel's id
    std::map<std::uint32_t, Tuple> known_;        // by the kernel's id: original tuples
    std::map<std::uint32_t, std::string> names_;  // c1, c2, ...

    const std::string& name_of(std::uint32_t id);
    Json named(const ToldEntry& entry);
    std::optional<Json> expectation_event(const nlmsghdr& message);
};

}  // namespace conntrack::oracle::kernel

// The entries of the running kernel, through ctnetlink: which there are is known from the events, and each is asked for
// by its tuple. A dump would walk every bucket of every namespace.
#pragma once

#include "oracle/adapters/kernel/ct_message.hpp"
#include "oracle/adapters/kernel/descriptor.hpp"

#include <map>
#include <optional>
#include <vector>

namespace conntrack::oracle::kernel {

class Entries {
  public:
    /// Events come to `heard`, and answers to ask(). Throws CannotRun.
    explicit Entries(NetlinkSocket& heard);

    /// Asks for the entry that has this tuple in either direction. The kernel looks at once, so that the answer tells
    /// of the entry as it is now, however late it is read.
    void ask(const Tuple& tuple);
    /// Adds what a message to `heard` tells to a step: an event to `events`, an answer to `answer` (nothing within:
    /// there is no such entry).
    void hear(const nlmsghdr& message, std::vector<ShownNotice>& events,
              std::optional<std::optional<ShownEntry>>& answer);

    /// All that are there now, of those that were heard of.
    std::vector<ShownEntry> table();
    /// Deletes the entry that has this tuple in either direction.
    void remove(const Tuple& tuple);
    void flush();
    /// What is expected now.
    std::vector<ShownExpectation> expected();
    void flush_expectations();
    /// Leaves no entry. What is heard of that is for nobody.
    void remove_all();
    /// Nothing is known of any entry.
    void forget();

  private:
    NetlinkSocket& heard_;
    NetlinkSocket requests_;
    Descriptor count_;                         // the file that says how many entries there are
    std::map<std::uint64_t, Tuple> expected_;  // expectations, by the kernel's id
    std::map<std::uint64_t, Tuple> known_;     // by the kernel's id: original tuples

    void hear_event(Told told, const nlmsghdr& message, std::vector<ShownNotice>& events);
    void hear_expectation(Told told, const nlmsghdr& message, std::vector<ShownNotice>& events);
    [[nodiscard]] bool is_empty() const;
};

}  // namespace conntrack::oracle::kernel

// Messages of ctnetlink, from and to the values of recordings. Source of the layout:
// linux/netfilter/nfnetlink_conntrack.h.
#pragma once

#include "oracle/adapters/kernel/netlink.hpp"
#include "oracle/record/shown.hpp"
#include "spec/tuple.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace conntrack::oracle::kernel {

enum class Told : std::uint8_t { new_, update, destroy };

/// Which event a message is, if it is one.
std::optional<Told> event_of(const nlmsghdr& message);
/// The same of expectations.
std::optional<Told> expectation_event_of(const nlmsghdr& message);

/// What a message tells of an entry, which has the kernel's id.
ShownEntry entry_of(const nlmsghdr& message);

/// What a message tells of an expectation.
struct ToldExpectation {
    ShownExpectation shown;
    Tuple tuple;  // by which it can be asked for; its zone is that of its master
};
ToldExpectation expectation_of(const nlmsghdr& message);

/// A request about one entry, or one expectation.
class CtRequest {
  public:
    enum class Kind : std::uint8_t { get, remove, get_expectation };
    /// The entry that has this tuple in either direction; the expectation for it.
    CtRequest(Kind kind, const Tuple& tuple);
    /// Every entry.
    static CtRequest flush();
    static CtRequest flush_expectations();
    [[nodiscard]] nlmsghdr& message() { return *reinterpret_cast<nlmsghdr*>(buffer_.data()); }

  private:
    alignas(nlmsghdr) std::array<char, 512> buffer_{};

    CtRequest(std::uint8_t subsystem, std::uint8_t type, Family family);
};

}  // namespace conntrack::oracle::kernel

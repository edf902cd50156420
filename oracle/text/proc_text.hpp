// An entry as /proc/net/ip_conntrack (linux-2.6.9) and /proc/net/nf_conntrack (later) print it, and the parts that
// the conntrack program prints alike. Sources: ct_seq_show() of ip_conntrack_standalone.c and
// nf_conntrack_standalone.c.
#pragma once

#include "model/entry.hpp"
#include "spec/edition.hpp"
#include "spec/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace conntrack::oracle {

/// What stands where TCP has its state; nothing: the protocol has none.
std::optional<std::string_view> protocol_state(const Entry& entry, const Edition& edition);

/// "tcp", "udp", ..., "unknown".
std::string_view protocol_name(const Entry& entry);

/// "src=... dst=... sport=... dport=... " with a blank at its end.
std::string tuple_text(const Tuple& tuple, L4Tracker tracker, bool long_addresses);

/// One line without its newline.
std::string proc_line(const Entry& entry, const Edition& edition, Time now);

}  // namespace conntrack::oracle

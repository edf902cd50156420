// An expectation as others print it. Sources: exp_seq_show() of ip_conntrack_standalone.c (2.6.9) and of
// nf_conntrack_expect.c; snprintf_expect_default() of libnetfilter_conntrack, compared with the running program.
#pragma once

#include "model/observers.hpp"
#include "spec/edition.hpp"

#include <string>

namespace conntrack::oracle {

/// A line of /proc/net/ip_conntrack_expect (linux-2.6.9) or /proc/net/nf_conntrack_expect, without its newline.
std::string proc_expectation_line(const expect::Expectation& expectation, const Edition& edition, Time now);
/// "tcp 192.0.2.2 > 192.0.2.100:3001 for 300s", for people.
std::string expectation_text(const expect::Expectation& expectation, Time now);
/// A line of `conntrack -L expect`.
std::string expectation_list_line(const expect::Expectation& expectation, Time now);
/// A line of `conntrack -E expect`.
std::string expectation_event_line(const expect::Notice& notice);

}  // namespace conntrack::oracle

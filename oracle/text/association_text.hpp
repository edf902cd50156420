// What an entry remembers of an SCTP association, and the tags that its packet was held against, for people.
#pragma once

#include "spec/sctp/association.hpp"
#include "spec/sctp/header.hpp"

#include <string>

namespace conntrack::oracle {

/// One indented line; without a newline at the end.
std::string association_text(const sctp::Association<Concrete>& association, const Edition& edition);

/// `association`: before the packet.
std::string tag_text(const sctp::Association<Concrete>& association, const sctp::Header& header);

}  // namespace conntrack::oracle

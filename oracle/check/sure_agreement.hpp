// Whether what an implementation of linux-6.18 showed surely agrees with what the model did: told from values, in a
// fraction of the time that compare() takes. It is no second rule: what surely agrees, compare() would find to agree,
// which tests/compare holds against it; and whoever is not sure asks compare(), which alone says what differs.
#pragma once

#include "oracle/record/shown.hpp"

namespace conntrack::oracle {

/// When theirs was read: by two clocks of one time, so that a timeout may be a second off either way; or up to a second
/// later than the model's, so that it may have become a second less.
enum class Read : std::uint8_t { at_once, later };

/// False: it is not certain. Fields that are not shown are not compared, as in compare().
bool surely_agree(const ShownEntry& theirs, const ShownEntry& mine, Read read = Read::at_once);
bool surely_agree(const ShownNotice& theirs, const ShownNotice& mine, Read read = Read::at_once);
/// `flushing` frees the order of events.
bool surely_agree(const ShownStep& theirs, const ShownStep& mine, bool flushing, Read read = Read::at_once);

}  // namespace conntrack::oracle

// What an implementation was seen to choose where Linux is free: read out of its recording.
#pragma once

#include "oracle/record/scenario_json.hpp"
#include "spec/choices.hpp"
#include "spec/nat/manip.hpp"

#include <cstdint>
#include <optional>

namespace conntrack::oracle {

/// The port or ICMP id that NAT gave to an entry which was made in step `step`: what the recording first shows of that
/// entry. Nothing: it never shows it.
std::optional<std::uint16_t> recorded_part(const Recording& recording, std::size_t step, const Chooser& entry,
                                           nat::Manip manip);

/// The port that was expected in the place of one that is taken, if the step shows what is expected.
std::optional<std::uint16_t> recorded_expected_port(const Recording& recording, std::size_t step,
                                                    const Tuple& announced);

/// The same of what is shown in values.
std::optional<std::uint16_t> shown_part(const std::vector<ShownStep>& shown, std::size_t step, const Chooser& entry,
                                        nat::Manip manip);
std::optional<std::uint16_t> shown_expected_port(const ShownStep& shown, const Tuple& announced);

}  // namespace conntrack::oracle

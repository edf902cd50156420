// The oracle as a program that others ask: scenarios in, what the model does out, line by line (docs/adapters.md).
#pragma once

#include "oracle/input/lines.hpp"
#include "spec/editions.hpp"

#include <functional>
#include <optional>
#include <string>

namespace conntrack::oracle {

/// Reads until the end of `in`. `answer` is called with each line of the answer, with its newline; an answer is there
/// before the next line is read. Scenarios are played under `edition`, or the one they name. Throws InputError at the
/// first line that is wrong.
void serve(LineReader& in, const std::string& path, std::optional<EditionId> edition,
           const std::function<void(const std::string&)>& answer);

}  // namespace conntrack::oracle

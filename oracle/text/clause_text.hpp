// The list of clauses for people: on a terminal, and as the page docs/clauses.md.
#pragma once

#include <string>

namespace conntrack::oracle {

std::string clauses_text();
std::string clauses_markdown();

}  // namespace conntrack::oracle

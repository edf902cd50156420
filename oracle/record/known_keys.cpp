#include "oracle/record/known_keys.hpp"

#include "spec/nearest_word.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <string>
#include <vector>

namespace conntrack::oracle {

void require_known_keys(const Fields& fields, KeysOf whose, KnownKeys known) {
    for (const auto& [key, value] : fields.json().items()) {
        if (std::ranges::find(known, key) != known.end() || key.starts_with('_')) continue;
        const std::string meant = nearest_word(key, std::vector<std::string>(known.begin(), known.end()));
        constexpr std::size_t telling = 3;  // letters: shorter ones are close to anything
        const bool mistyped = meant.size() >= telling && key.size() >= telling && word_distance(key, meant) <= 1;
        if (whose == KeysOf::recording && !mistyped) continue;
        const std::string hint = meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant);
        fields.fail(key.c_str(), fmt::format("is not known here{}{}known: {}", hint, hint.empty() ? "; " : " ",
                                             fmt::join(known, ", ")));
    }
}

}  // namespace conntrack::oracle

#include "tests/model/path/stages.hpp"

#include "oracle/text/addresses.hpp"

#include <array>
#include <stdexcept>

namespace conntrack::testing {

namespace {

/// `outside` and what else there is: its addresses; "other" stands between the two in some, so that indices move.
constexpr std::array<const char*, stage_count> stages = {
    R"([{"name": "inside", "addresses": ["10.0.0.1/24", "fd00:a::1/64"], "networks": ["10.0.0.0/8", "fd00:a::/48"]},
        {"name": "outside", "addresses": ["192.0.2.1/24", "fd00:b::1/64"]}])",
    R"([{"name": "inside", "addresses": ["10.0.0.1/24", "fd00:a::1/64"], "networks": ["10.0.0.0/8", "fd00:a::/48"]},
        {"name": "outside", "addresses": ["192.0.2.1/24", "192.0.2.9/24", "fd00:b::1/64"]}])",
    R"([{"name": "inside", "addresses": ["10.0.0.1/24", "fd00:a::1/64"], "networks": ["10.0.0.0/8", "fd00:a::/48"]},
        {"name": "outside", "addresses": ["192.0.2.9/24", "fd00:b::9/64"]}])",
    R"([{"name": "inside", "addresses": ["10.0.0.1/24", "fd00:a::1/64"], "networks": ["10.0.0.0/8", "fd00:a::/48"]},
        {"name": "other", "addresses": ["198.51.100.1/24", "fd00:c::1/64"],
         "networks": ["198.51.100.0/24", "fd00:c::/48"]},
        {"name": "outside", "addresses": ["192.0.2.1/24", "fd00:b::1/64"]}])",
    R"([{"name": "inside", "addresses": ["10.0.0.1/24", "fd00:a::1/64"], "networks": ["10.0.0.0/8", "fd00:a::/48"]},
        {"name": "other", "addresses": ["198.51.100.1/24", "fd00:c::1/64"]},
        {"name": "outside", "addresses": ["192.0.2.1/24", "fd00:b::1/64"],
         "networks": ["192.0.2.0/25", "fd00:b::/48"]}])",
    R"([{"name": "inside", "addresses": ["10.0.0.1/24", "fd00:a::1/64"], "networks": ["10.0.0.0/8", "fd00:a::/48"]},
        {"name": "outside", "addresses": []}])",
};

Network network(const oracle::Json& text) {
    const auto out = oracle::parse_network(text.get<std::string>());
    if (!out) throw std::logic_error("not a network: " + text.dump());
    return *out;
}

}  // namespace

oracle::Json stage_json(std::size_t number) { return oracle::Json::parse(stages.at(number)); }

std::vector<Interface> stage(std::size_t number) {
    std::vector<Interface> out;
    for (const auto& i : stage_json(number)) {
        Interface one{i.at("name"), {}, {}};
        for (const auto& n : i.at("addresses")) one.addresses.push_back(network(n));
        if (i.contains("networks"))
            for (const auto& n : i.at("networks")) one.networks.push_back(network(n));
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace conntrack::testing

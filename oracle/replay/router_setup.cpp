#include "oracle/replay/router_setup.hpp"

#include "oracle/input/lines.hpp"
#include "oracle/text/addresses.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

namespace conntrack::oracle {

namespace {

std::string network_text(const Network& n) { return fmt::format("{}/{}", to_text(n.family, n.address), n.prefix_bits); }

Json interface_json(const Interface& interface) {
    Json out = {{"name", interface.name}, {"addresses", Json::array()}};
    for (const Network& n : interface.addresses) out["addresses"].push_back(network_text(n));
    for (const Network& n : interface.networks) out["networks"].push_back(network_text(n));
    return out;
}

}  // namespace

PacketPath::RuleChange RouterSetup::rules() const {
    PacketPath::RuleChange out;
    out.replaces = true;
    if (ipv4) out.ipv4 = ipv4->set;
    if (ipv6) out.ipv6 = ipv6->set;
    return out;
}

void RouterSetup::apply(Scenario& scenario, const std::string& path) const {
    if (ipv4 || ipv6) scenario.rules.replaces = true;
    if (ipv4) scenario.rules.ipv4 = ipv4->set;
    if (ipv6) scenario.rules.ipv6 = ipv6->set;
    if (!interfaces.empty()) scenario.interfaces = interfaces;
    describe(scenario.json);
    std::vector<Interface> there = scenario.interfaces;
    for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
        if (const auto* change = std::get_if<InterfacesStep>(&scenario.steps[i].action)) there = change->interfaces;
        const auto* packet = std::get_if<PacketStep>(&scenario.steps[i].action);
        if (interfaces.empty() || packet == nullptr) continue;
        if (std::ranges::find(there, packet->interface, &Interface::name) == there.end())
            throw InputError(path, fmt::format("the packet of step {} enters by \"{}\", which no --interface names", i,
                                               packet->interface));
    }
}

void RouterSetup::describe(Json& header) const {
    if (!interfaces.empty()) {
        header["interfaces"] = Json::array();
        for (const Interface& interface : interfaces) header["interfaces"].push_back(interface_json(interface));
    }
    if (ipv4) header["rules"]["ipv4"] = ipv4->text;
    if (ipv6) header["rules"]["ipv6"] = ipv6->text;
}

RouterSetup::Rules read_rules_file(const std::string& path, Family family, const rules::ParseOptions& options) {
    const auto in = open_input(path);
    std::string text;
    try {
        text.assign(std::istreambuf_iterator<char>(*in), {});
    } catch (const std::ios_base::failure& e) {
        throw InputError(path, std::string("the file is damaged or ends too early: ") + e.what());
    }
    auto parsed = rules::parse(text, family, options);
    if (const auto* error = std::get_if<rules::ParseError>(&parsed))
        throw InputError(fmt::format("{}:{}:{}", path, error->line, error->column), error->reason());
    return {std::make_shared<const rules::RuleSet>(std::get<rules::RuleSet>(std::move(parsed))), std::move(text)};
}

}  // namespace conntrack::oracle

// The router that a user describes for a replay: its interfaces and its rules.
#pragma once

#include "oracle/play/scenario.hpp"
#include "spec/rules/parse.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct RouterSetup {
    /// The rules of a family, and the text they were read from.
    struct Rules {
        std::shared_ptr<const rules::RuleSet> set;
        std::string text;
    };
    std::vector<Interface> interfaces;  // none: those of the stage, or of the scenario
    std::optional<Rules> ipv4, ipv6;
    rules::ParseOptions parsing;  // also of a scenario's own rules

    [[nodiscard]] bool is_given() const { return !interfaces.empty() || ipv4 || ipv6; }
    [[nodiscard]] PacketPath::RuleChange rules() const;

    /// Replaces what of the scenario's header is given here, for a family of rules or for the interfaces. Throws
    /// InputError, naming the file, if a step's packet enters by an interface that is then missing.
    void apply(Scenario& scenario, const std::string& path) const;
    /// The keys `interfaces` and `rules` of a header, as far as they are given.
    void describe(Json& header) const;
};

/// Reads the text of iptables-save. Throws InputError with file, line and column where it is wrong.
RouterSetup::Rules read_rules_file(const std::string& path, Family family, const rules::ParseOptions& options);

}  // namespace conntrack::oracle

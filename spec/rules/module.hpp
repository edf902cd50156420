// What the reader of a rule asks of a match or a target: which options it has, and what they came to.
#pragma once

#include "spec/rules/rule_set.hpp"
#include "spec/rules/words.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace conntrack::rules {

/// An option of a module, by one of its names. An option may be given once in each loaded module.
struct OptionInfo {
    std::string_view name;
    std::uint8_t id = 0;  // the same for all names of one option
    bool may_invert = true;
};

/// An option that stands in a rule.
struct Given {
    std::uint8_t id = 0;
    bool invert = false;
    const Word& word;
};

/// What else is known of the rule once all of it is read.
struct Frame {
    Family family = Family::ipv4;
    TableId table = TableId::filter;
    std::optional<ProtocolMatch> protocol;
    Part module;  // the name behind -m or -j

    /// Is this the protocol of the rule, without `!`?
    [[nodiscard]] bool is(std::uint8_t number) const {
        return protocol && !protocol->invert && protocol->protocol == number;
    }
    /// Throws ParseFailure unless -p names the protocol that the module is for.
    void needs(std::uint8_t number, std::string_view option) const;
};

class Module {
  public:
    Module() = default;
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;
    virtual ~Module() = default;

    [[nodiscard]] virtual std::span<const OptionInfo> options() const = 0;
    /// Reads the arguments of one of these options.
    virtual void read(const Given& option, Words& words) = 0;
};

class MatchModule : public Module {
  public:
    /// The match, or ParseFailure for what is missing.
    virtual Match finish(const Frame& frame) = 0;
};

class TargetModule : public Module {
  public:
    virtual Target finish(const Frame& frame) = 0;
};

/// The match of that name in that family; null if there is none here.
std::unique_ptr<MatchModule> match_module(std::string_view name, Family family);
std::vector<std::string> match_names(Family family);
/// The match that iptables loads by itself for an option behind `-p PROTOCOL`; empty: none.
std::string_view implied_match(std::uint8_t protocol, Family family);

/// Makers, one for each source file of modules; null: another file's, or unknown.
std::unique_ptr<MatchModule> transport_module(std::string_view name, Family family);
std::unique_ptr<MatchModule> entry_module(std::string_view name, Family family);

/// The target of that name (not a chain); null if there is none here.
std::unique_ptr<TargetModule> target_module(std::string_view name, Family family);
std::span<const std::string_view> target_names();
std::unique_ptr<TargetModule> nat_module(std::string_view name, Family family);
std::unique_ptr<TargetModule> mark_module(std::string_view name);

/// Where a target may stand. iptables and the kernel refuse it elsewhere.
struct TargetPlace {
    std::optional<TableId> table;  // nothing: in every table
    HookSet hooks{Hook::prerouting, Hook::input, Hook::forward, Hook::output, Hook::postrouting};
};
TargetPlace target_place(std::string_view name);

}  // namespace conntrack::rules

#include "oracle/cli/replay_options.hpp"

#include "oracle/input/sysctl_file.hpp"
#include "oracle/input/table_reader.hpp"
#include "oracle/text/addresses.hpp"
#include "oracle/text/interface_text.hpp"
#include "oracle/text/module_names.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cstdio>

namespace conntrack::oracle {

namespace {

void warn(const std::string& text) { std::fprintf(stderr, "ctoracle: warning: %s\n", text.c_str()); }

void apply_assignment(Tracking& tracker, const std::string& text, const ReplayOptions::Warn& warn_user) {
    const auto equals = text.find('=');
    std::int64_t value = 0;
    const char* begin = text.data() + (equals == std::string::npos ? text.size() : equals + 1);
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, value);
    if (equals == std::string::npos || error != std::errc{} || rest != end)
        throw InputError("--sysctl", fmt::format("\"{}\": expected name=number", text));
    if (const auto warning = apply_setting(tracker, text.substr(0, equals), value, {.file = "--sysctl", .line = 0}))
        warn_user(*warning);
}

/// What an explanation reads anew for every edition, and two files at once, cannot be standard input.
void refuse_standard_input_twice(const CommonOptions& o) {
    if (o.state_file == "-") throw InputError("--state", "standard input (-) is only for the capture or scenario");
    for (const std::string& path : o.sysctl_files)
        if (path == "-") throw InputError("--sysctl-file", "standard input (-) is only for the capture or scenario");
    if (o.rules_file == "-") throw InputError("--rules", "standard input (-) is only for the capture or scenario");
    if (o.rules6_file == "-") throw InputError("--rules6", "standard input (-) is only for the capture or scenario");
}

rules::UnknownMatchPolicy unknown_match(const std::string& word) {
    if (word == "never") return rules::UnknownMatchPolicy::never;
    return word == "always" ? rules::UnknownMatchPolicy::always : rules::UnknownMatchPolicy::refuse;
}

RouterSetup router_setup(const CommonOptions& o) {
    RouterSetup out;
    out.parsing.unknown_match = unknown_match(o.unknown_match);
    for (const std::string& text : o.interfaces) {
        out.interfaces.push_back(parse_interface(text));
        const auto same = [&](const Interface& i) { return i.name == out.interfaces.back().name; };
        if (std::ranges::count_if(out.interfaces, same) > 1)
            throw InputError("--interface", fmt::format("\"{}\" is there twice", out.interfaces.back().name));
    }
    if (!o.rules_file.empty()) out.ipv4 = read_rules_file(o.rules_file, Family::ipv4, out.parsing);
    if (!o.rules6_file.empty()) out.ipv6 = read_rules_file(o.rules6_file, Family::ipv6, out.parsing);
    return out;
}

void add_router_options(CLI::App& verb, CommonOptions& o) {
    verb.add_option(
            "--rules", o.rules_file,
            "The router's IPv4 rules, as `iptables-save` prints them. A capture's packets then pass that router "
            "instead of being accepted as they are; of a scenario, the header's rules are replaced")
        ->type_name("FILE");
    verb.add_option("--rules6", o.rules6_file, "The same for IPv6, as `ip6tables-save` prints them")->type_name("FILE");
    verb.add_option("--interface", o.interfaces,
                    "An interface of that router, NAME=ADDRESS[/LENGTH][,...][+NETWORK[,...]]: its addresses and the "
                    "networks behind it (none: all others), as inside=10.0.0.1/24+10.0.0.0/8; repeatable. A packet "
                    "enters by the interface it was captured on if that is one of these, else by the one behind which "
                    "its source lies. Default: inside and outside of the stage, or the scenario's own")
        ->type_name("INTERFACE");
    verb.add_option("--unknown-match", o.unknown_match,
                    "What becomes of matches in rules that are not known here: refuse them; or they never or always "
                    "match, and verdicts that hang on one say so")
        ->check(CLI::IsMember({"refuse", "never", "always"}))
        ->capture_default_str();
}

}  // namespace

std::shared_ptr<CommonOptions> add_common_options(CLI::App& verb) {
    auto o = std::make_shared<CommonOptions>();
    verb.add_option("file", o->file,
                    "A capture (pcap, pcapng) or a scenario (JSON), plain, .gz or .xz; - is standard input (plain)")
        ->required();
    verb.add_option("--edition", o->edition, "The kernel that is meant (captures: linux-6.18; scenarios: their own)")
        ->check(CLI::IsMember({"linux-2.6.9", "linux-2.6.32", "linux-6.18"}));
    verb.add_option(
            "--checksum", o->checksum,
            "auto takes a sum that the sender's card would have finished for right. Default: auto for captures, verify "
            "for scenarios")
        ->check(CLI::IsMember({"auto", "verify", "ignore"}));
    verb.add_option("--sysctl", o->sysctl, "A setting under the kernel's name, name=value; repeatable")
        ->type_name("NAME=VALUE");
    verb.add_option("--sysctl-file", o->sysctl_files, "Settings as `sysctl -a` prints them; repeatable")
        ->type_name("FILE");
    verb.add_option("--state", o->state_file,
                    "Begin with this table: text of `conntrack -L`, /proc/net/nf_conntrack or /proc/net/ip_conntrack")
        ->type_name("FILE");
    add_router_options(verb, *o);
    verb.add_option("--module", o->modules,
                    "Loaded besides what every kernel has (linux-2.6.x: a loaded helper serves its port); repeatable. "
                    "ftp_loose is ftp with its option `loose`")
        ->type_name("NAME")
        ->check(CLI::IsMember(module_names));
    verb.add_flag("--later-notifier", o->later_notifier,
                  "linux-2.6.9 tells nobody anything: offer the notifier of linux-2.6.32 there");
    return o;
}

ReplayOptions replay_options(const CommonOptions& o) {
    refuse_standard_input_twice(o);
    ReplayOptions out;
    if (!o.edition.empty()) out.edition = edition_named(o.edition);
    out.later_notifier = o.later_notifier;
    if (o.checksum == "auto") out.checksum = wire::ChecksumPolicy::automatic;
    if (o.checksum == "verify") out.checksum = wire::ChecksumPolicy::verify;
    if (o.checksum == "ignore") out.checksum = wire::ChecksumPolicy::ignore;
    out.warn = warn;
    for (const std::string& name : o.modules) load_module(out.modules, name);
    out.router = router_setup(o);
    out.prepare = [o](Tracking& tracker, Time now, const ReplayOptions::Warn& warn_user) {
        for (const std::string& path : o.sysctl_files)
            for (const std::string& warning : apply_sysctl_file(tracker, path)) warn_user(warning);
        for (const std::string& text : o.sysctl) apply_assignment(tracker, text, warn_user);
        if (o.state_file.empty()) return;
        for (const auto& entry : read_table(o.state_file, tracker.edition(), tracker.modules()))
            if (!tracker.import(entry, now))
                throw InputError(o.state_file, "two entries answer to one tuple: " +
                                                   to_text(entry.original.family, entry.original.src));
    };
    return out;
}

void warn_of_default_interfaces(const ReplayOptions& options) {
    if (options.router.is_given() && options.router.interfaces.empty())
        options.warn(
            "rules without --interface: the router is that of the stage, inside=10.0.0.1/24,fd00:a::1/64"
            "+10.0.0.0/8,fd00:a::/48 and outside=192.0.2.1/24,fd00:b::1/64");
}

}  // namespace conntrack::oracle

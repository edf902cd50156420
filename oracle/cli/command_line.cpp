#include "oracle/cli/command_line.hpp"

#include <algorithm>

namespace conntrack::oracle {

namespace {

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        if (comma > at) out.push_back(text.substr(at, comma - at));
        at = comma + 1;
    }
    return out;
}

ArgumentInfo argument(const CLI::Option& option) {
    ArgumentInfo out{};
    for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
    if (option.get_positional()) out.place = option.get_name(true);
    out.description = option.get_description();
    out.required = option.get_required();
    if (option.get_items_expected_max() == 0) return out;
    out.repeatable = option.get_items_expected_max() > 1;
    out.fallback = option.get_default_str();
    // "TEXT:{a,b}": CLI11 tells the choices of IsMember only in this text.
    const std::string type = option.get_type_name();
    out.value = type.substr(0, type.find(':'));
    const auto open = type.find('{'), close = type.find('}');
    if (open != std::string::npos && close != std::string::npos)
        out.choices = split(type.substr(open + 1, close - open - 1));
    return out;
}

VerbInfo verb(const CLI::App& app) {
    VerbInfo out{
        .name = app.get_name(), .description = app.get_description(), .footer = app.get_footer(), .arguments = {}};
    for (const CLI::Option* option : app.get_options())
        if (!option->get_group().empty()) out.arguments.push_back(argument(*option));
    return out;
}

}  // namespace

CommandLine command_line(const CLI::App& app) {
    CommandLine out{.program = verb(app), .verbs = {}};
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
        if (!sub->get_group().empty()) out.verbs.push_back(verb(*sub));
    return out;
}

}  // namespace conntrack::oracle

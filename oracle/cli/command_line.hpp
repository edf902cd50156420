// What the command line offers, read off its definition: what the manual page and the completion are written from.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace conntrack::oracle {

struct ArgumentInfo {
    std::vector<std::string> names;  // "--edition"; empty: an argument by place
    std::string place;               // "file": the name of an argument by place
    std::string value;               // "FILE", "N"; empty: a flag
    std::vector<std::string> choices;
    std::string fallback;  // its default, as text
    std::string description;
    bool required;
    bool repeatable;
};

struct VerbInfo {
    std::string name;
    std::string description;
    std::string footer;
    std::vector<ArgumentInfo> arguments;
};

struct CommandLine {
    VerbInfo program;
    std::vector<VerbInfo> verbs;  // without hidden ones
};

CommandLine command_line(const CLI::App& app);

/// The manual page, in troff's man macros.
std::string manual_page(const CommandLine& line, const std::string& version);

/// The completion script for bash.
std::string bash_completion(const CommandLine& line);

}  // namespace conntrack::oracle

#include "oracle/cli/command_line.hpp"

#include <fmt/format.h>

namespace conntrack::oracle {

namespace {

/// The script around the tables; bash breaks "--edition=linux" into three words where '=' is in COMP_WORDBREAKS.
constexpr const char* script = R"(
_ctoracle() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb='' place=0 words='' files='' i
    if [[ $cur == = ]]; then
        cur=''
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for ((i = 1; i < COMP_CWORD; ++i)); do
        if _ctoracle_value "$verb" "${COMP_WORDS[i]}"; then
            [[ ${COMP_WORDS[i+1]} == = ]] && ((++i))
            ((++i))
        elif [[ ${COMP_WORDS[i]} == -?* ]]; then
            continue
        elif [[ -z $verb ]]; then
            verb=${COMP_WORDS[i]}
        else
            ((++place))
        fi
    done
    words='' files=''
    if _ctoracle_value "$verb" "$prev"; then
        :
    elif [[ $cur == -* ]]; then
        _ctoracle_options "$verb"
    elif ! _ctoracle_place "$verb" "$place"; then
        _ctoracle_options "$verb"
    fi
    if [[ -n $files ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    fi
}
complete -F _ctoracle ctoracle
)";

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// What a value is completed with. A value by place that has no choices is a file.
std::string offer(const ArgumentInfo& a) {
    if (!a.choices.empty()) return fmt::format("words='{}'", joined(a.choices));
    return !a.place.empty() || a.value == "FILE" ? "files=yes" : ":";
}

std::string value_cases(const std::string& verb, const VerbInfo& info) {
    std::string out;
    for (const ArgumentInfo& a : info.arguments)
        if (!a.value.empty())
            for (const std::string& name : a.names)
                out += fmt::format("        '{} {}') {} ;;\n", verb, name, offer(a));
    return out;
}

std::string place_cases(const VerbInfo& verb) {
    std::string out;
    std::size_t place = 0;
    for (const ArgumentInfo& a : verb.arguments) {
        if (a.place.empty()) continue;
        out += fmt::format("        '{} '{}) {} ;;\n", verb.name, a.repeatable ? "*" : std::to_string(place), offer(a));
        ++place;
    }
    return out;
}

std::string option_case(const std::string& verb, const VerbInfo& info) {
    std::vector<std::string> names;
    for (const ArgumentInfo& a : info.arguments) names.insert(names.end(), a.names.begin(), a.names.end());
    return fmt::format("        '{}') words='{}' ;;\n", verb, joined(names));
}

std::string function(const char* name, const char* comment, const char* subject, const std::string& cases) {
    return fmt::format("\n# {}\n{}() {{\n    case {} in\n{}        *) return 1 ;;\n    esac\n}}\n", comment, name,
                       subject, cases);
}

}  // namespace

std::string bash_completion(const CommandLine& line) {
    std::vector<std::string> verbs;
    std::string values = value_cases("", line.program), options = option_case("", line.program), places;
    for (const VerbInfo& verb : line.verbs) {
        verbs.push_back(verb.name);
        values += value_cases(verb.name, verb);
        places += place_cases(verb);
        options += option_case(verb.name, verb);
    }
    places += fmt::format("        ' 0') words='{}' ;;\n", joined(verbs));
    return "# Completion of ctoracle for bash, printed by \"ctoracle completion\" from the program's own command "
           "line.\n" +
           function("_ctoracle_value", "VERB OPTION: what the value of an option may be; false if it takes none.",
                    "\"$1 $2\"", values) +
           function("_ctoracle_place", "VERB NUMBER: what an argument by place may be.", "\"$1 $2\"", places) +
           function("_ctoracle_options", "VERB: its options.", "$1", options) + script;
}

}  // namespace conntrack::oracle

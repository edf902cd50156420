#include "oracle/text/interface_text.hpp"

#include "oracle/input/input_error.hpp"
#include "oracle/text/addresses.hpp"

#include <fmt/format.h>
#include <string_view>

namespace conntrack::oracle {

namespace {

[[noreturn]] void fail(const std::string& text, const std::string& what) {
    throw InputError("--interface", fmt::format("\"{}\": {}; expected NAME=ADDRESS[/LENGTH][,ADDRESS...]"
                                                "[+NETWORK[,NETWORK...]], such as inside=10.0.0.1/24+10.0.0.0/8",
                                                text, what));
}

std::vector<Network> networks(const std::string& whole, std::string_view list, const char* what) {
    std::vector<Network> out;
    while (true) {
        const auto comma = list.find(',');
        const std::string word(list.substr(0, comma));
        const auto network = parse_network(word);
        if (!network) fail(whole, fmt::format("\"{}\" is no {}", word, what));
        out.push_back(*network);
        if (comma == std::string_view::npos) return out;
        list.remove_prefix(comma + 1);
    }
}

}  // namespace

Interface parse_interface(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) fail(text, "there is no \"=\" with an address behind it");
    if (equals == 0) fail(text, "there is no name before \"=\"");
    // dev_valid_name() of net/core/dev.c
    constexpr std::size_t longest = 15;
    if (equals > longest) fail(text, fmt::format("the name is longer than {} bytes", longest));
    if (text.substr(0, equals).find_first_of("/: \t\n\v\f\r") != std::string::npos)
        fail(text, "no interface has such a name");
    const std::string_view rest = std::string_view(text).substr(equals + 1);
    const auto plus = rest.find('+');
    Interface out{text.substr(0, equals), networks(text, rest.substr(0, plus), "address"), {}};
    if (plus != std::string_view::npos) out.networks = networks(text, rest.substr(plus + 1), "network");
    return out;
}

}  // namespace conntrack::oracle

#include "oracle/diagram/events.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace conntrack::oracle {

namespace {

constexpr std::string_view original = "original ", reply = "reply ";

bool contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

std::string without_direction(const std::string& event) {
    for (const std::string_view direction : {original, reply})
        if (event.starts_with(direction)) return event.substr(direction.size());
    return event;
}

std::string direction_of(const std::string& event, const std::vector<std::string>& events) {
    const std::string rest = without_direction(event);
    if (rest == event) return {};
    if (contains(events, std::string(original) + rest) && contains(events, std::string(reply) + rest)) return "any ";
    return event.substr(0, event.size() - rest.size());
}

std::size_t word_end(const std::string& text, std::size_t at) {
    std::size_t end = std::min(text.find(' ', at), text.size());
    if (text[at] == '[') end = std::min(text.find(' ', std::min(text.find(']', at), text.size())), text.size());
    return end;
}

}  // namespace

std::string joined_events(const std::vector<std::string>& events) {
    constexpr std::array<std::string_view, 4> directions = {"any ", original, reply, ""};
    std::string out;
    for (const std::string_view direction : directions) {
        std::vector<std::string> names;
        for (const std::string& event : events) {
            if (direction_of(event, events) != direction) continue;
            if (const std::string name = without_direction(event); !contains(names, name)) names.push_back(name);
        }
        if (names.empty()) continue;
        if (!out.empty()) out += "; ";
        out += direction;
        for (std::size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : ", ") + names[i];
    }
    return out;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
    std::vector<std::string> out;
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = word_end(text, at);
        const std::string word = text.substr(at, end - at);
        at = end + 1;
        if (!line.empty() && line.size() + 1 + word.size() > width) {
            out.push_back(line);
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    if (!line.empty()) out.push_back(line);
    return out;
}

}  // namespace conntrack::oracle

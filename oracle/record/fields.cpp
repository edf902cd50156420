#include "oracle/record/fields.hpp"

#include "oracle/record/json_lines.hpp"
#include "oracle/text/addresses.hpp"

#include <fmt/format.h>
#include <cmath>
#include <limits>

namespace conntrack::oracle {

Fields::Fields(const Json& object, JsonPlace place, std::string path)
    : object_(object), place_(std::move(place)), path_(std::move(path)) {
    if (object_.is_object()) return;
    const char* const whole = place_.text == nullptr ? "the line" : "the file";
    fail_at(path_, (path_.empty() ? whole : path_) + " must be an object");
}

void Fields::fail_at(const std::string& path, const std::string& what) const {
    throw InputError(place_.file, place_.text == nullptr ? place_.line : json_line(*place_.text, path), what);
}

void Fields::fail(const std::string& what) const { fail_at(path_, path_.empty() ? what : path_ + ": " + what); }

void Fields::fail(const char* key, const std::string& what) const {
    const std::string where = path_.empty() ? key : path_ + "." + key;
    fail_at(where, fmt::format("\"{}\" {}", where, what));
}

const Json& Fields::get(const char* key) const {
    const auto it = object_.find(key);
    if (it == object_.end()) fail(key, "is missing");
    return *it;
}

std::string Fields::text(const char* key) const {
    const Json& value = get(key);
    if (!value.is_string()) fail(key, "must be text");
    return value.get<std::string>();
}

std::string Fields::text_or(const char* key, const char* otherwise) const { return has(key) ? text(key) : otherwise; }

bool Fields::flag_or(const char* key, bool otherwise) const {
    if (!has(key)) return otherwise;
    const Json& value = get(key);
    if (!value.is_boolean()) fail(key, "must be true or false");
    return value.get<bool>();
}

std::int64_t Fields::integer(const char* key) const {
    const Json& value = get(key);
    if (!value.is_number_integer()) fail(key, "must be a whole number");
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
        fail(key, "must be a whole number of at most 63 bits");
    return value.get<std::int64_t>();
}

std::uint16_t Fields::port(const char* key) const {
    const std::int64_t value = integer(key);
    if (value < 0 || value > 65535) fail(key, "must be a number from 0 to 65535");
    return static_cast<std::uint16_t>(value);
}

Time Fields::time(const char* key) const {
    const Json& value = get(key);
    if (!value.is_number()) fail(key, "must be a number of seconds");
    const double seconds_value = value.get<double>();
    if (!(seconds_value >= 0) || seconds_value > 9e9) fail(key, "must be a number of seconds from 0 to 9e9");
    // Whole microseconds: recordings give no more, and a double holds no more of a long time.
    return static_cast<Time>(std::llround(seconds_value * 1e6)) * 1000;
}

std::vector<std::uint8_t> Fields::hex(const char* key) const {
    auto bytes = parse_hex(text(key));
    if (!bytes) fail(key, "must be an even number of hexadecimal digits");
    return *std::move(bytes);
}

Fields Fields::object(const char* key) const {
    const Json& value = get(key);
    if (!value.is_object()) fail(key, "must be an object");
    return {value, place_, path_.empty() ? key : path_ + "." + key};
}

std::size_t Fields::array_size(const char* key) const {
    const Json& value = get(key);
    if (!value.is_array()) fail(key, "must be an array");
    return value.size();
}

Fields Fields::element(const char* key, std::size_t index) const {
    const Json& value = get(key).at(index);
    const std::string where = fmt::format("{}{}{}[{}]", path_, path_.empty() ? "" : ".", key, index);
    return {value, place_, where};
}

Tuple Fields::tuple() const {
    const auto address = [&](const char* key) {
        const auto parsed = parse_address(text(key));
        if (!parsed) fail(key, "must be an IPv4 or IPv6 address");
        return *parsed;
    };
    const ParsedAddress src = address("src"), dst = address("dst");
    if (src.family != dst.family) fail("dst", "must be of the same family as \"src\"");
    Tuple t;
    t.family = src.family;
    t.src = src.address;
    t.dst = dst.address;
    const std::int64_t proto = integer("proto");
    if (proto < 0 || proto > 255) fail("proto", "must be a number from 0 to 255");
    t.proto = static_cast<std::uint8_t>(proto);
    if (has("zone")) t.zone = port("zone");
    if (t.is_icmp() && has("id")) {
        const std::uint16_t type = port("type"), code = port("code");
        if (type > 255) fail("type", "must be a number from 0 to 255");
        if (code > 255) fail("code", "must be a number from 0 to 255");
        t.src_part = port("id");
        t.dst_part = icmp_part(static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code));
    } else if (has("sport")) {
        t.src_part = port("sport");
        t.dst_part = port("dport");
    }
    return t;
}

}  // namespace conntrack::oracle

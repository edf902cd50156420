// Reads typed fields of JSON objects; what is missing or of the wrong type is an InputError that names file, line and
// key.
#pragma once

#include "oracle/input/input_error.hpp"
#include "spec/time.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::oracle {

using Json = nlohmann::ordered_json;

/// Where a JSON text stands.
struct JsonPlace {
    std::string file;
    std::uint64_t line = 1;
    /// A text of several lines, beginning at line 1: the line of what is complained of is looked up in it.
    const std::string* text = nullptr;
};

/// Where a JSON object stands, and the object.
class Fields {
  public:
    Fields(const Json& object, JsonPlace place, std::string path);

    [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
    [[nodiscard]] std::string text(const char* key) const;
    [[nodiscard]] std::string text_or(const char* key, const char* otherwise) const;
    [[nodiscard]] bool flag_or(const char* key, bool otherwise) const;
    [[nodiscard]] std::int64_t integer(const char* key) const;
    [[nodiscard]] std::uint16_t port(const char* key) const;
    /// A time in seconds, not negative.
    [[nodiscard]] Time time(const char* key) const;
    [[nodiscard]] std::vector<std::uint8_t> hex(const char* key) const;
    [[nodiscard]] Fields object(const char* key) const;
    [[nodiscard]] Fields element(const char* key, std::size_t index) const;
    [[nodiscard]] std::size_t array_size(const char* key) const;
    [[nodiscard]] Tuple tuple() const;
    [[nodiscard]] const Json& json() const { return object_; }

    [[noreturn]] void fail(const std::string& what) const;
    [[noreturn]] void fail(const char* key, const std::string& what) const;

  private:
    const Json& object_;
    JsonPlace place_;
    std::string path_;

    [[noreturn]] void fail_at(const std::string& path, const std::string& what) const;
    [[nodiscard]] const Json& get(const char* key) const;
};

}  // namespace conntrack::oracle

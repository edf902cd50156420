// Files of the tests: those that came from real programs, and those that a test writes itself.
#pragma once

#include "oracle/input/lines.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace conntrack::oracle::test {

inline std::string data_file(const std::string& name) { return testing::data_folder() + "/" + name; }

inline std::vector<std::string> lines_of(const std::string& path) {
    LineReader reader(path);
    std::vector<std::string> out;
    for (std::string line; reader.next(line);) out.push_back(line);
    return out;
}

/// A file that lives as long as the object. Tests run at the same time, so its name is the test's.
class TextFile {
  public:
    explicit TextFile(const std::string& text) {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        std::string name = std::string(test->test_suite_name()) + "." + test->name() + ".txt";
        std::ranges::replace(name, '/', '.');  // of tests with parameters
        path_ = ::testing::TempDir() + name;
        std::ofstream(path_) << text;
    }
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;
    ~TextFile() { std::filesystem::remove(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// What `read` says is wrong, without the path before it; "" if it finds nothing wrong.
template <class Read>
std::string complaint(const TextFile& file, Read read) {
    try {
        read(file.path());
    } catch (const InputError& e) {
        const std::string what = e.what();
        EXPECT_TRUE(what.starts_with(file.path())) << what;
        return what.substr(file.path().size());
    }
    return "";
}

}  // namespace conntrack::oracle::test

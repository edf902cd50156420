// Reads text files line by line, plain, gzipped or xz-compressed, or standard input ("-").
#pragma once

#include "oracle/input/input_error.hpp"

#include <cstdint>
#include <istream>
#include <memory>
#include <string>

namespace conntrack::oracle {

/// Opens a file for reading and undoes its compression, which is told by its first bytes. Throws InputError for a
/// missing file, a directory, a pipe or a device other than standard input, and for compressed standard input. Where
/// the file is damaged, reading throws std::ios_base::failure after everything before that place has been read.
std::unique_ptr<std::istream> open_input(const std::string& path);

class LineReader {
  public:
    explicit LineReader(std::string path);

    /// The next line without its newline; false at the end. Throws InputError if the file is damaged.
    bool next(std::string& line);
    [[nodiscard]] std::uint64_t line_number() const { return number_; }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
    std::unique_ptr<std::istream> in_;
    std::uint64_t number_ = 0;
};

}  // namespace conntrack::oracle

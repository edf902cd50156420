#include "oracle/input/lines.hpp"

#include <array>
#include <boost/iostreams/device/file.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace conntrack::oracle {

namespace io = boost::iostreams;

std::unique_ptr<std::istream> open_input(const std::string& path) {
    if (path == "-") return std::make_unique<std::istream>(std::cin.rdbuf());
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) throw InputError(path, "is a directory, expected a file");
    std::ifstream probe(path, std::ios::binary);
    if (!probe) throw InputError(path, std::string("cannot be opened: ") + std::strerror(errno));
    std::array<char, 6> magic{};
    probe.read(magic.data(), magic.size());
    const std::string_view begins(magic.data(), static_cast<std::size_t>(probe.gcount()));

    auto stream = std::make_unique<io::filtering_istream>();
    if (begins.starts_with("\x1f\x8b")) stream->push(io::gzip_decompressor());
    if (begins == std::string_view("\xfd" "7zXZ\0", 6)) stream->push(io::lzma_decompressor());
    stream->push(io::file_source(path, std::ios::binary));
    stream->exceptions(std::ios::badbit);
    return stream;
}

LineReader::LineReader(std::string path) : path_(std::move(path)), in_(open_input(path_)) {}

bool LineReader::next(std::string& line) {
    try {
        if (!std::getline(*in_, line)) return false;
    } catch (const std::ios_base::failure& e) {
        throw InputError(path_, number_ + 1, std::string("the file is damaged or ends too early: ") + e.what());
    }
    ++number_;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
}

}  // namespace conntrack::oracle

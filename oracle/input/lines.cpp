#include "oracle/input/lines.hpp"

#include <algorithm>
#include <array>
#include <boost/iostreams/device/file.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <streambuf>
#include <string_view>

namespace conntrack::oracle {

namespace io = boost::iostreams;

namespace {

/// Undoes the compression of a file and gives up everything that stands before a damaged place: Boost's filters throw
/// away the block in which they fail, so that block is read a second time, byte by byte.
template <class Decompressor>
class UnpackingBuffer : public std::streambuf {
  public:
    explicit UnpackingBuffer(std::string path) : path_(std::move(path)) { reopen(); }

  private:
    std::string path_;
    std::optional<io::file_source> file_;
    std::optional<Decompressor> filter_;
    std::array<char, 1 << 16> block_{};
    std::uint64_t delivered_ = 0;
    bool bytewise_ = false;

    void reopen() {
        file_.emplace(path_, std::ios::binary);
        filter_.emplace();
    }

    std::streamsize read(std::uint64_t wanted) {
        return filter_->read(*file_, block_.data(),
                             static_cast<std::streamsize>(std::min<std::uint64_t>(wanted, block_.size())));
    }

    std::streamsize read_again_bytewise() {
        bytewise_ = true;
        reopen();
        for (std::uint64_t left = delivered_; left != 0;) {
            const std::streamsize got = read(left);
            if (got <= 0) return -1;
            left -= static_cast<std::uint64_t>(got);
        }
        return read(1);
    }

    int_type underflow() override {
        std::streamsize got = 0;
        try {
            got = read(bytewise_ ? 1 : block_.size());
        } catch (const std::ios_base::failure&) {
            if (bytewise_) throw;
            got = read_again_bytewise();
        }
        if (got <= 0) return traits_type::eof();
        delivered_ += static_cast<std::uint64_t>(got);
        setg(block_.data(), block_.data(), block_.data() + got);
        return traits_type::to_int_type(block_[0]);
    }
};

template <class Decompressor>
class UnpackingStream final : private UnpackingBuffer<Decompressor>, public std::istream {
  public:
    explicit UnpackingStream(const std::string& path)
        : UnpackingBuffer<Decompressor>(path), std::istream(static_cast<UnpackingBuffer<Decompressor>*>(this)) {}
};

std::unique_ptr<std::istream> open_standard_input() {
    const int first = std::cin.peek();
    if (first == 0x1f || first == 0xfd)
        throw InputError("-", "standard input is compressed; unpack it on the way: zcat FILE | ctoracle ... -");
    std::cin.clear();
    return std::make_unique<std::istream>(std::cin.rdbuf());
}

}  // namespace

std::unique_ptr<std::istream> open_input(const std::string& path) {
    if (path == "-") return open_standard_input();
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (std::filesystem::is_directory(status)) throw InputError(path, "is a directory, expected a file");
    // Inputs are opened more than once, to see what they are; what a pipe has given, it does not give again.
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        throw InputError(path, "is a pipe or a device, expected a file; - reads standard input");
    auto plain = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!*plain) throw InputError(path, std::string("cannot be opened: ") + std::strerror(errno));
    std::array<char, 6> magic{};
    plain->read(magic.data(), magic.size());
    const std::string_view begins(magic.data(), static_cast<std::size_t>(plain->gcount()));
    plain->clear();
    plain->seekg(0);

    std::unique_ptr<std::istream> stream = std::move(plain);
    if (begins.starts_with("\x1f\x8b")) stream = std::make_unique<UnpackingStream<io::gzip_decompressor>>(path);
    if (begins == std::string_view("\xfd"
                                   "7zXZ\0",
                                   6))
        stream = std::make_unique<UnpackingStream<io::lzma_decompressor>>(path);
    stream->exceptions(std::ios::badbit);
    return stream;
}

LineReader::LineReader(std::string path) : path_(std::move(path)), in_(open_input(path_)) {}

bool LineReader::next(std::string& line) {
    try {
        if (!std::getline(*in_, line)) return false;
    } catch (const std::ios_base::failure&) {
        throw InputError(path_, number_ + 1,
                         "the file is damaged or ends too early: it cannot be unpacked from here on");
    }
    ++number_;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
}

}  // namespace conntrack::oracle

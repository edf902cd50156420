#include "oracle/input/capture.hpp"

#include "oracle/input/lines.hpp"
#include "oracle/input/link_layer.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace conntrack::oracle {

namespace {

/// A C stream over a C++ one, for compressed files.
FILE* as_c_stream(std::istream& in) {
    const auto read = [](void* cookie, char* buffer, std::size_t size) -> ssize_t {
        auto& stream = *static_cast<std::istream*>(cookie);
        try {
            if (stream.peek() == std::char_traits<char>::eof()) return 0;
            // No more than is there: reading on may meet damage, and what stands before it would be lost.
            const auto there = std::min(static_cast<std::streamsize>(size), stream.rdbuf()->in_avail());
            stream.read(buffer, there);
            return static_cast<ssize_t>(stream.gcount());
        } catch (const std::ios_base::failure&) {
            errno = EIO;
            return -1;
        }
    };
    return fopencookie(&in, "rb", {.read = read, .write = nullptr, .seek = nullptr, .close = nullptr});
}

bool is_compressed(std::span<const std::uint8_t> b) {
    return (b.size() >= 2 && b[0] == 0x1f && b[1] == 0x8b) || (b.size() >= 2 && b[0] == 0xfd && b[1] == '7');
}

}  // namespace

bool looks_like_capture(std::span<const std::uint8_t> b) {
    if (b.size() < 4) return false;
    const std::uint32_t magic = std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
    constexpr std::uint32_t known[] = {0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1,
                                       0x0a0d0d0a, 0xa1b2cd34, 0x34cdb2a1};
    for (const std::uint32_t k : known)
        if (magic == k) return true;
    return false;
}

struct CaptureReader::Impl {
    std::string path;
    std::unique_ptr<std::istream> stream;  // compressed input
    pcap_t* pcap = nullptr;
    int link_type = 0;
    std::uint64_t frames = 0;
    std::uint64_t size = 0;  // of the file; 0: not known

    ~Impl() {
        if (pcap != nullptr) pcap_close(pcap);
    }

    /// Why libpcap stopped: in its words, or because the file cannot be unpacked.
    [[nodiscard]] std::string trouble(const char* words) const {
        return stream && stream->bad() ? "the compressed file is damaged or ends too early" : words;
    }
};

CaptureReader::CaptureReader(const std::string& path) : impl_(std::make_unique<Impl>()) {
    impl_->path = path;
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    FILE* file = stdin;
    if (path != "-") {
        std::array<std::uint8_t, 4> magic{};
        impl_->stream = open_input(path);  // says what is wrong with the path, if something is
        file = std::fopen(path.c_str(), "rb");
        if (file == nullptr) throw InputError(path, std::string("cannot be opened: ") + std::strerror(errno));
        const std::size_t n = std::fread(magic.data(), 1, magic.size(), file);
        std::rewind(file);
        if (is_compressed(std::span(magic).first(n))) {
            std::fclose(file);
            file = as_c_stream(*impl_->stream);
        } else {
            impl_->stream.reset();
            std::error_code ignored;
            impl_->size = std::filesystem::file_size(path, ignored);
            std::setvbuf(file, nullptr, _IOFBF, std::size_t{1} << 20);
        }
    }
    impl_->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error.data());
    if (impl_->pcap == nullptr) {
        if (file != stdin) std::fclose(file);
        throw InputError(path, "cannot be read as a capture: " + impl_->trouble(error.data()));
    }
    impl_->link_type = pcap_datalink(impl_->pcap);
    if (!link_type_known(impl_->link_type)) {
        const char* name = pcap_datalink_val_to_name(impl_->link_type);
        throw InputError(path,
                         fmt::format("link type {} ({}) is not known; known are Ethernet, Linux cooked v1 and v2, raw "
                                     "IP, null and loopback",
                                     impl_->link_type, name == nullptr ? "unnamed" : name));
    }
}

CaptureReader::~CaptureReader() = default;

bool CaptureReader::next(Frame& frame) {
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int got = pcap_next_ex(impl_->pcap, &header, &data);
    if (got == PCAP_ERROR_BREAK) return false;
    if (got != 1)
        throw InputError(impl_->path,
                         fmt::format("frame {}: {}", impl_->frames + 1, impl_->trouble(pcap_geterr(impl_->pcap))));
    frame.number = ++impl_->frames;
    constexpr time_t last_time = 9'000'000'000;  // the year 2255; nanoseconds in 64 bits reach little further
    if (header->ts.tv_sec < 0 || header->ts.tv_sec > last_time)
        throw InputError(impl_->path, fmt::format("frame {}: its time, {} s since 1970, is out of range", frame.number,
                                                  header->ts.tv_sec));
    frame.time = seconds(header->ts.tv_sec) + header->ts.tv_usec;  // nanoseconds, as asked for
    frame.cut = header->caplen < header->len;
    frame.content = ip_packet(impl_->link_type, {data, header->caplen});
    return true;
}

double CaptureReader::progress() const {
    if (impl_->size == 0) return -1;
    const long at = std::ftell(pcap_file(impl_->pcap));
    return at < 0 ? -1 : static_cast<double>(at) / static_cast<double>(impl_->size);
}

}  // namespace conntrack::oracle

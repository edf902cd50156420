#include "oracle/input/capture.hpp"

#include "oracle/input/lines.hpp"
#include "oracle/input/link_layer.hpp"
#include "oracle/input/pcapng.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

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

bool is_compressed(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const int first = file.get(), second = file.get();
    return (first == 0x1f && second == 0x8b) || (first == 0xfd && second == '7');
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
    std::unique_ptr<std::istream> stream;  // pcapng, and compressed input
    std::optional<PcapngReader> pcapng;    // else libpcap reads
    pcap_t* pcap = nullptr;
    int link_type = 0;  // of all that libpcap reads
    std::uint64_t frames = 0;
    std::uint64_t size = 0;                      // of the file; 0: not known
    std::map<std::uint32_t, std::string> names;  // of interfaces that are told by an index

    explicit Impl(std::string its_path) : path(std::move(its_path)) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (pcap != nullptr) pcap_close(pcap);
    }

    /// Why libpcap stopped: in its words, or because the file cannot be unpacked.
    [[nodiscard]] std::string trouble(const char* words) const {
        return stream && stream->bad() ? "the compressed file is damaged or ends too early" : words;
    }

    void open();
    void open_with_libpcap(FILE* file);
    bool next_of_pcap(Frame& frame);
    bool next_of_pcapng(Frame& frame);
    void fill(Frame& frame, int frame_link_type, std::span<const std::uint8_t> bytes);
};

void CaptureReader::Impl::open() {
    constexpr int pcapng_begins = 0x0a;
    stream = open_input(path);  // says what is wrong with the path, if something is
    const bool compressed = path != "-" && is_compressed(path);
    if (path != "-" && !compressed) {
        std::error_code ignored;
        size = std::filesystem::file_size(path, ignored);
    }
    int first = 0;
    try {
        first = stream->peek();
    } catch (const std::ios_base::failure&) {
        throw InputError(path, "cannot be read as a capture: " + trouble(""));
    }
    if (first == pcapng_begins) {
        pcapng.emplace(*stream, path);
        return;
    }
    if (compressed) return open_with_libpcap(as_c_stream(*stream));
    stream.reset();
    if (path == "-") return open_with_libpcap(stdin);
    FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) throw InputError(path, std::string("cannot be opened: ") + std::strerror(errno));
    std::setvbuf(file, nullptr, _IOFBF, std::size_t{1} << 20);
    open_with_libpcap(file);
}

void CaptureReader::Impl::open_with_libpcap(FILE* file) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error.data());
    if (pcap == nullptr) {
        if (file != stdin) std::fclose(file);
        throw InputError(path, "cannot be read as a capture: " + trouble(error.data()));
    }
    link_type = pcap_datalink(pcap);
    if (!link_type_known(link_type)) throw InputError(path, unknown_link_type(link_type));
}

bool CaptureReader::Impl::next_of_pcap(Frame& frame) {
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int got = pcap_next_ex(pcap, &header, &data);
    if (got == PCAP_ERROR_BREAK) return false;
    if (got != 1) throw InputError(path, fmt::format("frame {}: {}", frames + 1, trouble(pcap_geterr(pcap))));
    frame.number = ++frames;
    const auto [whole, nanoseconds] = header->ts;  // as asked for
    if (whole < 0 || whole > last_capture_second || seconds(whole) + nanoseconds < 0)
        throw InputError(path, fmt::format("frame {}: its time, {} s and {} ns since 1970, is out of range",
                                           frame.number, whole, nanoseconds));
    frame.time = seconds(whole) + nanoseconds;
    frame.cut = header->caplen < header->len;
    frame.interface = {};
    frame.several_interfaces = false;
    fill(frame, link_type, {data, header->caplen});
    return true;
}

bool CaptureReader::Impl::next_of_pcapng(Frame& frame) {
    PcapngFrame read;
    try {
        if (!pcapng->next(read)) return false;
    } catch (const std::ios_base::failure&) {
        throw InputError(path, fmt::format("frame {}: {}", frames + 1, trouble("cannot be read")));
    }
    frame.number = ++frames;
    if (!link_type_known(read.link_type))
        throw InputError(path, fmt::format("frame {}, of interface {}: {}", frame.number, read.interface,
                                           unknown_link_type(read.link_type)));
    frame.time = read.time;
    frame.cut = read.cut;
    frame.interface = read.interface;
    frame.several_interfaces = pcapng->interfaces() > 1;
    fill(frame, read.link_type, read.bytes);
    return true;
}

void CaptureReader::Impl::fill(Frame& frame, int frame_link_type, std::span<const std::uint8_t> bytes) {
    frame.content = ip_packet(frame_link_type, bytes);
    const auto index = interface_index(frame_link_type, bytes);
    if (!index) return;
    std::string& name = names[*index];
    if (name.empty()) name = fmt::format("if{}", *index);
    frame.interface = name;
    frame.several_interfaces = true;
}

CaptureReader::CaptureReader(const std::string& path) : impl_(std::make_unique<Impl>(path)) { impl_->open(); }

CaptureReader::~CaptureReader() = default;

bool CaptureReader::next(Frame& frame) {
    return impl_->pcapng ? impl_->next_of_pcapng(frame) : impl_->next_of_pcap(frame);
}

double CaptureReader::progress() const {
    if (impl_->size == 0) return -1;
    const auto size = static_cast<double>(impl_->size);
    if (impl_->pcapng) return static_cast<double>(impl_->pcapng->position()) / size;
    const long at = std::ftell(pcap_file(impl_->pcap));
    return at < 0 ? -1 : static_cast<double>(at) / size;
}

}  // namespace conntrack::oracle

#include "oracle/input/table_line.hpp"

#include "oracle/input/input_error.hpp"
#include "oracle/text/addresses.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace conntrack::oracle {

namespace {

/// Words between blanks; "[start=Mon Nov 23 02:17:24 2026]" is one.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> out;
    bool open = false;
    std::size_t at = 0;
    while ((at = line.find_first_not_of(" \t", at)) != std::string::npos) {
        const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
        const std::string word = line.substr(at, end - at);
        if (open)
            out.back() += " " + word;
        else
            out.push_back(word);
        open = out.back().starts_with('[') && !out.back().ends_with(']');
        at = end;
    }
    return out;
}

struct ProtocolName {
    std::string_view name;
    std::uint8_t number;
};
constexpr ProtocolName protocol_names[] = {
    {"icmp", protocol::icmp}, {"tcp", protocol::tcp},       {"udp", protocol::udp},   {"dccp", protocol::dccp},
    {"gre", protocol::gre},   {"icmpv6", protocol::icmpv6}, {"sctp", protocol::sctp}, {"udplite", protocol::udplite},
};

/// The fields of one direction as they were written.
struct HalfEntry {
    std::optional<ParsedAddress> src, dst;
    std::optional<std::uint16_t> sport, dport, type, code, id;
    std::optional<std::uint32_t> srckey, dstkey;
    std::optional<std::uint64_t> packets, bytes;
};

class LineParser {
  public:
    LineParser(const std::string& line, std::uint64_t number, const TableLineContext& context)
        : words_(words_of(line)), number_(number), context_(context) {}

    Imported read() {
        read_protocol();
        read_timeout_and_state();
        while (at_ < words_.size()) read_field(words_[at_++]);
        return finished();
    }

  private:
    std::vector<std::string> words_;
    std::size_t at_ = 0;
    std::uint64_t number_;
    const TableLineContext& context_;

    std::optional<Family> family_;  // as the first word says
    std::string proto_name_;
    std::uint8_t proto_ = 0;
    std::optional<std::uint32_t> timeout_;
    std::optional<std::string> state_;
    std::optional<flow::Timeouts> gre_timeouts_;
    std::vector<HalfEntry> halves_;
    bool unreplied_ = false, assured_ = false, offloaded_ = false;
    std::uint32_t mark_ = 0;

    [[noreturn]] void fail(const std::string& what) const { throw InputError(context_.path, number_, what); }

    template <class T>
    T number(std::string_view text, std::string_view word, int base = 10,
             std::uint64_t largest = std::numeric_limits<T>::max()) const {
        std::uint64_t value = 0;
        const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
        if (error != std::errc{} || rest != text.data() + text.size() || value > largest)
            fail(fmt::format("\"{}\": expected a whole number from 0 to {}", word, largest));
        return static_cast<T>(value);
    }

    const std::string& next_word(std::string_view expected) {
        if (at_ == words_.size()) fail(fmt::format("the line ends where {} was expected", expected));
        return words_[at_++];
    }

    void read_protocol();
    void read_timeout_and_state();
    void read_field(const std::string& word);
    void read_flag(const std::string& word);
    bool read_tuple_field(std::string_view key, const std::string& value, const std::string& word);
    void read_rest(std::string_view key, const std::string& value, const std::string& word);

    [[nodiscard]] Imported finished() const;
    [[nodiscard]] Tuple tuple(const HalfEntry& half, std::string_view which) const;
    [[nodiscard]] tcp::State tcp_state() const;
    void read_counters(Imported& out) const;
};

/// "ipv4 2 tcp 6" or "tcp 6".
void LineParser::read_protocol() {
    const std::string* name = &next_word("a protocol");
    if (*name == "ipv4" || *name == "ipv6") {
        family_ = *name == "ipv4" ? Family::ipv4 : Family::ipv6;
        const std::string_view wanted = *family_ == Family::ipv4 ? "2" : "10";
        const std::string& written = next_word("the number of the address family");
        if (written != wanted) fail(fmt::format("\"{}\": the number of {} is {}", written, *name, wanted));
        name = &next_word("a protocol");
    }
    proto_name_ = *name;
    const ProtocolName* known = nullptr;
    for (const ProtocolName& p : protocol_names)
        if (p.name == *name) known = &p;
    if (known == nullptr && *name != "unknown")
        fail(
            fmt::format("\"{}\": expected a protocol (tcp, udp, ..., unknown), as conntrack -L, "
                        "/proc/net/nf_conntrack and /proc/net/ip_conntrack print it",
                        *name));
    const std::string& written = next_word("the protocol's number");
    proto_ = number<std::uint8_t>(written, written);
    if (known != nullptr && proto_ != known->number)
        fail(fmt::format("\"{}\": the number of {} is {}", written, *name, known->number));
}

/// A kernel keeps timeouts in an int, in ticks of a hundredth of a second or less.
constexpr std::uint32_t longest_timeout_s = std::numeric_limits<std::int32_t>::max() / 100;

/// Seconds are left out for an offloaded entry; /proc of linux-2.6.32 and later may show a timer that has just run
/// out as a negative number.
void LineParser::read_timeout_and_state() {
    const auto peek = [&] { return at_ < words_.size() ? std::string_view(words_[at_]) : std::string_view(); };
    constexpr std::string_view digits = "0123456789";
    const std::string_view word = peek();
    if (!word.empty() && digits.find(word.front()) != std::string_view::npos) {
        timeout_ = number<std::uint32_t>(word, word, 10, longest_timeout_s);
        ++at_;
    } else if (word.size() > 1 && word.front() == '-' && word.find_first_not_of(digits, 1) == std::string_view::npos) {
        timeout_ = 0;
        ++at_;
    }
    // /proc shows the two timeouts of a GRE entry where TCP has its state.
    const auto gre_timeout = [&](std::string_view name) -> std::optional<std::uint32_t> {
        if (proto_ != protocol::gre || !peek().starts_with(name)) return std::nullopt;
        std::string_view value = peek().substr(name.size());
        if (value.ends_with(',')) value.remove_suffix(1);
        return number<std::uint32_t>(value, words_[at_++], 10, longest_timeout_s);
    };
    const auto unreplied = gre_timeout("timeout="), stream = gre_timeout("stream_timeout=");
    if (unreplied && stream) gre_timeouts_ = flow::Timeouts{*unreplied, *stream};
    if (!peek().empty() && peek().front() != '[' && peek().find('=') == std::string_view::npos) state_ = words_[at_++];
}

void LineParser::read_field(const std::string& word) {
    if (word.starts_with('[')) return read_flag(word);
    const auto equals = word.find('=');
    if (equals == std::string::npos) fail(fmt::format("\"{}\" was not understood, expected NAME=VALUE", word));
    const std::string_view key = std::string_view(word).substr(0, equals);
    const std::string value = word.substr(equals + 1);
    if (!read_tuple_field(key, value, word)) read_rest(key, value, word);
}

void LineParser::read_flag(const std::string& word) {
    if (word == "[UNREPLIED]")
        unreplied_ = true;
    else if (word == "[ASSURED]")
        assured_ = true;
    else if (word == "[OFFLOAD]" || word == "[HW_OFFLOAD]")
        offloaded_ = true;
    else if (!word.starts_with("[start=") && !word.starts_with("[stop="))
        fail(
            fmt::format("\"{}\" was not understood, expected [UNREPLIED], [ASSURED], [OFFLOAD] or [HW_OFFLOAD]", word));
}

/// False: `key` is no field of a tuple or its counters.
bool LineParser::read_tuple_field(std::string_view key, const std::string& value, const std::string& word) {
    if (key == "src") {
        if (halves_.size() == 2) fail(fmt::format("\"{}\": a third tuple, expected two", word));
        halves_.emplace_back();
    }
    HalfEntry* half = halves_.empty() ? nullptr : &halves_.back();
    const auto set = [&](auto HalfEntry::*field, auto read) {
        if (half == nullptr) fail(fmt::format("\"{}\" stands before any src=", word));
        if (half->*field) fail(fmt::format("\"{}\": {}= stands twice in one tuple", word, key));
        half->*field = read();
        return true;
    };
    const auto address = [&] {
        const auto parsed = parse_address(value);
        if (!parsed) fail(fmt::format("\"{}\": expected an IPv4 or IPv6 address", word));
        return *parsed;
    };
    const auto port = [&] { return number<std::uint16_t>(value, word); };
    const auto byte = [&] { return number<std::uint16_t>(value, word, 10, 255); };
    const auto hex = [&] { return number<std::uint32_t>(value.starts_with("0x") ? value.substr(2) : value, word, 16); };
    const auto count = [&] { return number<std::uint64_t>(value, word); };
    if (key == "src") return set(&HalfEntry::src, address);
    if (key == "dst") return set(&HalfEntry::dst, address);
    if (key == "sport") return set(&HalfEntry::sport, port);
    if (key == "dport") return set(&HalfEntry::dport, port);
    if (key == "type") return set(&HalfEntry::type, byte);
    if (key == "code") return set(&HalfEntry::code, byte);
    if (key == "srckey") return set(&HalfEntry::srckey, hex);
    if (key == "dstkey") return set(&HalfEntry::dstkey, hex);
    if (key == "packets") return set(&HalfEntry::packets, count);
    if (key == "bytes") return set(&HalfEntry::bytes, count);
    // The id of an ICMP query stands behind its type; any other is the entry's own.
    if (key == "id" && half != nullptr && half->type && !half->id) return set(&HalfEntry::id, port);
    return false;
}

void LineParser::read_rest(std::string_view key, const std::string& value, const std::string& word) {
    if (key == "mark") {
        mark_ = number<std::uint32_t>(value, word);
    } else if (key == "zone" || key == "zone-orig" || key == "zone-reply") {
        if (number<std::uint16_t>(value, word) != 0) fail(fmt::format("\"{}\": zones are not modelled yet", word));
    } else if (key == "use" || key == "id" || key == "delta-time" || key == "secmark") {
        number<std::uint64_t>(value, word);  // means nothing to the model
    } else if (key != "secctx" && key != "helper" && key != "labels") {
        fail(fmt::format("\"{}\" was not understood: no entry has a field {}=", word, key));
    }
}

Imported LineParser::finished() const {
    if (halves_.size() != 2)
        fail(fmt::format("expected an original and a reply tuple, each from src= on; found {}", halves_.size()));
    if (unreplied_ && assured_)
        fail(
            "the entry is both [UNREPLIED] and [ASSURED]: only user space makes such entries, no packet does, and the "
            "model has no such state");
    Imported out;
    // Without its verification tags nothing could be said of the packets of an association.
    if (tracker_of(proto_, Family::ipv4, context_.edition, context_.modules) == L4Tracker::sctp)
        fail("an SCTP entry cannot be taken from a list, which does not show the verification tags of its association");
    out.original = tuple(halves_[0], "original");
    out.reply = tuple(halves_[1], "reply");
    if (out.original.family != out.reply.family) fail("the two tuples are of different address families");
    out.seen_reply = !unreplied_;
    // [OFFLOAD] stands in the place of [ASSURED]; what was offloaded in both directions is a stream.
    out.assured = assured_ || (offloaded_ && !unreplied_);
    // The timer of an offloaded entry is kept at a day and not printed (nf_ct_offload_timeout()).
    if (!timeout_ && !offloaded_) fail(fmt::format("expected the seconds left behind \"{} {}\"", proto_name_, proto_));
    out.timeout = timeout_.value_or(86'400);
    if (proto_ == protocol::tcp)
        out.tcp_state = tcp_state();
    else if (state_)
        fail(fmt::format("\"{}\" was not understood: {} entries have no state", *state_, proto_name_));
    out.gre_timeouts = gre_timeouts_;
    read_counters(out);
    out.mark = mark_;
    return out;
}

Tuple LineParser::tuple(const HalfEntry& half, std::string_view which) const {
    const auto need = [&](const auto& field, std::string_view name) {
        if (!field) fail(fmt::format("the {} tuple lacks {}=", which, name));
        return *field;
    };
    const ParsedAddress src = need(half.src, "src"), dst = need(half.dst, "dst");
    if (src.family != dst.family || (family_ && *family_ != src.family))
        fail(fmt::format("the {} tuple mixes address families", which));
    if (src.family == Family::ipv6 && !context_.edition.core.ipv6)
        fail(fmt::format("{} does not track IPv6", context_.edition.name));
    const auto key = [&](std::uint32_t value) {
        if (value > std::numeric_limits<std::uint16_t>::max())
            fail(fmt::format("{:#x}: a key of GRE has 16 bits", value));
        return static_cast<std::uint16_t>(value);
    };
    Tuple t{.src = src.address, .dst = dst.address, .proto = proto_, .family = src.family};
    const bool any_icmp = half.type || half.code || half.id, any_ports = half.sport || half.dport;
    switch (tracker_of(proto_, src.family, context_.edition, context_.modules)) {
        case L4Tracker::tcp:
        case L4Tracker::udp:
        case L4Tracker::udplite:
        case L4Tracker::sctp:
            t.src_part = need(half.sport, "sport");
            t.dst_part = need(half.dport, "dport");
            if (any_icmp) fail(fmt::format("the {} tuple has ports and an ICMP type", which));
            break;
        case L4Tracker::gre:
            t.src_part = key(need(half.srckey, "srckey"));
            t.dst_part = key(need(half.dstkey, "dstkey"));
            break;
        case L4Tracker::icmp:
        case L4Tracker::icmpv6:
            t.dst_part = icmp_part(static_cast<std::uint8_t>(need(half.type, "type")),
                                   static_cast<std::uint8_t>(need(half.code, "code")));
            t.src_part = need(half.id, "id");
            if (any_ports) fail(fmt::format("the {} tuple has ports and an ICMP type", which));
            break;
        case L4Tracker::generic: {
            // The library prints parts, all 0, of protocols that it knows and the kernel tracks by addresses alone.
            const auto set = [](const auto& field) { return field.value_or(0) != 0; };
            if (!set(half.sport) && !set(half.dport) && !set(half.srckey) && !set(half.dstkey) && !set(half.type) &&
                !set(half.code) && !set(half.id))
                break;
            fail(
                fmt::format("the {} tuple has more than addresses, and {} tracks {} by addresses alone (is a module "
                            "missing?)",
                            which, context_.edition.name, proto_name_));
        }
    }
    return t;
}

tcp::State LineParser::tcp_state() const {
    if (!state_) {
        // Only an ESTABLISHED connection is offloaded, and its state is not printed (nft_flow_offload_eval()).
        if (offloaded_) return tcp::State::established;
        fail("a TCP entry without a state, expected one such as ESTABLISHED");
    }
    std::string expected;
    for (std::size_t i = 1; i < tcp::state_count; ++i) {
        const auto state = static_cast<tcp::State>(i);
        if (tcp::name(state, context_.edition) == *state_) return state;
        expected += fmt::format("{}{}", i == 1 ? "" : ", ", tcp::name(state, context_.edition));
    }
    // NONE is the state of no connection that a packet made.
    fail(fmt::format("\"{}\" is no TCP state of a connection in {}: expected one of {}", *state_, context_.edition.name,
                     expected));
}

void LineParser::read_counters(Imported& out) const {
    std::size_t there = 0;
    for (std::size_t i = 0; i < 2; ++i) {
        const HalfEntry& half = halves_[i];
        there += (half.packets ? 1u : 0u) + (half.bytes ? 1u : 0u);
        out.counters[i] = {half.packets.value_or(0), half.bytes.value_or(0)};
    }
    if (there != 0 && there != 4) fail("expected packets= and bytes= behind both tuples, or behind neither");
    out.has_counters = there == 4;
}

}  // namespace

Imported read_table_line(const std::string& line, std::uint64_t number, const TableLineContext& context) {
    return LineParser(line, number, context).read();
}

}  // namespace conntrack::oracle

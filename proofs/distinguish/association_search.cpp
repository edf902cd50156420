#include "proofs/distinguish/association_search.hpp"

#include "proofs/distinguish/result_text.hpp"
#include "proofs/packet_bytes.hpp"
#include "spec/sctp/packet.hpp"
#include "spec/timer.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <set>

namespace conntrack::proofs {

namespace {

using machines::reading::SctpByTheRows;
using sctp::ChunkKind;
using sctp::State;

// The tags that packets of the original and of the reply side bear, each chosen by the other side, and a stranger's.
constexpr std::uint32_t of_original = 0x2222, of_reply = 0x1111, strange = 0x3333;
constexpr unsigned unusual_max = 2;

std::uint32_t usual_tag(Direction dir) { return dir == Direction::original ? of_original : of_reply; }

struct Sent {
    Direction dir;
    SctpFields fields;
    bool usual;  // a correct peer might send it
    sctp::Header header;
};

Sent sent(Direction dir, const SctpFields& fields, bool usual) {
    const auto chunk = [&](std::uint8_t type) {
        sctp::Chunk out;
        out.type = type;
        out.flags = fields.t_flag ? sctp::t_flag : 0;
        out.length = 4;
        out.has_init = fields.kind == ChunkKind::init || fields.kind == ChunkKind::init_ack;
        out.init_tag = fields.init_tag;
        return out;
    };
    Sent out{dir, fields, usual, {fields.tag, {chunk(chunk_type(fields.kind))}}};
    if (fields.data_behind) out.header.chunks.push_back(chunk(sctp::data_chunk));
    return out;
}

/// In the order of an association's life, so that what is found first is what people expect.
constexpr ChunkKind kinds[] = {
    ChunkKind::init,  ChunkKind::init_ack, ChunkKind::cookie_echo,  ChunkKind::cookie_ack,
    ChunkKind::other, ChunkKind::shutdown, ChunkKind::shutdown_ack, ChunkKind::shutdown_complete,
    ChunkKind::abort, ChunkKind::error,    ChunkKind::heartbeat,    ChunkKind::heartbeat_ack};

bool has_init(ChunkKind kind) { return kind == ChunkKind::init || kind == ChunkKind::init_ack; }
bool is_alone(ChunkKind kind) { return has_init(kind) || kind == ChunkKind::shutdown_complete; }

void add_usual(std::vector<Sent>& out, Direction dir, ChunkKind kind) {
    const SctpFields fields{.tag = kind == ChunkKind::init ? 0 : usual_tag(dir),
                            .kind = kind,
                            .init_tag = has_init(kind) ? usual_tag(other(dir)) : 0};
    out.push_back(sent(dir, fields, true));
}

void add_any(std::vector<Sent>& out, Direction dir, ChunkKind kind) {
    for (const std::uint32_t tag : {usual_tag(dir), usual_tag(other(dir)), strange, 0U})
        for (const std::uint32_t init_tag : {usual_tag(other(dir)), strange})
            for (const bool t_flag : {false, true})
                for (const bool data_behind : {false, true}) {
                    if (!has_init(kind) && init_tag == strange) continue;
                    if (t_flag && kind != ChunkKind::abort && kind != ChunkKind::shutdown_complete) continue;
                    if (data_behind && (is_alone(kind) || kind == ChunkKind::other)) continue;
                    out.push_back(sent(dir,
                                       {.tag = tag,
                                        .kind = kind,
                                        .init_tag = has_init(kind) ? init_tag : 0,
                                        .t_flag = t_flag,
                                        .data_behind = data_behind},
                                       false));
                }
}

std::vector<Sent> all_packets() {
    std::vector<Sent> out;
    for (const ChunkKind kind : kinds)
        for (const Direction dir : {Direction::original, Direction::reply}) add_usual(out, dir, kind);
    for (const ChunkKind kind : kinds)
        for (const Direction dir : {Direction::original, Direction::reply}) add_any(out, dir, kind);
    Sent broken = out.front();
    broken.fields.wrong_checksum = true;
    broken.usual = false;
    out.push_back(broken);
    return out;
}

/// An entry, and what came of its last packet.
struct Met {
    CtInfo info = CtInfo::invalid;
    bool stands = false;
    State state = State::none;
    sctp::Association<Concrete> association = sctp::blank<Concrete>();
    bool seen_reply = false, assured = false;
    Time deadline = 0;
};

bool look_alike(const Met& a, const Met& b) {
    if (a.info != b.info || a.stands != b.stands) return false;
    return !a.stands ||
           (a.state == b.state && a.seen_reply == b.seen_reply && a.assured == b.assured && a.deadline == b.deadline);
}

/// What a packet makes of an entry, as the packet path does (Tracker::handle_sctp()).
class Follower {
  public:
    explicit Follower(const SctpVariant& variant) : variant_(variant), machine_(variant.rows) {}

    Met operator()(const Met& before, const Sent& packet, Time now) {
        const Edition& edition = variant_.edition;
        Met out = before;
        out.info = CtInfo::invalid;
        if (packet.fields.wrong_checksum && edition.sctp.checks_checksum) return out;
        machine_.restore(before.state);
        const auto outcome = sctp::judge({&edition, &variant_.timeouts, packet.dir, &packet.header, before.stands},
                                         before.association, machine_);
        if (outcome.invalid && !before.stands) return out;
        out.stands = true;
        out.association = outcome.association;
        out.state = machine_.state();
        out.assured = before.assured || outcome.assure;
        if (outcome.invalid) return out;
        out.info = packet_state(packet.dir, before.seen_reply, false);
        out.seen_reply = before.seen_reply || packet.dir == Direction::reply;
        if (outcome.refresh)
            out.deadline = before.stands
                               ? deadline_refreshed_by<Concrete>(edition, before.deadline, now, outcome.timeout, false)
                               : now + outcome.timeout;
        return out;
    }

  private:
    const SctpVariant& variant_;
    SctpByTheRows machine_;
};

/// Both editions, and each with the difference taken from the other.
constexpr std::size_t one = 0, other_one = 1, one_changed = 2, other_changed = 3, all = 4;

struct Node {
    std::array<Met, all> met;
    Time now = 0;
    std::size_t before = 0;  // its place among the nodes that are one packet shorter
    std::size_t packet = 0;
    unsigned unusual = 0;  // packets so far that no correct peer would send
};

/// All that decides what comes next but times.
std::uint64_t key_of(const Node& node) {
    const auto number = [](std::uint32_t tag) {
        return tag == 0 ? 0U : tag == of_original ? 1U : tag == of_reply ? 2U : 3U;
    };
    std::uint64_t out = 0;
    for (const Met& m : node.met) {
        const auto& a = m.association;
        for (const unsigned field : {number(a.vtag[0]), number(a.vtag[1])}) out = out << 2U | field;
        for (const bool bit : {a.init[0], a.init[1], a.heartbeat_failed, a.failed_in_reply, m.seen_reply, m.assured})
            out = out << 1U | (bit ? 1U : 0U);
        out = out << 4U | static_cast<std::uint64_t>(m.state);
    }
    return out;
}

class Search {
  public:
    Search(const Variant& a, const Variant& b, const Difference& difference)
        : a_(a),
          b_(b),
          changed_(changed(a, b, difference)),
          follow_{Follower(a.sctp), Follower(b.sctp), Follower(changed_[0]), Follower(changed_[1])} {}

    std::optional<Distinction> run(unsigned most) {
        levels_.push_back({Node{}});
        for (unsigned length = 1; length <= most; ++length) {
            std::vector<Node> longer;
            for (std::size_t i = 0; i < levels_.back().size(); ++i)
                if (lengthen(i, longer)) return found_;
            levels_.push_back(std::move(longer));
        }
        return found_;
    }

  private:
    const Variant &a_, &b_;
    std::array<SctpVariant, 2> changed_;
    std::array<Follower, all> follow_;
    std::vector<Sent> packets_ = all_packets();
    std::vector<std::vector<Node>> levels_;  // by their number of packets
    std::set<std::pair<std::uint64_t, unsigned>> met_before_;
    std::optional<Distinction> found_;

    static std::array<SctpVariant, 2> changed(const Variant& a, const Variant& b, const Difference& difference) {
        Variant one(a.semantics.edition.id), other(b.semantics.edition.id);
        difference.adopt(one, b);
        difference.adopt(other, a);
        return {one.sctp, other.sctp};
    }

    /// True: what was looked for is found.
    bool lengthen(std::size_t place, std::vector<Node>& longer) {
        for (std::size_t i = 0; i < packets_.size(); ++i) {
            const Node& node = levels_.back()[place];
            const Sent& packet = packets_[i];
            if (!node.met[one].stands && packet.dir == Direction::reply) continue;
            // Once somebody has sent what he would not, one more such packet ends the run.
            if (packet.usual ? node.unusual != 0 : node.unusual == unusual_max) continue;
            Node next{.met = {},
                      .now = time_after(node),
                      .before = place,
                      .packet = i,
                      .unusual = node.unusual + (packet.usual ? 0U : 1U)};
            for (std::size_t v = 0; v < all; ++v) next.met[v] = follow_[v](node.met[v], packet, next.now);
            if (tells_apart(next)) return true;
            const bool goes_on = std::ranges::all_of(next.met, [&](const Met& m) {
                return m.stands && m.deadline > next.now + nanoseconds_per_second / 10;
            });
            if (goes_on && met_before_.insert({key_of(next), next.unusual}).second) longer.push_back(next);
        }
        return false;
    }

    static Time time_after(const Node& node) {
        if (!node.met[one].stands) return node.now;
        const bool lives =
            std::ranges::all_of(node.met, [&](const Met& m) { return m.deadline > node.now + nanoseconds_per_second; });
        return node.now + (lives ? nanoseconds_per_second : nanoseconds_per_second / 10);
    }

    bool tells_apart(const Node& node) {
        const auto& m = node.met;
        if (look_alike(m[one], m[other_one])) return false;
        const bool alone = look_alike(m[one_changed], m[other_one]) || look_alike(m[other_changed], m[one]);
        const bool matters = !look_alike(m[one_changed], m[one]) || !look_alike(m[other_changed], m[other_one]);
        if (!alone && (!matters || found_)) return false;
        found_ = decode(node);
        found_->alone = alone;
        return alone;
    }

    [[nodiscard]] Distinction decode(const Node& last) const {
        std::vector<const Node*> way{&last};
        for (std::size_t length = levels_.size() - 1; length > 0; --length)
            way.insert(way.begin(), &levels_[length][way.front()->before]);
        Distinction out{{Trace{a_.semantics.edition.id, {}, {}}, Trace{b_.semantics.edition.id, {}, {}}}, true};
        for (std::size_t side = 0; side < 2; ++side) {
            out.traces[side].module = "sctp";
            for (const Node* node : way)
                out.traces[side].packets.push_back(traced(packets_[node->packet], node->met[side], node->now));
        }
        return out;
    }

    static std::string text(const Sent& packet) {
        const auto hexadecimal = [](std::uint32_t value) {
            std::array<char, 16> out{};
            std::snprintf(out.data(), out.size(), value == 0 ? "%u" : "0x%x", value);
            return std::string(out.data());
        };
        std::string kind(packet.fields.kind == ChunkKind::other ? "data" : sctp::name(packet.fields.kind));
        for (char& c : kind) c = c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        std::string out = packet.dir == Direction::original ? "client > server " : "server > client ";
        out += kind + (packet.fields.t_flag ? " T" : "") + (packet.fields.data_behind ? " + DATA" : "") + " tag " +
               hexadecimal(packet.fields.tag);
        if (has_init(packet.fields.kind)) out += " initiate tag " + hexadecimal(packet.fields.init_tag);
        return out + (packet.fields.wrong_checksum ? " wrong CRC32c" : "");
    }

    static TracedPacket traced(const Sent& packet, const Met& met, Time now) {
        TracedPacket out{.at_ns = now,
                         .sent_by = packet.dir,
                         .bytes = sctp_packet_bytes(packet.dir, packet.fields),
                         .text = text(packet),
                         .info = met.info,
                         .dir = packet.dir,
                         .entry_stands = met.stands};
        out.result = met.stands
                         ? result_text(met.info, sctp::name(met.state), met.deadline - now, met.seen_reply, met.assured)
                         : result_text(met.info);
        if (!met.stands) return out;
        out.sctp_state = met.state;
        out.deadline_ns = met.deadline;
        return out;
    }
};

}  // namespace

std::optional<Distinction> distinguish_association(const Variant& one, const Variant& other,
                                                   const Difference& difference, unsigned most) {
    return Search(one, other, difference).run(most);
}

}  // namespace conntrack::proofs

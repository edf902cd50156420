// Packets whose fate hangs on a match that is not known are marked. Two worlds hear the same packets; in one of them
// such matches answer otherwise, and otherwise again with every packet. Wherever the worlds part, both must have said
// that they are not sure.
#include "model/path/packet_path.hpp"
#include "model/tracker.hpp"
#include "oracle/text/packet_text.hpp"
#include "oracle/text/way_text.hpp"
#include "spec/rules/parse.hpp"
#include "tests/model/path/moves.hpp"
#include "tests/model/path/packets.hpp"
#include "tests/model/path/stages.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"
#include "tests/support/sanitized.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string>

namespace conntrack::testing {

namespace {

using rules::TableId;

struct Line {
    TableId table;
    std::string_view text;
};

/// `-m odd` is the match that nobody knows. One line in two of each kind is there.
constexpr std::array<Line, 28> lines = {{
    {TableId::filter, "-A FORWARD -p udp -m odd -j DROP"},
    {TableId::filter, "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"},
    {TableId::filter, "-A FORWARD -m odd -j ACCEPT"},
    {TableId::filter, "-A FORWARD -p tcp -m odd -j REJECT --reject-with tcp-reset"},
    {TableId::filter, "-A FORWARD -p tcp --dport 81 -j REJECT --reject-with tcp-reset"},
    {TableId::filter, "-A FORWARD -p icmp -m odd -j REJECT"},
    {TableId::filter, "-A FORWARD -m odd -j user"},
    {TableId::filter, "-A user -j CONNMARK --set-xmark 0x2/0xffffffff"},
    {TableId::filter, "-A user -p udp -j DROP"},
    {TableId::filter, "-A FORWARD -i outside -j DROP"},
    {TableId::filter, "-A INPUT -m odd -j DROP"},
    {TableId::filter, "-A OUTPUT -m odd -j DROP"},
    {TableId::mangle, "-A PREROUTING -m connmark --mark 0x2 -j DROP"},
    {TableId::mangle, "-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff"},
    {TableId::mangle, "-A PREROUTING -p tcp -m odd -j DROP"},
    {TableId::mangle, "-A FORWARD -m odd -j CONNMARK --set-xmark 0x2/0xffffffff"},
    {TableId::mangle, "-A FORWARD -p udp -j CONNMARK --set-xmark 0x4/0xffffffff"},
    {TableId::mangle, "-A POSTROUTING -m mark --mark 0x2 -j DROP"},
    {TableId::mangle, "-A POSTROUTING -m odd -j DROP"},
    {TableId::nat, ""},
    {TableId::nat, "-A POSTROUTING -o outside -p tcp -m odd -j SNAT --to-source 192.0.2.101"},
    {TableId::nat, "-A POSTROUTING -o outside -j SNAT --to-source 192.0.2.100"},
    {TableId::nat, "-A PREROUTING -i outside -d 192.0.2.1/32 -p udp -m odd -j DNAT --to-destination 10.0.0.3"},
    {TableId::nat, "-A PREROUTING -i outside -d 10.0.0.3/32 -m odd -j DNAT --to-destination 10.0.0.2"},
    {TableId::nat, "-A PREROUTING -i outside -d 192.0.2.1/32 -j DNAT --to-destination 10.0.0.2"},
    {TableId::raw, "-A PREROUTING -p udp -m odd -j DROP"},
    {TableId::raw, "-A PREROUTING -s 10.0.0.4/32 -m odd -j NOTRACK"},
    {TableId::raw, "-A PREROUTING -m odd -j MARK --set-xmark 0x2/0xffffffff"},
}};

std::string rules_text(std::uint32_t picked) {
    std::string out;
    for (const TableId table : rules::all_tables) {
        std::string mine;
        bool any = false;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (lines[i].table != table || (picked >> i & 1u) == 0) continue;
            any = true;
            if (!lines[i].text.empty()) mine += std::string(lines[i].text) + "\n";
        }
        const std::string chain = table == TableId::filter ? ":user - [0:0]\n" : "";
        if (any) out += "*" + std::string(name(table)) + "\n" + chain + mine + "COMMIT\n";
    }
    return out;
}

/// The rules with answers to their unknown matches, by the bits of a number.
std::shared_ptr<const rules::RuleSet> answered(const std::string& text, std::uint32_t answers) {
    auto parsed = rules::parse(text, Family::ipv4, {rules::UnknownMatchPolicy::never});
    auto set = std::make_shared<rules::RuleSet>(std::get<rules::RuleSet>(std::move(parsed)));
    unsigned at = 0;
    for (auto& table : set->tables)
        for (std::size_t c = 0; table && c < table->chains.size(); ++c)
            for (rules::Rule& rule : table->chains[c].rules)
                for (rules::Match& match : rule.matches)
                    if (auto* unknown = std::get_if<rules::UnknownMatch>(&match))
                        unknown->matches = (answers >> at++ % 32 & 1u) != 0;
    return set;
}

/// What can be seen of a packet's fate.
struct Fate {
    bool seen = false;
    std::optional<CtInfo> info;
    std::optional<Direction> dir;
    std::vector<std::pair<std::string, Bytes>> out;
    bool delivered = false;
    bool operator==(const Fate&) const = default;
};

struct World {
    explicit World(const Edition& edition) : tracker(edition), path(tracker, stage(0)) {}
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() {
        for (Passage& passage : held) path.free(passage);
    }

    Tracker tracker;
    PacketPath path;
    std::deque<Passage> held;
    std::deque<std::pair<std::string, Bytes>> emerged;  // the newest first

    void use(std::shared_ptr<const rules::RuleSet> set) {
        path.change_rules({.replaces = true, .ipv4 = std::move(set), .ipv6 = nullptr, .nat = std::nullopt});
    }

    void flush(Time now) { held.empty() ? path.flush(now) : tracker.flush(now); }

    Fate fate_of(const Passage& passage) {
        const Verdict verdict = passage.verdict();
        Fate out{verdict.seen, verdict.info, verdict.dir, {}, passage.place == Passage::Place::delivered};
        if (!verdict.info || *verdict.info == CtInfo::invalid || *verdict.info == CtInfo::untracked) out.dir.reset();
        for (const Sent& sent : passage.out) out.out.emplace_back(sent.side, sent.bytes);
        for (const auto& sent : out.out) emerged.push_front(sent);
        for (const LocalAnswer& answer : passage.answers)
            if (answer.emerged) emerged.emplace_front(answer.sent.side, answer.sent.bytes);
        constexpr std::size_t remembered = 8;
        if (emerged.size() > remembered) emerged.resize(remembered);
        return out;
    }
};

/// A move with which no two flows want one tuple: what NAT's search finds taken is not followed up.
PathMove apart(PathMove move) {
    move.ipv6 = false;
    if (move.inward) {
        move.host = 2;
        move.shape = static_cast<std::uint8_t>(move.shape & ~3u);  // no answers to nothing
        move.to_host = static_cast<std::uint8_t>(move.to_host % 2 * 2);
    } else {
        move.host = static_cast<std::uint8_t>(move.host % 2 * 2);
        move.to_host = static_cast<std::uint8_t>(move.to_host % 2);
    }
    move.port = move.host;
    move.protocol = static_cast<std::uint8_t>(move.protocol % 3);  // those that have ports or ids in every edition
    return move;
}

class TwoWorlds {
  public:
    TwoWorlds(const Edition& edition, std::uint32_t picked)
        : text_(rules_text(picked)), one_(edition), other_(edition) {}

    /// What went wrong, or nothing.
    std::string play(const std::vector<PathMove>& moves, std::uint32_t answers) {
        one_.use(answered(text_, answers));
        for (const PathMove& move : moves) {
            other_.use(answered(text_, answers ^ (move.number * 2654435761u)));
            if (std::string wrong = make(apart(move)); !wrong.empty()) return wrong + "\n" + text_ + told_;
        }
        return "";
    }
    [[nodiscard]] std::size_t parted() const { return parted_; }
    [[nodiscard]] std::size_t parted_later() const { return parted_later_; }
    [[nodiscard]] std::size_t sure() const { return sure_; }

  private:
    std::string text_, told_;
    World one_, other_;
    Time now_ = 0, held_since_ = 0;
    std::uint64_t number_ = 0;
    std::size_t parted_ = 0, parted_later_ = 0, sure_ = 0;

    std::string make(const PathMove& move) {
        World& from = move.number % 2 == 0 ? one_ : other_;
        const auto* which = from.emerged.empty() ? nullptr : &from.emerged[move.which % from.emerged.size()];
        switch (move.deed) {
            case PathDeed::wait: return wait(milliseconds(std::int64_t{1} << move.shape * 2 % 19));
            case PathDeed::flush: one_.flush(now_), other_.flush(now_); return "";
            case PathDeed::release: return release(move.which);
            case PathDeed::answer:
                if (which == nullptr) return "";
                if (const auto bytes = answer_bytes(which->second, move)) return send(*bytes, which->first, move.hold);
                return "";
            case PathDeed::error:
                if (which == nullptr) return "";
                return send(error_bytes(which->second, move), std::string(which->first), move.hold);
            default: break;
        }
        const std::uint32_t seq = 1000 + (move.shape < 4 ? 0 : 1);
        return send(packet_bytes(move, seq, 5001), move.inward ? "outside" : "inside", move.hold);
    }

    /// Nobody is on its way for so long that what hangs on it in the other world, where it was dropped at once, would
    /// have ended by then.
    std::string wait(Time span) {
        constexpr Time longest_on_its_way = seconds(10);
        if (!one_.held.empty() && now_ + span > held_since_ + longest_on_its_way) return "";
        now_ += span;
        one_.path.advance(now_), other_.path.advance(now_);
        return "";
    }

    std::string send(const Bytes& bytes, const std::string& in, Hold hold) {
        ++number_;
        std::array<Passage, 2> passages;
        for (const bool second : {false, true}) {
            World& world = second ? other_ : one_;
            passages[second] = world.path.enter(bytes, in, now_, {.number = number_});
        }
        if (hold == Hold::before_forward) {
            if (one_.held.empty()) held_since_ = now_;
            for (const bool second : {false, true})
                (second ? other_ : one_).held.push_back(std::move(passages[second]));
            return "";
        }
        return finish(passages[0], passages[1]);
    }

    std::string release(std::size_t which) {
        if (one_.held.empty()) return "";
        const auto at = static_cast<std::ptrdiff_t>(which % one_.held.size());
        Passage first = std::move(one_.held[static_cast<std::size_t>(at)]);
        Passage second = std::move(other_.held[static_cast<std::size_t>(at)]);
        one_.held.erase(one_.held.begin() + at);
        other_.held.erase(other_.held.begin() + at);
        return finish(first, second);
    }

    std::string finish(Passage& first, Passage& second) {
        one_.path.go_on(first, now_);
        other_.path.go_on(second, now_);
        for (const Passage* passage : {&first, &second})
            told_ += std::to_string(passage->number) + (passage == &first ? " in one: " : "   other: ") +
                     oracle::packet_text(*passage->arrived) + oracle::way_text(*passage) + "\n";
        const bool same = one_.fate_of(first) == other_.fate_of(second);
        std::string wrong;
        if (!same) ++parted_;
        if (!same && first.uncertain && first.uncertain_since != first.number) ++parted_later_;
        if (!first.uncertain) ++sure_;
        if (!same && !(first.uncertain && second.uncertain))
            wrong = "packet " + std::to_string(first.number) + " fares otherwise, and only " +
                    (first.uncertain    ? "one"
                     : second.uncertain ? "the other"
                                        : "none") +
                    " of the worlds knows";
        one_.path.free(first);
        other_.path.free(second);
        return wrong;
    }
};

}  // namespace

using UncertainWays = EveryEdition;
CTORACLE_EVERY_EDITION(UncertainWays);

TEST_P(UncertainWays, WhereWorldsPartBothKnowIt) {
    constexpr int times = sanitized ? 10 : 50;
    expect_property(
        [&] {
            TwoWorlds worlds(tested(), *rc::gen::inRange<std::uint32_t>(0, 1u << lines.size()));
            const std::string wrong = worlds.play(*path_moves(), *rc::gen::arbitrary<std::uint32_t>());
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        times);
}

/// They do part, also because of what happened before; and not everything is doubted.
TEST_P(UncertainWays, TheWorldsDoPart) {
    constexpr unsigned sessions = 300, full_size = 100;
    std::size_t parted = 0, later = 0, sure = 0;
    for (unsigned n = 0; n < sessions; ++n) {
        TwoWorlds worlds(tested(), rc::gen::inRange<std::uint32_t>(0, 1u << lines.size())(rc::Random(n), 1).value());
        const std::string wrong = worlds.play(path_moves()(rc::Random(n), full_size).value(), n * 7919);
        ASSERT_TRUE(wrong.empty()) << wrong;
        parted += worlds.parted(), later += worlds.parted_later(), sure += worlds.sure();
    }
    std::printf("parted %zu, because of what was before %zu, sure %zu\n", parted, later, sure);
    EXPECT_GT(parted, 1000U);
    EXPECT_GT(later, 300U);
    EXPECT_GT(sure, 1000U);
}

}  // namespace conntrack::testing

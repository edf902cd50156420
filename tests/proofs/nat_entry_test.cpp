// What proofs take for NAT's part of the packet path is what the router does, in random traffic through rules that come
// and go: at each hook, what is asked, and what becomes of the binding.
#include "proofs/nat_entry.hpp"
#include "model/path/packet_path.hpp"
#include "model/tracker.hpp"
#include "proofs/packet_bytes.hpp"
#include "spec/rules/parse.hpp"
#include "tests/proofs/how_many.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/values.hpp"

#include <algorithm>

namespace conntrack::testing {

namespace {

using Bytes = std::vector<std::uint8_t>;
using proofs::Symbolic;

Symbolic::Address constant(const Address& a) { return {proofs::constant(64, a.high), proofs::constant(64, a.low)}; }
proofs::SymbolicEnds constant(const Tuple& t) {
    return {{constant(t.src), proofs::word(t.src_part)}, {constant(t.dst), proofs::word(t.dst_part)}};
}
bool is_set(const proofs::Bit& bit) {
    EXPECT_EQ(bit.ref()->op, proofs::Op::constant);
    return bit.ref()->value != 0;
}

/// The entry as the router has it, in constants.
proofs::NatEntry constant(const Entry& e) {
    const auto bit = [](bool value) { return Symbolic::bit(value); };
    return {{constant(e.reply),
             {bit(e.has(Status::src_nat)), bit(Nat::decided(e, nat::Manip::src))},
             {bit(e.has(Status::dst_nat)), bit(Nat::decided(e, nat::Manip::dst))}},
            bit(e.has(Status::confirmed)),
            bit(e.nat != nullptr)};
}

/// The answer to a packet that left, or an ICMP error about it. Checksums are left wrong: nobody looks at them here.
Bytes answer_to(Bytes packet) {
    std::swap_ranges(packet.begin() + 12, packet.begin() + 16, packet.begin() + 16);
    if (packet[9] == protocol::udp)
        std::swap_ranges(packet.begin() + 20, packet.begin() + 22, packet.begin() + 22);
    else
        packet[20] = packet[20] == 8 ? 0 : 8;
    return packet;
}
Bytes error_about(const Bytes& packet) {
    Bytes out(packet.begin(), packet.begin() + 20);
    std::swap_ranges(out.begin() + 12, out.begin() + 16, out.begin() + 16);
    out[3] = static_cast<std::uint8_t>(28 + packet.size());
    out[9] = protocol::icmp;
    out.insert(out.end(), {3, 1, 0, 0, 0, 0, 0, 0});
    out.insert(out.end(), packet.begin(), packet.end());
    return out;
}

constexpr std::string_view rule_texts[] = {
    "", "*nat\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n",
    "*nat\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n:OUTPUT ACCEPT\n"
    "-A POSTROUTING -o outside -p udp -j SNAT --to-source 192.0.2.1:4000-4001\n"
    "-A POSTROUTING -o outside -j MASQUERADE\nCOMMIT\n",
    "*nat\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n:OUTPUT ACCEPT\n"
    "-A PREROUTING -i inside -p udp --sport 2001 -j DNAT --to-destination 192.0.2.7:5353\n"
    "-A POSTROUTING -o outside -p udp -j SNAT --to-source 192.0.2.9\nCOMMIT\n",
    "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n"};

class Traffic {
  public:
    Traffic(EditionId id, std::uint64_t seed)
        : semantics_(id),
          tracker_(edition(id)),
          path_(tracker_, default_interfaces(), {.link_mtu = 1500, .answers_as_host = false}),
          random_(seed) {}

    void step() {
        now_ += random_.below(4) == 0 ? 20'000'000'000 : 1'000'000;
        if (random_.one_in(5)) return change_rules();
        if (left_.empty() || random_.one_in(3)) return send("inside", first_packet());
        const Bytes& before = left_[random_.below(static_cast<std::uint32_t>(left_.size()))];
        send("outside", random_.one_in(3) ? error_about(before) : answer_to(before));
    }
    unsigned effects = 0;  // how often an answer took effect

  private:
    proofs::Semantics semantics_;
    Tracker tracker_;
    PacketPath path_;
    RandomValues random_;
    Time now_ = 0;
    std::vector<Bytes> left_;  // towards outside

    void change_rules() {
        const auto text = rule_texts[random_.below(std::size(rule_texts))];
        PacketPath::RuleChange change{.replaces = true, .ipv4 = nullptr, .ipv6 = nullptr, .nat = random_.one_in(4)};
        auto parsed = rules::parse(text, Family::ipv4);
        ASSERT_TRUE(std::holds_alternative<rules::RuleSet>(parsed)) << std::get<rules::ParseError>(parsed).text();
        if (!text.empty())
            change.ipv4 = std::make_shared<const rules::RuleSet>(std::get<rules::RuleSet>(std::move(parsed)));
        path_.change_rules(change);
    }

    Bytes first_packet() {
        if (random_.one_in(4)) return proofs::echo_packet_bytes(Direction::original);
        return proofs::udp_packet_bytes(Direction::original, static_cast<std::uint16_t>(2000 + random_.below(4)));
    }

    void send(const std::string& in, const Bytes& bytes) {
        PacketPath::Options options{.checksum = wire::ChecksumPolicy::ignore};
        options.keeps_chains = true;
        std::optional<proofs::NatEntry> found;
        options.before_tracking = [&](const Packet& packet) {
            const auto tuple = packet.icmp && packet.inner ? inverse_of(*packet.inner) : tuple_of(packet, tested(), {});
            const auto entry = tracker_.find(*tuple);
            if (entry) found = constant(*entry->entry);
        };
        Passage passage = path_.enter(bytes, in, now_, options);
        const Entry* entry = Tracker::carried(passage.flight);
        if (entry == nullptr || passage.place == Passage::Place::stopped) return path_.free(passage);
        const auto before = found ? *found : new_entry(entry->original);
        compare(passage, Hook::prerouting, before, *entry);
        const auto between = constant(*entry);
        path_.go_on(passage, now_);
        entry = Tracker::carried(passage.flight);
        if (entry != nullptr && passage.place != Passage::Place::stopped) {
            const bool leaves = passage.place == Passage::Place::left;
            compare(passage, leaves ? Hook::postrouting : Hook::input, between, *entry);
            if (leaves && in == "inside") left_.push_back(passage.out.front().bytes);
        }
        path_.free(passage);
    }

    [[nodiscard]] const Edition& tested() const { return tracker_.edition(); }
    [[nodiscard]] std::optional<Tuple> inverse_of(const InnerPacket& inner) const {
        const auto quoted = tuple_of(inner, tested(), {});
        return quoted ? inverse(*quoted, tested(), {}) : std::nullopt;
    }
    /// What the first packet finds: nothing decided.
    [[nodiscard]] proofs::NatEntry new_entry(const Tuple& original) const {
        const auto no = proofs::no();
        return {{constant(*inverse(original, tested(), {})), {no, no}, {no, no}}, no, no};
    }

    /// The entry after a hook is as the proofs say, for the tuple that was chosen; or as before where NAT does not
    /// stand.
    void compare(const Passage& passage, Hook hook, proofs::NatEntry before, const Entry& after) {
        SCOPED_TRACE(name(hook));
        const auto now = constant(after);
        const bool stands = nat::stands_at(hook, path_.has_nat(Family::ipv4), tested());
        const proofs::NatPacket packet{hook, *passage.flight.verdict().info, passage.packet.protocol == protocol::icmp};
        const bool flow_is_icmp = after.original.is_icmp();
        const auto met =
            proofs::meet(semantics_, before, packet, turned<Symbolic>(constant(after.reply), flow_is_icmp));
        const proofs::Binding& expected = stands ? met.binding : before.binding;
        EXPECT_TRUE(is_set(proofs::same(expected, now.binding)));
        effects += stands && is_set(met.takes_effect) ? 1 : 0;

        const auto* rules = path_.rules_in_force(Family::ipv4);
        const bool has_chain = rules != nullptr && rules->table(rules::TableId::nat).has_value();
        if (hook == Hook::input && !tested().nat.input_chain) return;  // nothing is bound there, without asking
        const bool asked = std::ranges::any_of(passage.chains, [&](const ChainMet& chain) {
            return chain.hook == hook && chain.table == rules::TableId::nat;
        });
        EXPECT_EQ(asked, stands && has_chain && is_set(met.asked));
    }
};

}  // namespace

using NatEntryPath = EveryEdition;
CTORACLE_EVERY_EDITION(NatEntryPath);

TEST_P(NatEntryPath, IsThatOfTheRouter) {
    constexpr unsigned steps = 50;
    unsigned effects = 0;
    for (unsigned n = 0; n < how_many(10'000) / steps && !HasFailure(); ++n) {
        SCOPED_TRACE("seed " + std::to_string(n));
        Traffic traffic(GetParam(), n);
        for (unsigned i = 0; i < steps && !HasFailure(); ++i) traffic.step();
        effects += traffic.effects;
    }
    EXPECT_GT(effects, 100U);
}

}  // namespace conntrack::testing

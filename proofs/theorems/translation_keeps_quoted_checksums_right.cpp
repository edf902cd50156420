#include "proofs/checksums.hpp"
#include "proofs/packet_bytes.hpp"
#include "proofs/theorems/all.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/rewrite.hpp"

namespace conntrack::proofs {

namespace {

/// The checksum of a quoted packet after a word of its address was replaced. `outer`: the word in that place of the
/// error.
Word adjusted(const Semantics& s, const Word& checksum, const Word& outer, const Word& inner, const Word& after) {
    return s.nat.adjusted(checksum, wire::tells_outer_address(true, s.edition.rewrite) ? outer : inner, after);
}

/// Words are replaced one after the other; so what holds of one holds of any number of them.
void state(Statement& s) {
    const Word outer = fresh_word("outer"), inner = fresh_word("inner"), after = fresh_word("after"),
               checksum = fresh_word("checksum");
    const Bit premise = is_half(outer) && is_half(inner) && is_half(after) && is_half(checksum);
    const Word now = adjusted(s.semantics(), checksum, outer, inner, after);
    s.prove("a word of the address is replaced", premise, is_same_sum(inner + checksum, after + now));
    s.prove("where the error has the same word there", premise && outer == inner,
            is_same_sum(inner + checksum, after + now));
}

// --- the trace

constexpr std::uint32_t client = 0x0a00'0002, server = 0xc000'0202, network = 0xc000'0200;

Word high(std::uint32_t address) { return word(address >> 16); }
Word low(std::uint32_t address) { return word(address & 0xffff); }

TracedPacket traced(Direction dir, CtInfo info, std::vector<std::uint8_t> bytes, const std::string& text) {
    TracedPacket out;
    out.sent_by = out.dir = dir;
    out.bytes = std::move(bytes);
    out.text = text;
    out.info = info;
    out.entry_stands = true;
    return out;
}

/// The shortest: an error that a server sends needs a packet before it that the error is about. The solver finds to
/// which address of the outer network the client has to be translated.
std::optional<Trace> trace(const Semantics& semantics, Solver& solver) {
    const std::size_t checksum_at = udp_checksum_offset();
    const auto sent = udp_packet_bytes(Direction::original);
    const Word at_client = word(wire::get16(sent, checksum_at)), host = fresh_word("host");
    const auto& adjust = semantics.nat.adjusted;
    const Word at_server = adjust(adjust(at_client, high(client), high(network)), low(client), low(network) + host);
    const Word back = adjusted(semantics, adjusted(semantics, at_server, high(server), high(network), high(client)),
                               low(server), low(network) + host, low(client));
    const Bit free_host = Symbolic::below(word(2), host) && Symbolic::below(host, word(255));
    const Solved solved = solver.check((free_host && back != at_client).ref());
    if (solved.answer != Answer::satisfiable) return std::nullopt;
    Evaluation value(solved.model);
    const auto address = network + static_cast<std::uint32_t>(value.of(host.ref()));
    const std::string name = "192.0.2." + std::to_string(address & 0xff);

    Trace out{semantics.edition.id, {}, {}};
    out.rules =
        "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
        "-A POSTROUTING -o outside -j SNAT --to-source " +
        name + "\nCOMMIT\n";
    out.packets.push_back(traced(Direction::original, CtInfo::new_, sent, "client, as " + name + " > server UDP: new"));
    auto error = traced(Direction::reply, CtInfo::related, udp_unreachable_bytes(address), "");
    error.at_ns = 1'000'000;
    error.quoted_checksum = static_cast<std::uint16_t>(value.of(back.ref()));
    error.text = "server > " + name + " ICMP port unreachable: related; it quotes a UDP checksum of " +
                 std::to_string(*error.quoted_checksum) + ", the client had sent " +
                 std::to_string(at_client.ref()->value);
    out.packets.push_back(error);
    return out;
}

void take_the_inner_address(Semantics& s) { s.edition.rewrite.quoted_sum_takes_outer_address = false; }
void take_the_outer_address(Semantics& s) { s.edition.rewrite.quoted_sum_takes_outer_address = true; }

}  // namespace

Theorem translation_keeps_quoted_checksums_right() {
    return {.name = "translation_keeps_quoted_checksums_right",
            .sentence =
                "The TCP or UDP checksum of the packet that an ICMP error quotes is right after the error was "
                "translated, if it was right before.",
            .answers = "Why do some hosts ignore ICMP errors that come through NAT?",
            .bound = "",
            .expected = {Result::violated, Result::proved, Result::proved},
            .state = state,
            .defects = {{"the quoted packet's own address is told", EditionId::linux_2_6_9, take_the_inner_address},
                        {"the error's address is told", EditionId::linux_2_6_32, take_the_outer_address},
                        {"the error's address is told", EditionId::linux_6_18, take_the_outer_address}},
            .trace = trace};
}

}  // namespace conntrack::proofs

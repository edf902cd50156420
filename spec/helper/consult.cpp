#include "spec/helper/consult.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/layout.hpp"
#include "spec/wire/mangle.hpp"

#include <string>

namespace conntrack::helper {

namespace {

using expect::Registry;

/// One consultation.
class Session {
  public:
    Session(const Consultation& about, expect::Extension& extension, Registry::Told& told)
        : about_(about), extension_(extension), told_(told) {}

    Consulted carry_out(const Announced& announced, std::vector<std::uint8_t>* packet);

  private:
    const Consultation& about_;
    expect::Extension& extension_;
    Registry::Told& told_;

    [[nodiscard]] const Tuple& tuple(Direction dir) const {
        return dir == Direction::original ? about_.master.original : about_.master.reply;
    }
    Registry::Result expect(expect::Expectation& expectation);
    std::optional<std::uint16_t> expect_at_free_port(expect::Expectation& expectation);
    std::optional<std::uint16_t> expect_above(expect::Expectation& expectation);
    std::optional<Clause> rewrite(const Announced& announced, const expect::Expectation& registered,
                                  std::vector<std::uint8_t>& packet, Consulted& out);
};

Registry::Result Session::expect(expect::Expectation& expectation) {
    extension_.is_master = true;
    return about_.registry.add(expectation, about_.master, extension_.helper->policy(about_.edition), about_.expect_max,
                               about_.now, told_);
}

/// The announced port, or another one if somebody expects that already. linux-2.6.32 takes port 0 for none.
std::optional<std::uint16_t> Session::expect_at_free_port(expect::Expectation& expectation) {
    const std::uint16_t announced = expectation.tuple.dst_part;
    const bool at_random = about_.edition.helper.next_port_is_random;
    if (announced == 0 && !at_random) return std::nullopt;
    const auto result = expect(expectation);
    if (result == Registry::Result::accepted) return announced;
    if (at_random && result != Registry::Result::busy) return std::nullopt;
    return expect_above(expectation);
}

/// linux-6.18 tries 128 ports at random, of all but the last; here it finds one if there is one.
std::optional<std::uint16_t> Session::expect_above(expect::Expectation& expectation) {
    const std::uint32_t first = expectation.tuple.dst_part;
    const bool at_random = about_.edition.helper.next_port_is_random;
    const std::uint32_t end = at_random ? 0xffffU : 0x1'0000U;
    const auto is_free = [&](std::uint32_t port) {
        expectation.tuple.dst_part = static_cast<std::uint16_t>(port);
        return expect(expectation) == Registry::Result::accepted;
    };
    if (at_random && first < end) {
        const auto chosen = about_.choices.expected_port(expectation.tuple);
        if (chosen && *chosen >= first && *chosen < end && is_free(*chosen)) return chosen;
    }
    for (std::uint32_t port = first + 1; port < end; ++port)
        if (is_free(port)) return static_cast<std::uint16_t>(port);
    return std::nullopt;
}

std::optional<Clause> Session::rewrite(const Announced& announced, const expect::Expectation& registered,
                                       std::vector<std::uint8_t>& packet, Consulted& out) {
    const Address& address = tuple(other(about_.dir)).dst;
    const std::string text =
        extension_.helper->spell(*announced.text, about_.master.original.family, address, registered.tuple.dst_part);
    const auto layout = wire::layout_of(packet);
    const std::uint32_t seq = layout ? wire::get32(packet, layout->transport + 4) : 0;
    if (!layout || text.empty() || !wire::replace_text(packet, announced.text->offset, announced.text->length, text)) {
        about_.registry.remove(registered.id, about_.now, told_);
        return Clause::helper_not_rewritable;
    }
    const auto by = static_cast<std::uint32_t>(text.size() - announced.text->length);
    auto& shift = extension_.shifts[static_cast<std::size_t>(about_.dir)];
    shift = expect::lengthened<Concrete>(shift, seq, by);
    out.rewritten = true;
    out.lengthened = by != 0;
    return std::nullopt;
}

Consulted Session::carry_out(const Announced& announced, std::vector<std::uint8_t>* packet) {
    expect::Expectation expectation;
    expectation.tuple = announced.tuple;
    expectation.tuple.zone = about_.zone;
    expectation.mask = announced.mask;
    expectation.master = about_.master.key;
    expectation.helper = extension_.helper;
    const bool translated = about_.status.has(Status::src_nat) || about_.status.has(Status::dst_nat);
    const bool drops = about_.edition.helper.refusal_drops;
    Consulted out;
    if (!translated || !about_.edition.helper.rewrites_for_nat || packet == nullptr) {
        if (expect(expectation) != Registry::Result::accepted && drops) out.dropped_by = Clause::helper_refused;
        return out;
    }
    expectation.follow = expect::Follow{announced.follows, announced.saved_part};
    if (!announced.text) {
        if (expect(expectation) != Registry::Result::accepted) out.dropped_by = Clause::helper_refused;
        return out;
    }
    const auto port = expect_at_free_port(expectation);
    // An announced port of 0 is taken for none, though it is expected by then.
    out.dropped_by = port && *port != 0 ? rewrite(announced, expectation, *packet, out) : Clause::helper_no_port;
    return out;
}

}  // namespace

Consulted consult(const Consultation& about, expect::Extension& extension, std::span<const std::uint8_t> bytes,
                  std::vector<std::uint8_t>* packet, Registry::Told& told) {
    const auto layout = wire::layout_of(bytes);
    if (!layout || layout->later_fragment) return {};
    const bool original = about.dir == Direction::original;
    const Look look{.edition = about.edition,
                    .info = about.info,
                    .dir = about.dir,
                    .own = original ? about.master.original : about.master.reply,
                    .others = original ? about.master.reply : about.master.original,
                    .transport = bytes.subspan(layout->transport)};
    const Heard heard = extension.helper->look(look, extension.memory);
    if (heard.kind == Heard::Kind::incomplete) return {Clause::helper_incomplete};
    if (heard.kind == Heard::Kind::nothing || !heard.announced) return {};
    return Session(about, extension, told).carry_out(*heard.announced, packet);
}

std::optional<Clause> complete(std::vector<std::uint8_t>& packet, const Consulted& consulted, bool shifts,
                               const expect::Extension& extension, Direction dir, const Edition& edition) {
    if (consulted.dropped_by) return consulted.dropped_by;
    if (shifts && !wire::shift_sequence(packet, extension.shifts, dir, edition)) return Clause::helper_not_rewritable;
    if (consulted.rewritten && edition.helper.rewritten_zero_sum_becomes_ones) wire::write_zero_sum_as_ones(packet);
    return std::nullopt;
}

}  // namespace conntrack::helper

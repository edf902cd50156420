#include "tests/model/properties/moves.hpp"

#include <ostream>

namespace conntrack::testing {

std::ostream& operator<<(std::ostream& out, const Move& m) {
    constexpr const char* deeds[] = {"packet",       "error", "wait",  "confirm_held",
                                     "release_held", "erase", "flush", "configure"};
    constexpr const char* passages[] = {"", " dropped", " held"};
    out << deeds[static_cast<std::size_t>(m.deed)];
    out << " flow " << int{m.flow} << (m.reply ? " reply" : " original");
    if (m.deed == Deed::packet || m.deed == Deed::error) out << passages[static_cast<std::size_t>(m.passage)];
    if (m.deed == Deed::packet)
        out << " flags " << int{m.flags} << " start " << int{m.start} << " ack " << int{m.ack} << " length "
            << int{m.length} << " options " << int{m.options};
    return out << " number " << m.number << "\n";
}

rc::Gen<std::vector<Move>> moves() {
    using rc::gen::weightedElement;
    const auto any = [](std::uint8_t limit) { return rc::gen::inRange<std::uint8_t>(0, limit); };
    const auto move = rc::gen::build<Move>(
        rc::gen::set(&Move::deed, weightedElement<Deed>({{60, Deed::packet},
                                                         {4, Deed::error},
                                                         {14, Deed::wait},
                                                         {5, Deed::confirm_held},
                                                         {5, Deed::release_held},
                                                         {2, Deed::erase},
                                                         {1, Deed::flush},
                                                         {3, Deed::configure}})),
        // The first flow is a TCP connection; half of all packets are its, so that conversations get somewhere.
        rc::gen::set(&Move::flow, rc::gen::oneOf(any(1), any(16))), rc::gen::set(&Move::reply),
        rc::gen::set(&Move::passage,
                     weightedElement<Passage>({{18, Passage::accepted}, {1, Passage::dropped}, {2, Passage::held}})),
        rc::gen::set(&Move::flags, any(24)), rc::gen::set(&Move::start, any(20)), rc::gen::set(&Move::ack, any(16)),
        rc::gen::set(&Move::length, any(6)), rc::gen::set(&Move::options, any(8)),
        rc::gen::set(&Move::number, rc::gen::resize(200, rc::gen::arbitrary<std::uint32_t>())));
    constexpr double longer = 2.5;  // up to 250 moves
    return rc::gen::scale(longer, rc::gen::container<std::vector<Move>>(move));
}

}  // namespace conntrack::testing

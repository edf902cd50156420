#include "tests/model/path/moves.hpp"

#include <ostream>

namespace conntrack::testing {

std::ostream& operator<<(std::ostream& out, const PathMove& m) {
    constexpr const char* deeds[] = {"packet", "answer",    "error",      "fragments", "wait",  "release",
                                     "rules",  "nat_hooks", "interfaces", "configure", "flush", "erase"};
    constexpr const char* holds[] = {"", " held before FORWARD", " held after leaving"};
    return out << deeds[static_cast<std::size_t>(m.deed)] << holds[static_cast<std::size_t>(m.hold)] << " protocol "
               << int{m.protocol} << " from " << int{m.host} << ':' << int{m.port} << " to " << int{m.to_host} << ':'
               << int{m.to} << (m.inward ? " inward" : "") << (m.ipv6 ? " ipv6" : "") << " shape " << int{m.shape}
               << " which " << int{m.which} << " number " << m.number << "\n";
}

rc::Gen<std::vector<PathMove>> path_moves() {
    using rc::gen::weightedElement;
    const auto any = [](std::uint8_t limit) { return rc::gen::inRange<std::uint8_t>(0, limit); };
    const auto often_first = [&](std::uint8_t limit) { return rc::gen::oneOf(any(1), any(limit)); };
    const auto move = rc::gen::build<PathMove>(
        rc::gen::set(&PathMove::deed, weightedElement<PathDeed>({{46, PathDeed::packet},
                                                                 {40, PathDeed::answer},
                                                                 {5, PathDeed::error},
                                                                 {2, PathDeed::fragments},
                                                                 {6, PathDeed::wait},
                                                                 {14, PathDeed::release},
                                                                 {7, PathDeed::rules},
                                                                 {1, PathDeed::nat_hooks},
                                                                 {6, PathDeed::interfaces},
                                                                 {3, PathDeed::configure},
                                                                 {1, PathDeed::flush},
                                                                 {2, PathDeed::erase}})),
        rc::gen::set(&PathMove::hold,
                     weightedElement<Hold>({{10, Hold::no}, {4, Hold::before_forward}, {1, Hold::after_leaving}})),
        // Half of what there is to choose is the first of its kind, so that flows meet.
        rc::gen::set(&PathMove::protocol, often_first(5)), rc::gen::set(&PathMove::host, often_first(3)),
        rc::gen::set(&PathMove::port, often_first(4)), rc::gen::set(&PathMove::to_host, often_first(4)),
        rc::gen::set(&PathMove::to, often_first(3)),
        rc::gen::set(&PathMove::inward, weightedElement<bool>({{4, false}, {1, true}})),
        rc::gen::set(&PathMove::ipv6, weightedElement<bool>({{7, false}, {1, true}})),
        rc::gen::set(&PathMove::shape, any(12)), rc::gen::set(&PathMove::which, any(8)),
        rc::gen::set(&PathMove::number, rc::gen::resize(200, rc::gen::arbitrary<std::uint32_t>())));
    constexpr double longer = 1.5;  // up to 150 moves
    return rc::gen::scale(longer, rc::gen::container<std::vector<PathMove>>(move));
}

}  // namespace conntrack::testing

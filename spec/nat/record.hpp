// A manipulation as linux-2.6.9 keeps it: what is done to packets of a direction at a hook.
// Source: struct ip_nat_info_manip.
#pragma once

#include "spec/ends.hpp"
#include "spec/nat/manip.hpp"

#include <array>
#include <cstdint>

namespace conntrack {

struct NatRecord {
    Direction dir = Direction::original;
    Hook hook = Hook::prerouting;
    nat::Manip manip = nat::Manip::src;
    Address address;
    std::uint16_t part = 0;  // port or id

    bool operator==(const NatRecord&) const = default;
};

namespace nat {

/// A record in every value domain, or none.
template <class D>
struct Record {
    Direction dir;
    Hook hook;
    Manip manip;
    End<D> to;
    typename D::Bit kept;
};

/// What is kept of a decision at `hook`, in order: by it packets of the original direction that would leave as `before`
/// leave as `after`. `answer`: the tuple of the answer to a packet that nobody has translated.
template <class D>
std::array<Record<D>, 4> records_of(Hook hook, const Ends<D>& before, const Ends<D>& after, const Ends<D>& answer,
                                    bool icmp) {
    const auto src = !same<D>(after.src, before.src), dst = !same<D>(after.dst, before.dst);
    const Ends<D> reply = turned<D>(after, icmp);
    return {{{Direction::original, hook, Manip::src, after.src, src},
             {Direction::reply, opposite(hook), Manip::dst, before.src, src},
             {Direction::original, hook, Manip::dst, reply.src, dst},
             {Direction::reply, opposite(hook), Manip::src, answer.src, dst}}};
}

constexpr Record<Concrete> as_record(const NatRecord& r) { return {r.dir, r.hook, r.manip, {r.address, r.part}, true}; }

}  // namespace nat

}  // namespace conntrack

// NAT on a tracker of the edition under test, without rules: a flow's first packet is bound by a range and confirmed.
#pragma once

#include "model/tracker.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/packets.hpp"

#include <gtest/gtest.h>
#include <deque>
#include <optional>

namespace conntrack::testing {

/// Where searches begin: as told, in turn; then at 0.
class ToldStarts final : public Choices {
  public:
    std::deque<std::uint16_t> starts;
    std::size_t asked = 0;

    std::uint16_t search_start(const Chooser&, nat::Manip, std::uint32_t, std::uint32_t) override {
        ++asked;
        if (starts.empty()) return 0;
        const std::uint16_t start = starts.front();
        starts.pop_front();
        return start;
    }
};

constexpr Address client_a = Address::v4(0x0a00'0002), client_b = Address::v4(0x0a00'0003),
                  client_c = Address::v4(0x0a00'0004), server = Address::v4(0xc000'0202),
                  other_server = Address::v4(0xc000'0203), public_address = Address::v4(0xc000'0201);

constexpr Ends flow(Address from, std::uint16_t port, Address to = server, std::uint16_t to_port = 53) {
    return {Family::ipv4, from, to, port, to_port};
}

constexpr NatRange addresses(Address first, Address last) {
    NatRange range;
    range.map_ips = true;
    range.min = first;
    range.max = last;
    return range;
}
constexpr NatRange at(Address address) { return addresses(address, address); }
constexpr NatRange at(Address address, std::uint16_t first, std::uint16_t last) {
    NatRange range = at(address);
    range.proto_specified = true;
    range.port_min = first;
    range.port_max = last;
    return range;
}

class NatOf : public EveryEdition {
  protected:
    Tracker tracker_{tested()};
    ToldStarts choices_;

    void SetUp() override { tracker_.choose_by(choices_); }
    [[nodiscard]] bool oldest() const { return is(EditionId::linux_2_6_9); }
    [[nodiscard]] bool middle() const { return is(EditionId::linux_2_6_32); }
    [[nodiscard]] bool newest() const { return is(EditionId::linux_6_18); }

    enum class End : std::uint8_t { confirmed, no_free_tuple, dropped_at_confirmation };
    struct Bound {
        End end = End::confirmed;
        Tuple leaves;  // what the packet leaves as, if it was bound
    };
    /// The flow's first packet. A range that is not given: a null binding.
    Bound first(const Packet& packet, const std::optional<NatRange>& src, const std::optional<NatRange>& dst = {},
                const Zone& zone = {}) {
        Template from;
        from.zone = zone;
        InFlight flight = tracker_.begin(packet, tracker_.now(), nullptr, from);
        Entry& entry = *Tracker::carried(flight);
        Bound out;
        const bool bound = bind(entry, Hook::prerouting, dst) && bind(entry, Hook::postrouting, src);
        out.leaves = *inverse(entry.reply, tested(), tracker_.modules());
        if (!bound)
            out.end = End::no_free_tuple;
        else if (!tracker_.confirm(flight, tracker_.now()))
            out.end = End::dropped_at_confirmation;
        tracker_.release(std::move(flight));
        return out;
    }
    Bound udp(const Ends& ends, const std::optional<NatRange>& src, const std::optional<NatRange>& dst = {}) {
        return first(udp_packet(ends, Direction::original), src, dst);
    }

  private:
    bool bind(Entry& entry, Hook hook, const std::optional<NatRange>& range) {
        return range ? tracker_.nat().bind(entry, hook, *range, {}) : tracker_.nat().bind_nothing(entry, hook, 0);
    }
};

}  // namespace conntrack::testing

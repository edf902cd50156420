// Interfaces and addresses come and go, and MASQUERADE forgets the entries that hung on them.
// Sources: masq_inet_event(), masq_device_event(), inet_cmp() of ipt_MASQUERADE.c and nf_nat_masquerade.c.
#include "model/path/packet_path.hpp"

#include <algorithm>

namespace conntrack {

void PacketPath::set_interfaces(std::vector<Interface> interfaces, Time now) {
    tracker_.advance(now);
    const std::vector<Interface> before = router_.interfaces();
    const NatSwitches& nat = edition().nat;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto same = std::ranges::find(interfaces, before[i].name, &Interface::name);
        const std::vector<Network> now_there = same == interfaces.end() ? std::vector<Network>{} : same->addresses;
        const auto holds = [](const std::vector<Network>& list, const Network& n) {
            return std::ranges::any_of(
                list, [&](const Network& m) { return m.family == n.family && m.address == n.address; });
        };
        std::vector<Address> gone;
        bool came = false;
        for (const Network& n : before[i].addresses)
            if (!holds(now_there, n)) gone.push_back(n.address);
        for (const Network& n : now_there) came = came || !holds(before[i].addresses, n);
        const bool down = same == interfaces.end() && nat.address_loss_ends;
        tracker_.nat().each_masqueraded(i, [&](Entry& entry) {
            const bool used_one = std::ranges::find(gone, entry.reply.dst) != gone.end();
            const bool lost = !gone.empty() && nat.address_loss_ends && (!nat.address_loss_ends_own || used_one);
            const bool replaced =
                came && nat.new_address_ends_others &&
                std::ranges::none_of(now_there, [&](const Network& n) { return n.address == entry.reply.dst; });
            if (down || lost || replaced) tracker_.end(entry);
        });
    }
    router_ = Router(std::move(interfaces), edition().stack);
}

}  // namespace conntrack

// Interfaces and addresses come and go, and MASQUERADE forgets the entries that hung on them.
// Sources: masq_inet_event(), masq_device_event(), inet_cmp() of ipt_MASQUERADE.c and nf_nat_masquerade.c.
#include "model/path/packet_path.hpp"

#include <algorithm>

namespace conntrack {

namespace {

/// What became of the addresses of one interface.
struct Change {
    std::vector<Network> gone, came;
    bool interface_gone = false;
};

bool is_same(const Network& a, const Network& b) { return a.family == b.family && a.address == b.address; }

std::vector<Network> without(const std::vector<Network>& list, const std::vector<Network>& others) {
    std::vector<Network> out;
    for (const Network& n : list) {
        if (std::ranges::none_of(others, [&](const Network& m) { return is_same(n, m); })) out.push_back(n);
    }
    return out;
}

Change change_of(const Interface& before, const std::vector<Interface>& after) {
    const auto same = std::ranges::find(after, before.name, &Interface::name);
    const std::vector<Network> now = same == after.end() ? std::vector<Network>{} : same->addresses;
    return {without(before.addresses, now), without(now, before.addresses), same == after.end()};
}

/// Is an entry that was masqueraded there forgotten? Addresses of another family are other observers' business.
bool is_forgotten(const Entry& entry, const Change& change, const NatSwitches& nat) {
    const auto own_family = [&](const Network& n) { return n.family == entry.reply.family; };
    const auto used = [&](const Network& n) { return own_family(n) && n.address == entry.reply.dst; };
    const auto unused = [&](const Network& n) { return own_family(n) && n.address != entry.reply.dst; };
    if (nat.new_address_ends_others && std::ranges::any_of(change.came, unused)) return true;
    if (!nat.address_loss_ends) return false;
    if (change.interface_gone) return true;
    return nat.address_loss_ends_own ? std::ranges::any_of(change.gone, used)
                                     : std::ranges::any_of(change.gone, own_family);
}

/// The addresses that stay go on standing where they stood, and those that have come stand behind them: it is by this
/// order that the router chooses among its own (model/source_address.hpp).
void put_in_order(std::vector<Interface>& after, const std::vector<Interface>& before) {
    for (Interface& interface : after) {
        const auto same = std::ranges::find(before, interface.name, &Interface::name);
        if (same == before.end()) continue;
        const auto place = [&](const Network& n) {
            return std::ranges::find_if(same->addresses, [&](const Network& old) { return is_same(old, n); }) -
                   same->addresses.begin();
        };
        std::ranges::stable_sort(interface.addresses, {}, place);
    }
}

}  // namespace

void PacketPath::set_interfaces(std::vector<Interface> interfaces, Time now) {
    tracker_.advance(now);
    for (const Interface& before : router_.interfaces()) {
        const Change change = change_of(before, interfaces);
        tracker_.end_masqueraded(before.name,
                                 [&](const Entry& entry) { return is_forgotten(entry, change, edition().nat); });
    }
    put_in_order(interfaces, router_.interfaces());
    router_ = Router(std::move(interfaces), edition());
}

}  // namespace conntrack

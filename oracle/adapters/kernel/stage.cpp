#include "oracle/adapters/kernel/stage.hpp"

#include "oracle/adapters/kernel/command.hpp"
#include "oracle/adapters/kernel/verdict_log.hpp"
#include "oracle/text/addresses.hpp"
#include "spec/tuple.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace conntrack::oracle::kernel {

namespace {

void write_text(const std::string& path, const std::string& text) {
    std::ofstream out(path);
    out << text;
    out.close();
    if (!out) throw CannotRun(fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
}

/// Without root: a user namespace in which we are root.
void enter_namespaces() {
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (unshare(user == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) != 0)
        throw CannotRun(fmt::format("no network namespace of its own: {}; it needs root, or user namespaces",
                                    std::strerror(errno)));
    if (user == 0) return;
    write_text("/proc/self/setgroups", "deny");
    write_text("/proc/self/uid_map", fmt::format("0 {} 1", user));
    write_text("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

Descriptor open_device(const std::string& name) {
    Descriptor device(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (device.get() < 0) throw CannotRun(std::string("/dev/net/tun: ") + std::strerror(errno));
    ifreq request{};
    if (name.size() >= IFNAMSIZ) throw CannotRun(fmt::format("the interface name \"{}\" is too long", name));
    std::memcpy(request.ifr_name, name.c_str(), name.size());
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ioctl(device.get(), TUNSETIFF, &request) != 0)
        throw CannotRun(fmt::format("no TUN device \"{}\": {}", name, std::strerror(errno)));
    return device;
}

std::string network_text(const Network& network) {
    return fmt::format("{}/{}", to_text(network.family, network.address), network.prefix_bits);
}

std::string addition(const Network& address, const Interface& to) {
    return fmt::format("addr add {} dev {}{}\n", network_text(address), to.name,
                       address.family == Family::ipv6 ? " nodad" : "");
}

/// What `ip route` is told to replace or delete: the networks behind an interface, or everything.
std::vector<std::string> routes_of(const Interface& interface) {
    std::vector<std::string> out;
    for (const Network& network : interface.networks)
        out.push_back(fmt::format("{} dev {}\n", network_text(network), interface.name));
    if (interface.networks.empty())
        for (const char* everything : {"0.0.0.0/0", "::/0"})
            out.push_back(fmt::format("{} dev {}\n", everything, interface.name));
    return out;
}

std::vector<Network> without(const std::vector<Network>& list, const std::vector<Network>& others) {
    std::vector<Network> out;
    const auto is_same = [](const Network& a, const Network& b) {
        return a.family == b.family && a.address == b.address && a.prefix_bits == b.prefix_bits;
    };
    std::ranges::copy_if(list, std::back_inserter(out), [&](const Network& n) {
        return std::ranges::none_of(others, [&](const Network& m) { return is_same(n, m); });
    });
    return out;
}

/// A report of the router about the groups it listens to: behind a hop-by-hop header.
bool is_listener_report(std::span<const std::uint8_t> packet) {
    constexpr std::size_t next_header = 6, inner_next_header = 40, type = 48;
    constexpr std::uint8_t hop_by_hop = 0, report_v2 = 143;
    return packet.size() > type && packet[0] >> 4 == 6 && packet[next_header] == hop_by_hop &&
           packet[inner_next_header] == protocol::icmpv6 && packet[type] == report_v2;
}

/// Word of a shorter way, as IPv4 is kept from sending: the router's own have not lost a hop.
bool is_own_redirect(std::span<const std::uint8_t> packet) {
    constexpr std::size_t next_header = 6, hop_limit = 7, type = 40;
    constexpr std::uint8_t redirect = 137;
    return packet.size() > type && packet[0] >> 4 == 6 && packet[next_header] == protocol::icmpv6 &&
           packet[hop_limit] == 255 && packet[type] == redirect;
}

/// The names of the tables that a text fills.
std::set<std::string> tables_in(const std::string& rules) {
    std::set<std::string> out;
    std::istringstream lines(rules);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with('*')) out.insert(line.substr(1));
    return out;
}

std::string empty_table(const std::string& name) {
    std::string out = "*" + name + "\n";
    const auto add = [&](std::initializer_list<const char*> chains) {
        for (const char* chain : chains) out += fmt::format(":{} ACCEPT [0:0]\n", chain);
    };
    if (name == "raw") add({"PREROUTING", "OUTPUT"});
    if (name == "nat") add({"PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"});
    if (name == "mangle") add({"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"});
    if (name == "filter" || name == "security") add({"INPUT", "FORWARD", "OUTPUT"});
    return out + "COMMIT\n";
}

}  // namespace

Stage::Stage(std::vector<Interface> interfaces) : interfaces_(std::move(interfaces)) {
    constexpr std::size_t largest_packet = 65'536;
    buffer_.resize(largest_packet);
    enter_namespaces();
    namespace_.emplace();
    for (const char* path :
         {"net/ipv6/conf/default/accept_dad", "net/ipv6/conf/default/dad_transmits", "net/ipv4/conf/default/rp_filter",
          "net/ipv4/conf/all/rp_filter", "net/ipv4/conf/default/send_redirects", "net/ipv4/conf/all/send_redirects"})
        set_sysctl(path, "0");
    // With the first address of a network the others of it would go, too.
    set_sysctl("net/ipv4/conf/all/promote_secondaries", "1");
    for (const Interface& i : interfaces_) devices_.push_back(open_device(i.name));
    lay_out();
    await_addresses();
    run_tool({"nft", "-f", "-"}, logging_rules());
}

void Stage::enter_namespace() const {
    if (!namespace_->enter())
        throw CannotRun(fmt::format("its own network namespace cannot be entered again: {}", std::strerror(errno)));
}

void Stage::lay_out() {
    std::string batch = "link set lo up\n";
    for (const Interface& i : interfaces_) {
        batch += fmt::format("link set {} up\n", i.name);
        for (const Network& address : i.addresses) batch += addition(address, i);
    }
    for (const Interface& i : interfaces_)
        for (const std::string& route : routes_of(i)) batch += "route replace " + route;
    run_tool({"ip", "-batch", "-"}, batch);
    remove_queues();
    for (const char* path : {"net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"})
        if (!set_sysctl(path, "1")) throw CannotRun(fmt::format("/proc/sys/{} cannot be set", path));
    // What the router answers is tracked: none of it may be held back.
    for (const char* path : {"net/ipv4/icmp_ratelimit", "net/ipv6/icmp/ratelimit"}) set_sysctl(path, "0");
    set_sysctl("net/ipv4/icmp_msgs_per_sec", "1000000");
    set_sysctl("net/ipv4/icmp_msgs_burst", "1000000");
}

/// With a queue, a packet waits for another processor that is just sending something else.
void Stage::remove_queues() const {
    std::string queues;
    for (const Interface& i : interfaces_) queues += fmt::format("qdisc replace dev {} root noqueue\n", i.name);
    run_tool({"tc", "-batch", "-"}, queues);
}

void Stage::change_interfaces(std::vector<Interface> interfaces) {
    std::vector<Descriptor> devices;
    std::string batch;
    for (const Interface& now : interfaces) {
        const auto before = std::ranges::find(interfaces_, now.name, &Interface::name);
        if (before == interfaces_.end()) {
            devices.push_back(open_device(now.name));
            batch += fmt::format("link set {} up\n", now.name);
            for (const Network& address : now.addresses) batch += addition(address, now);
            continue;
        }
        devices.push_back(std::move(devices_[static_cast<std::size_t>(before - interfaces_.begin())]));
        for (const Network& address : without(before->addresses, now.addresses))
            batch += fmt::format("addr del {} dev {}\n", network_text(address), now.name);
        for (const Network& address : without(now.addresses, before->addresses)) batch += addition(address, now);
        const std::vector<std::string> routes = routes_of(now);
        for (const std::string& route : routes_of(*before))
            if (std::ranges::find(routes, route) == routes.end()) batch += "route del " + route;
    }
    // With the last address of an interface its routes go, too.
    for (const Interface& now : interfaces)
        for (const std::string& route : routes_of(now)) batch += "route replace " + route;
    devices_ = std::move(devices);  // a device that nobody holds any more is gone
    interfaces_ = std::move(interfaces);
    run_tool({"ip", "-batch", "-"}, batch);
    remove_queues();
    await_addresses();
}

/// The kernel brings IPv6 addresses to life in the background: before that, packets to them are forwarded.
void Stage::await_addresses() const {
    using namespace std::chrono_literals;
    constexpr unsigned tentative = IFA_F_TENTATIVE;
    const auto alive = [&] {
        std::size_t count = 0;
        std::ifstream in("/proc/thread-self/net/if_inet6");
        for (std::string address, index, prefix, scope, flags, name;
             in >> address >> index >> prefix >> scope >> flags >> name;)
            count += (std::stoul(flags, nullptr, 16) & tentative) == 0 ? 1 : 0;
        return count;
    };
    // Beside those that are listed, each interface has one of its own, and so has the loopback.
    std::size_t wanted = 1;
    for (const Interface& i : interfaces_) {
        const auto is_link_local_v6 = [](const Network& n) { return is_link_local(n.family, n.address); };
        wanted += std::ranges::any_of(i.addresses, is_link_local_v6) ? 0 : 1;
        wanted += static_cast<std::size_t>(
            std::ranges::count_if(i.addresses, [](const Network& n) { return n.family == Family::ipv6; }));
    }
    const auto until = std::chrono::steady_clock::now() + 2s;
    while (alive() < wanted && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
}

bool Stage::enter(const std::string& interface, std::span<const std::uint8_t> packet) {
    for (std::size_t i = 0; i < interfaces_.size(); ++i)
        if (interfaces_[i].name == interface)
            return write(devices_[i].get(), packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
    return false;
}

std::vector<Stage::Left> Stage::take_left() {
    std::vector<Left> out;
    for (std::size_t i = 0; i < interfaces_.size(); ++i) {
        for (;;) {
            const ssize_t n = read(devices_[i].get(), buffer_.data(), buffer_.size());
            if (n <= 0) break;
            const auto packet = std::span(buffer_).first(static_cast<std::size_t>(n));
            const bool is_of_itself = is_listener_report(packet) || is_own_redirect(packet);
            if (!is_of_itself) out.push_back({interfaces_[i].name, {packet.begin(), packet.end()}});
        }
    }
    return out;
}

bool Stage::takes(const Rules& rules) const {
    return (!tables_[0].contains("nat") || rules.nat || tables_in(rules.ipv4).contains("nat")) &&
           (!tables_[1].contains("nat") || rules.nat || tables_in(rules.ipv6).contains("nat"));
}

/// By the tools of ip_tables: those of nf_tables turn some matches into others, which look at short packets
/// differently.
void Stage::set_rules(const Rules& rules) {
    if (rules == rules_) return;
    const std::array tools = {"iptables-legacy-restore", "ip6tables-legacy-restore"};
    for (std::size_t i = 0; i < tools.size(); ++i) {
        std::string text = i == 0 ? rules.ipv4 : rules.ipv6;
        const std::set<std::string> filled = tables_in(text);
        if (rules.nat) tables_[i].insert("nat");
        for (const std::string& table : tables_[i])
            if (!filled.contains(table)) text += empty_table(table);
        tables_[i].insert(filled.begin(), filled.end());
        if (!text.empty()) run_tool({tools[i]}, text);
    }
    rules_ = rules;
}

std::optional<std::string> Stage::sysctl(const std::string& path) {
    std::ifstream in("/proc/sys/" + path);
    std::string text;
    if (!std::getline(in, text)) return std::nullopt;
    return text;
}

bool Stage::set_sysctl(const std::string& path, const std::string& value) {
    const Descriptor file(open(("/proc/sys/" + path).c_str(), O_WRONLY | O_CLOEXEC));
    return file.get() >= 0 && write(file.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

}  // namespace conntrack::oracle::kernel

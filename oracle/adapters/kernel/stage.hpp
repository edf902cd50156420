// A stage of scenarios on the live kernel: a network namespace of our own with a TUN device for each interface. It goes
// with the process, whatever happens to that: nothing has a name outside.
#pragma once

#include "model/router.hpp"
#include "oracle/adapters/kernel/descriptor.hpp"
#include "oracle/adapters/kernel/network_namespace.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace conntrack::oracle::kernel {

/// A thread may have several, each in a namespace of its own, and is in one of them at a time.
class Stage {
  public:
    /// The calling thread is there from now on. Throws CannotRun.
    explicit Stage(std::vector<Interface> interfaces);

    /// The calling thread is there again. Throws CannotRun.
    void enter_namespace() const;
    [[nodiscard]] const std::vector<Interface>& interfaces() const { return interfaces_; }
    /// Devices, addresses and routes come and go until these are there. What hangs on addresses that went is cleared
    /// away by the kernel when it finds the time. Throws CannotRun.
    void change_interfaces(std::vector<Interface> interfaces);
    /// The packet enters by that interface. When this returns it has gone all its way. False: the device refuses it.
    bool enter(const std::string& interface, std::span<const std::uint8_t> packet);
    struct Left {
        std::string interface;
        std::vector<std::uint8_t> packet;
    };
    /// What has left since the last call; reports of multicast listeners and redirects, which the router sends of
    /// itself, are left out.
    std::vector<Left> take_left();

    /// Rules in the format of iptables-save, by family. NAT hooks exist if `nat`, or if the rules have a nat table.
    struct Rules {
        std::string ipv4, ipv6;
        bool nat = false;
        bool operator==(const Rules&) const = default;
    };
    /// Can they replace those in force? NAT hooks that were there once stay as long as the stage.
    [[nodiscard]] bool takes(const Rules& rules) const;
    void set_rules(const Rules& rules);
    /// A file below /proc/sys, as text without its newline. Nothing: there is none, or it may not be read.
    static std::optional<std::string> sysctl(const std::string& path);
    /// False: it cannot be set.
    static bool set_sysctl(const std::string& path, const std::string& value);

  private:
    std::vector<Interface> interfaces_;
    std::optional<NetworkNamespace> namespace_;
    std::vector<Descriptor> devices_;
    std::vector<std::uint8_t> buffer_;
    Rules rules_;
    std::array<std::set<std::string>, 2> tables_;  // that were ever filled, IPv4 and IPv6

    void lay_out();
    void remove_queues() const;
    void await_addresses() const;
};

}  // namespace conntrack::oracle::kernel

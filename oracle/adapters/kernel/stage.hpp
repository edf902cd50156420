// The stage of scenarios on the live kernel: a network namespace of our own with a TUN device for each interface. It
// goes with the process, whatever happens to that: nothing has a name outside.
#pragma once

#include "model/router.hpp"
#include "oracle/adapters/kernel/descriptor.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conntrack::oracle::kernel {

/// The calling thread is in the namespace while this lives. At most one in a thread.
class Stage {
  public:
    /// Throws CannotRun.
    explicit Stage(std::vector<Interface> interfaces);
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage();

    [[nodiscard]] const std::vector<Interface>& interfaces() const { return interfaces_; }
    /// The packet enters by that interface. When this returns it has gone all its way. False: the device refuses it.
    bool enter(const std::string& interface, std::span<const std::uint8_t> packet);
    struct Left {
        std::string interface;
        std::vector<std::uint8_t> packet;
    };
    /// What has left since the last call; reports of multicast listeners, which the router sends of itself, are left
    /// out.
    std::vector<Left> take_left();

    /// Replaces all rules of one family, or both; NAT hooks exist if `nat` or if the rules have a nat table.
    void set_rules(const std::string& ipv4, const std::string& ipv6, bool nat);
    /// A file below /proc/sys, as text without its newline. Nothing: there is none, or it may not be read.
    static std::optional<std::string> sysctl(const std::string& path);
    /// False: it cannot be set.
    static bool set_sysctl(const std::string& path, const std::string& value);

  private:
    std::vector<Interface> interfaces_;
    Descriptor outside_;  // the namespace we came from
    std::vector<Descriptor> devices_;
    std::vector<std::uint8_t> buffer_;

    void lay_out();
};

}  // namespace conntrack::oracle::kernel

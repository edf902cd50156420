// The TFTP helper: after a request to read or write, the server answers from any port.
// Sources: ip_conntrack_tftp.c (2.6.9), nf_conntrack_tftp.c, nf_nat_tftp.c.
#pragma once

#include "spec/helper/helper.hpp"

namespace conntrack::helper {

class TftpHelper final : public Helper {
  public:
    [[nodiscard]] std::string_view name() const override { return "tftp"; }
    [[nodiscard]] std::uint8_t protocol() const override { return protocol::udp; }
    [[nodiscard]] std::uint16_t port() const override { return 69; }
    [[nodiscard]] Policy policy(const Edition& edition) const override;
    Heard look(const Look& packet, Memory& memory) const override;
};

}  // namespace conntrack::helper

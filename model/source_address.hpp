// Which of its addresses the router itself uses. An interface's addresses stand in the order in which they came.
// Sources: inet_select_addr(), nf_nat_redirect_ipv4(), ipv6_dev_get_saddr(), ipv6_get_saddr_eval(), addrlabel.c,
// nf_nat_redirect_ipv6().
#pragma once

#include "model/router.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace conntrack {

/// The link-local address that an interface lists last. Every interface has one: where none is listed, the machine
/// chose it, and this one stands for it.
Address link_local_address(const std::vector<Interface>& interfaces, std::size_t interface);

/// Router::source_address() and Router::redirect_address().
std::optional<Address> source_address(const std::vector<Interface>& interfaces, std::size_t interface, Family family,
                                      const Address& dst);
std::optional<Address> redirect_address(const std::vector<Interface>& interfaces, std::size_t interface, Family family,
                                        const Address& dst);

}  // namespace conntrack

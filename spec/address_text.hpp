// Addresses as text, in the forms that inet_pton() and inet_ntop() have.
#pragma once

#include "spec/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace conntrack {

/// "10.0.0.1" or "fd00::1"; nothing for every other text.
std::optional<Address> read_address(Family family, std::string_view text);

/// The usual short form.
std::string address_text(Family family, const Address& address);

}  // namespace conntrack

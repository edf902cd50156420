// The commands and replies of FTP that announce a data connection: PORT, EPRT, and the replies 227 and 229.
// Sources: find_pattern(), try_number(), try_rfc959(), try_rfc1123(), try_eprt(), try_epsv_response(), get_port().
#pragma once

#include "spec/address.hpp"
#include "spec/edition.hpp"
#include "spec/tuple.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace conntrack::helper::ftp {

enum class Form : std::uint8_t { port, eprt, passive, extended_passive };

/// What a line says.
struct Command {
    enum class Kind : std::uint8_t {
        none,        // it announces nothing
        incomplete,  // the beginning of one that does, or one that cannot be understood
        complete,
    } kind = Kind::none;
    Form form = Form::port;
    Address address;                     // announced
    std::uint16_t port = 0;              // announced, host order
    std::size_t offset = 0, length = 0;  // of the text that says so
};

/// Reads what a line says that a side sends. `own` is the sender's address, which a reply 229 leaves out.
Command read_command(std::string_view line, Direction dir, Family family, const Address& own, const Edition& edition);

}  // namespace conntrack::helper::ftp

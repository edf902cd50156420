// A helper looks into the packets of a connection for what announces others. One is a small object with this interface;
// trackers and the router know no more of any of them. docs/helpers.md shows how one is added.
// Sources: struct ip_conntrack_helper (2.6.9), struct nf_conntrack_helper.
#pragma once

#include "spec/edition.hpp"
#include "spec/expect/expectation.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace conntrack::helper {

/// How many connections may be expected at once, and for how long.
struct Policy {
    std::uint32_t max_expected = 1;  // of one master; 0: any number
    std::uint32_t timeout_s = 0;
    bool gives_up_oldest = true;  // linux-2.6.9: where there are as many as may be, the oldest goes
};

/// What a helper remembers of a connection between its packets; all 0 at first.
struct Memory {
    std::array<std::uint32_t, 8> words{};
    bool operator==(const Memory&) const = default;
};

/// A packet that a helper is shown.
struct Look {
    const Edition& edition;
    CtInfo info;
    Direction dir;
    const Tuple& own;                         // the connection's tuple of that direction
    const Tuple& others;                      // ... of the other one
    std::span<const std::uint8_t> transport;  // from the transport header to the packet's end
};

/// Where in the packet an address and a port were announced, for NAT to rewrite them.
struct Text {
    std::size_t offset = 0, length = 0;  // behind the TCP header, bytes
    int form = 0;                        // which way of writing: spell() is given it
};

/// The helper read of a connection to come.
struct Announced {
    Tuple tuple;  // what its first packet will have; zone 0
    expect::Mask<Concrete> mask{};
    std::uint16_t saved_part = 0;  // the part of the destination that NAT will restore
    Direction follows;             // of the master, in which it will travel
    std::optional<Text> text;      // nothing: NAT has nothing to rewrite, and no other port can be taken
};

struct Heard {
    enum class Kind : std::uint8_t { nothing, incomplete, announced } kind = Kind::nothing;
    std::optional<Announced> announced;
};

class Helper {
  public:
    Helper() = default;
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;
    virtual ~Helper() = default;

    /// As rules and listings name it.
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual std::uint8_t protocol() const = 0;
    /// linux-2.6.x: the server's port of the connections that it serves.
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    [[nodiscard]] virtual Policy policy(const Edition& edition) const = 0;
    /// Looks at a packet. It may be any bytes whatever; `memory` is the connection's.
    virtual Heard look(const Look& packet, Memory& memory) const = 0;
    /// What NAT writes for an announced address and port; empty: it cannot be said in that form.
    [[nodiscard]] virtual std::string spell(const Text& text, Family family, const Address& address,
                                            std::uint16_t port) const {
        static_cast<void>(text), static_cast<void>(family), static_cast<void>(address), static_cast<void>(port);
        return {};
    }
};

}  // namespace conntrack::helper

// Everything a TCP decision may look at, in one value: the packet, what the entry remembers, and the settings.
#pragma once

#include "spec/edition.hpp"
#include "spec/tcp/connection.hpp"

#include <array>

namespace conntrack::tcp {

/// The TCP settings as words, so that a proof can leave them free.
template <class D>
struct TcpSettings {
    using Word = typename D::Word;
    Word loose, be_liberal, max_retrans, ignore_invalid_rst;
    std::array<Word, state_count> timeout;  // seconds, by State; NONE is never asked for
    Word timeout_max_retrans, timeout_unacknowledged;
};

template <class D>
struct Step {
    const Edition* edition;
    const TcpSettings<D>* settings;
    Direction dir;
    PacketClass cls;
    State old;  // the entry's state before this packet
    Segment<D> segment;
    Connection<D> connection;
    typename D::Bit seen_reply, assured, fixed_timeout;  // status bits before this packet

    [[nodiscard]] const TcpSwitches& switches() const { return edition->tcp; }
    [[nodiscard]] const Peer<D>& sender() const { return side<D>(connection, dir); }
    [[nodiscard]] const Peer<D>& receiver() const { return side<D>(connection, other(dir)); }
    [[nodiscard]] typename D::Word dir_word() const { return D::word(static_cast<std::uint32_t>(dir)); }
    [[nodiscard]] typename D::Word class_word() const { return D::word(static_cast<std::uint32_t>(cls)); }

    [[nodiscard]] typename D::Bit last_was(PacketClass c) const {
        return connection.last.index == D::word(static_cast<std::uint32_t>(c));
    }
    [[nodiscard]] typename D::Bit last_from_same_side() const { return connection.last.dir == dir_word(); }

    /// ESTABLISHED as nf_conntrack_tcp_established() means it: the substate and ASSURED.
    [[nodiscard]] typename D::Bit established() const { return D::bit(old == State::established) && assured; }
};

/// The same step on another state of the connection.
template <class D>
Step<D> with_connection(const Step<D>& step, State old, const Connection<D>& connection) {
    return {step.edition, step.settings, step.dir,        step.cls,     old,
            step.segment, connection,    step.seen_reply, step.assured, step.fixed_timeout};
}

}  // namespace conntrack::tcp

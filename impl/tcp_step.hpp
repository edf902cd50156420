// One TCP packet on one packed entry: unpacked, judged by the rules of spec/tcp, decided by the table, packed again.
// With the edition known at compile time its switches are folded away.
#pragma once

#include "impl/packed_tcp.hpp"
#include "impl/tcp_table.hpp"
#include "spec/editions.hpp"

namespace conntrack::fast {

struct TcpInput {
    const tcp::TcpSettings<Concrete>* settings;
    Direction dir;
    tcp::PacketClass cls;
    tcp::State old;
    const tcp::Segment<Concrete>* segment;
    bool seen_reply, assured, fixed_timeout;  // status bits before this packet
};

/// What is to be done with the entry and the packet: an Outcome without the connection, and the new state.
struct TcpEffect {
    Clause reason;
    tcp::State to;
    bool invalid, drop, repeat, erase, refresh, account, assure, changed, shrink;
    bool goes_on_to_flow;
    std::uint32_t timeout;  // seconds
};

template <class FrontEnd>
[[gnu::flatten, gnu::noinline]] TcpEffect step_tcp(PackedTcp& packed, const TcpInput& in) {
    constexpr const Edition& ed = edition(FrontEnd::edition);
    const auto judged = tcp::judge<Concrete>({.edition = &ed,
                                              .settings = in.settings,
                                              .dir = in.dir,
                                              .cls = in.cls,
                                              .old = in.old,
                                              .segment = *in.segment,
                                              .connection = unpack(packed),
                                              .seen_reply = in.seen_reply,
                                              .assured = in.assured,
                                              .fixed_timeout = in.fixed_timeout});
    const auto [out, to] = decide_tcp<FrontEnd>(judged);
    packed = pack(out.connection);
    return {.reason = out.reason,
            .to = to,
            .invalid = out.invalid,
            .drop = out.drop,
            .repeat = out.repeat,
            .erase = out.erase,
            .refresh = out.refresh,
            .account = out.account,
            .assure = out.assure,
            .changed = out.changed,
            .shrink = out.shrink,
            .goes_on_to_flow = tcp::goes_on_to_flow<Concrete>(out, ed),
            .timeout = out.timeout};
}

}  // namespace conntrack::fast

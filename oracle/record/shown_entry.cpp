#include "oracle/record/shown_entry.hpp"

#include "spec/helper/helper.hpp"

namespace conntrack::oracle {

namespace {

constexpr std::array directions = {Direction::original, Direction::reply};

std::size_t at(Direction dir) { return static_cast<std::size_t>(dir); }

ShownTuple::Parts parts_of(L4Tracker tracker) {
    switch (tracker) {
        case L4Tracker::tcp:
        case L4Tracker::udp:
        case L4Tracker::udplite:
        case L4Tracker::sctp:
        case L4Tracker::gre: return ShownTuple::Parts::ports;
        case L4Tracker::icmp:
        case L4Tracker::icmpv6: return ShownTuple::Parts::query;
        case L4Tracker::generic: break;
    }
    return ShownTuple::Parts::none;
}

/// A zone that holds for one direction alone stands in that direction's tuple.
ShownTuple tuple_of_entry(const Entry& e, Direction dir) {
    ShownTuple out = shown_tuple(e.tuple(dir), e.tracker);
    if (!e.zone.both() && e.zone.of(dir) != 0) out.zone = e.zone.of(dir);
    return out;
}

void add_zone(ShownEntry& out, const Entry& e) {
    if (e.zone.both() && e.zone.id != 0) out.zone = e.zone.id;
}

void add_helper(ShownEntry& out, const Entry& e) {
    if (e.extension != nullptr && e.extension->helper != nullptr) out.helper = e.extension->helper->name();
}

void add_master(ShownEntry& out, const Entry& e) {
    if (e.extension != nullptr && e.extension->master)
        out.master = shown_tuple(e.extension->master->original, e.tracker);
}

void add_shifts(ShownEntry& out, const Entry& e) {
    if (!e.has(Status::seq_adjust)) return;
    for (const Direction dir : directions) {
        const auto& shift = e.extension->shifts[at(dir)];
        out.shifts[at(dir)] = {shift.position, static_cast<std::int32_t>(shift.before),
                               static_cast<std::int32_t>(shift.after)};
    }
}

void add_counters(ShownEntry& out, const Entry& e) {
    if (!e.accounted) return;
    for (const Direction dir : directions) out.counters[at(dir)] = e.counters[at(dir)];
}

void add_timeout(ShownEntry& out, Time left) {
    out.timeout = left / nanoseconds_per_second;
    if (left % nanoseconds_per_second != 0) out.timeout_ms = left / nanoseconds_per_millisecond;
}

ShownTcp tcp_of(const Entry& e) {
    return {.state = static_cast<std::uint8_t>(e.tcp_machine->state()),
            .wscale = {e.tcp.original.td_scale, e.tcp.reply.td_scale},
            .flags = {e.tcp.original.flags, e.tcp.reply.flags}};
}

ShownSctp sctp_of(const Entry& e) {
    return {.state = static_cast<std::uint8_t>(e.sctp_machine->state()), .vtag = {e.sctp.vtag[0], e.sctp.vtag[1]}};
}

ShownEntry tuples_and_status(const Entry& e) {
    ShownEntry out;
    out.id = e.id;
    out.orig = tuple_of_entry(e, Direction::original);
    out.reply = tuple_of_entry(e, Direction::reply);
    out.status = e.status.bits();
    return out;
}

/// Expectations are of TCP or UDP, as their masters are.
ShownTuple tuple_of_expectation(const Tuple& t) {
    return shown_tuple(t, t.proto == protocol::tcp ? L4Tracker::tcp : L4Tracker::udp);
}

/// The mask of an expectation, as a tuple: all ones where a packet must agree.
ShownTuple mask_of(const expect::Expectation& e) {
    const Address all = e.tuple.family == Family::ipv4 ? Address::v4(0xffff'ffff) : Address{~0ULL, ~0ULL};
    Tuple out{.src = e.mask.src_address ? all : Address{},
              .dst = e.mask.dst_address ? all : Address{},
              .src_part = e.mask.src_part ? std::uint16_t{0xffff} : std::uint16_t{0},
              .dst_part = e.mask.dst_part ? std::uint16_t{0xffff} : std::uint16_t{0},
              .proto = e.tuple.proto,
              .family = e.tuple.family,
              .zone = 0};
    return {out, ShownTuple::Parts::ports, std::nullopt};
}

}  // namespace

ShownTuple shown_tuple(const Tuple& tuple, L4Tracker tracker) {
    ShownTuple out{tuple, parts_of(tracker), std::nullopt};
    out.tuple.zone = 0;
    if (out.parts == ShownTuple::Parts::none) out.tuple.src_part = out.tuple.dst_part = 0;
    return out;
}

ShownEntry shown_entry(const Entry& e, const Edition& edition, Time now) {
    ShownEntry out = tuples_and_status(e);
    if (edition.notice.zone_in_proc) out.mark = e.mark;
    add_timeout(out, e.remaining(now));
    if (e.tcp_machine) out.tcp = tcp_of(e);
    if (e.sctp_machine) out.sctp = sctp_of(e);
    add_counters(out, e);
    add_zone(out, e);
    add_helper(out, e);
    add_master(out, e);
    add_shifts(out, e);
    out.use = e.life.references();
    return out;
}

ShownNotice shown_notice(const Notice& notice, const NoticeSwitches& rules) {
    const Entry& e = notice.entry;
    const Message message = notice.message();
    const bool destroys = message == Message::destroy;
    const bool shows_protocol =
        destroys ? rules.destroy_shows_timeout_and_state : has(notice.mask, EventBit::protoinfo);
    ShownEntry out = tuples_and_status(e);
    if (!destroys || (rules.destroy_shows_timeout_and_state && notice.time_left >= nanoseconds_per_second))
        add_timeout(out, notice.time_left);
    if (e.tcp_machine && shows_protocol) out.tcp = tcp_of(e);
    if (e.sctp_machine && shows_protocol) out.sctp = sctp_of(e);
    if (destroys && out.tcp) out.tcp = {.state = out.tcp->state, .is_whole = false};
    if (destroys && out.sctp) out.sctp = {.state = out.sctp->state, .is_whole = false};
    if (destroys) add_counters(out, e);
    if (e.mark != 0) out.mark = e.mark;
    add_zone(out, e);
    if (!destroys) add_helper(out, e);
    if (has(notice.mask, EventBit::related)) add_master(out, e);
    if (has(notice.mask, EventBit::seqadj)) add_shifts(out, e);
    return {message, std::move(out), notice.mask};
}

ShownExpectation shown_expectation(const expect::Expectation& e, Time now) {
    ShownExpectation out;
    out.id = e.id;
    out.tuple = tuple_of_expectation(e.tuple);
    out.mask = mask_of(e);
    out.master = tuple_of_expectation(e.master_original);
    if (e.follow && e.follow->saved_part != 0) {
        Tuple saved;
        saved.family = e.tuple.family;
        saved.proto = e.tuple.proto;
        saved.src_part = e.follow->saved_part;
        out.nat = {static_cast<std::uint32_t>(e.follow->dir), tuple_of_expectation(saved)};
    }
    if (e.deadline) out.timeout = e.time_left(now) / nanoseconds_per_second;
    out.flags = e.flags;
    out.class_ = e.class_;
    if (e.helper != nullptr) out.helper = e.helper->name();
    if (e.follow) out.fn = "nat-follow-master";
    if (e.tuple.zone != 0) out.zone = e.tuple.zone;
    return out;
}

ShownNotice shown_notice(const expect::Notice& notice) {
    const bool destroys = message_of(notice.mask) == Message::destroy;
    return {destroys ? Message::destroy : Message::new_, shown_expectation(notice.expectation, notice.now), {}};
}

}  // namespace conntrack::oracle

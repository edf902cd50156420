#include "model/path/packet_path.hpp"

#include "model/path/doubts.hpp"
#include "spec/clause_table.hpp"
#include "spec/nat/binding.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace conntrack {

using rules::TableId;

namespace {

bool found_no_port(const Entry* entry) {
    return entry != nullptr && entry->nat != nullptr && entry->tracker != L4Tracker::generic &&
           std::ranges::any_of(entry->nat->origin, [](const auto& origin) { return origin && origin->none_free; });
}

}  // namespace

std::string_view words(Stop stop) {
    constexpr std::string_view all[] = {"",
                                        "malformed",
                                        "a fragment",
                                        "too big",
                                        "dropped by tracking",
                                        "dropped by a rule",
                                        "not routable",
                                        "hop limit",
                                        "IP options",
                                        "NAT: no free tuple",
                                        "NAT: no free port or id at the chosen address",
                                        "NAT: cannot be translated",
                                        "NAT: the interface has no address",
                                        "NAT: the masqueraded flow turned to another interface",
                                        "its tuple is taken by an entry confirmed meanwhile",
                                        "dropped by a helper"};
    return all[static_cast<std::size_t>(stop)];
}

PacketPath::PacketPath(Tracking& tracker, std::vector<Interface> interfaces)
    : PacketPath(tracker, std::move(interfaces), Surroundings{}) {}

PacketPath::PacketPath(Tracking& tracker, std::vector<Interface> interfaces, const Surroundings& surroundings)
    : tracker_(tracker),
      surroundings_(surroundings),
      router_(std::move(interfaces), tracker.edition()),
      reassembler_(tracker.edition()),
      doubts_(std::make_unique<Doubts>(*this, tracker)) {
    reassembler_.configure(tracker.settings());
}

PacketPath::~PacketPath() = default;

void PacketPath::change_rules(const RuleChange& change) {
    const bool had_nat = has_nat(Family::ipv4);
    const auto put = [](Rules& mine, const std::shared_ptr<const rules::RuleSet>& rules) {
        mine.set = rules;
        mine.counters = rules ? rules::RuleCounters(*rules) : rules::RuleCounters();
    };
    if (change.replaces) {
        put(rules_of(Family::ipv4), change.ipv4);
        put(rules_of(Family::ipv6), change.ipv6);
    }
    nat_wanted_ = change.nat.value_or(nat_wanted_);
    if (nat::is_unloaded(had_nat, has_nat(Family::ipv4), edition())) tracker_.forget_bindings();
}

const rules::RuleCounters* PacketPath::counters(Family family) const {
    const Rules& mine = rules_of(family);
    return mine.set ? &mine.counters : nullptr;
}

bool PacketPath::has_nat(Family family) const {
    if (family == Family::ipv6 && !edition().nat.ipv6) return false;
    const Rules& mine = rules_of(family);
    return nat_wanted_ || (mine.set && mine.set->table(TableId::nat));
}

bool PacketPath::stop(Passage& passage, Stop why, Hook hook) {
    passage.place = Passage::Place::stopped;
    passage.stop = why;
    passage.stopped_at = hook;
    return false;
}

bool PacketPath::stop(Passage& passage, const rules::Decision& by, Hook hook) {
    passage.rule = by.rule != nullptr ? by.rule->text : by.chain->name;
    passage.rule_line = by.rule != nullptr ? by.rule->line : 0;
    passage.rejected = by.kind == rules::Decision::Kind::reject;
    return stop(passage, Stop::rule, hook);
}

void PacketPath::stop_at_confirmation(Passage& passage, Hook hook) {
    if (is_of_helper(passage.flight.verdict().clause)) {
        stop(passage, Stop::helper, hook);
        return;
    }
    stop(passage, found_no_port(passage.flight.entry()) ? Stop::no_free_port : Stop::confirmation, hook);
}

void PacketPath::reread(Passage& passage) const {
    // A rule may translate to addresses that no link may carry: that is judged on receipt alone.
    const wire::DecodeOptions any_address{
        .checksum = wire::ChecksumPolicy::ignore, .cut = passage.cut, .loopback = true, .options_judged = true};
    auto decoded = wire::decode(passage.bytes, any_address);
    assert(std::holds_alternative<Packet>(decoded) && "translation leaves a packet well formed");
    passage.packet = std::get<Packet>(std::move(decoded));
}

std::size_t PacketPath::interface_index(const std::string& name) const {
    const auto& all = router_.interfaces();
    return static_cast<std::size_t>(std::ranges::find(all, name, &Interface::name) - all.begin());
}

// --- the way -------------------------------------------------------------------------------------------------------

Passage PacketPath::begin(std::vector<std::uint8_t> bytes, const Options& options) {
    Passage passage;
    passage.came = bytes;
    passage.bytes = std::move(bytes);
    passage.cut = options.cut;
    passage.keeps_chains = options.keeps_chains;
    passage.number = options.number;
    return passage;
}

std::optional<wire::Malformed> PacketPath::decode(Passage& passage, const Options& options, bool put_together) const {
    auto decoded = wire::decode(passage.bytes, {.checksum = options.checksum,
                                                .cut = passage.cut,
                                                .udplite_length_byte = edition().core.udplite_sums_length_byte,
                                                .loopback = options.loopback,
                                                .options_judged = put_together});
    if (auto* packet = std::get_if<Packet>(&decoded)) {
        passage.packet = *packet;
        passage.arrived = std::move(*packet);
        return std::nullopt;
    }
    const auto& malformed = std::get<wire::Malformed>(decoded);
    passage.malformed = malformed.what;
    stop(passage, Stop::malformed, passage.in.empty() ? Hook::output : Hook::prerouting);
    return malformed;
}

/// Reads the packet; false: the IP layer drops it, or it is a fragment that waits for others.
bool PacketPath::receive(Passage& passage, Time now, const Options& options) {
    if (const auto malformed = decode(passage, options)) {
        if (malformed->error && !passage.in.empty()) answer_unseen(passage, *malformed->error, now);
        return false;
    }
    passage.bytes.resize(std::min<std::size_t>(passage.bytes.size(), passage.packet.length));
    const bool reassembles = passage.packet.family == Family::ipv4 || edition().core.ipv6;
    return !reassembles || put_together(passage, now, options);
}

/// False: it is a fragment that waits for others, or is dropped.
bool PacketPath::put_together(Passage& passage, Time now, const Options& options) {
    Taken taken = reassembler_.take(passage.bytes, {.interface = passage.in, .number = options.number}, now);
    passage.lost = std::move(taken.lost);
    if (std::holds_alternative<GoesOn>(taken.outcome)) return true;
    auto* whole = std::get_if<WholeDatagram>(&taken.outcome);
    if (whole == nullptr) {
        const auto* dropped = std::get_if<DroppedFragment>(&taken.outcome);
        passage.fragment = dropped != nullptr ? dropped->why : Clause::ip_fragment_waiting;
        return stop(passage, Stop::fragment, passage.in.empty() ? Hook::output : Hook::prerouting);
    }
    passage.bytes = std::move(whole->bytes);
    passage.fragments = whole->fragments;
    passage.chunks = std::move(whole->chunks);
    passage.pieces = std::move(whole->pieces);
    passage.cut = whole->cut;
    return !decode(passage, options, true);
}

Passage PacketPath::enter(std::vector<std::uint8_t> bytes, const std::string& in, Time now, const Options& options) {
    Passage passage = begin(std::move(bytes), options);
    passage.in = in;
    auto lost = advance(now).lost;
    const bool whole = receive(passage, now, options);
    passage.lost.insert(passage.lost.begin(), lost.begin(), lost.end());
    if (!whole) return passage;

    if (options.before_tracking) options.before_tracking(passage.packet);
    track(passage, now, options);
    doubts_->leave_behind(passage);
    return passage;
}

/// PREROUTING, and where the packet goes.
void PacketPath::track(Passage& passage, Time now, const Options& options) {
    Template from;
    const auto raw = run(passage, TableId::raw, Hook::prerouting, &from);
    passage.entry_hangs = raw && raw->uncertain;
    if (raw && raw->kind == rules::Decision::Kind::drop) {
        stop(passage, *raw, Hook::prerouting);
        return;
    }
    from.bytes = passage.bytes;
    passage.flight = tracker_.begin(passage.packet, now, options.trace, from);
    pull_sctp_header(passage);
    doubts_->by_flow(passage, Hook::prerouting);
    if (passage.flight.verdict().dropped()) {
        stop(passage, Stop::tracking, Hook::prerouting);
        return;
    }
    if (!filter(passage, TableId::mangle, Hook::prerouting, now)) return;
    if (!nat(passage, Hook::prerouting, now)) return;
    route(passage, now);
    if (passage.route.kind == Route::Kind::forward)
        passage.towards = router_.interfaces()[passage.route.interface].name;
}

/// A header of TCP that lies in several fragments is put together, and the datagram then leaves cut anew
/// (tcp_v4_early_demux(), tcp_v6_early_demux()).
void PacketPath::pull_tcp_header(Passage& passage) const {
    constexpr std::size_t ipv6_header = 40, tcp_header = 20;
    if (!edition().stack.early_demux || passage.chunks.sizes.empty() || passage.packet.protocol != protocol::tcp)
        return;
    const bool v4 = passage.packet.family == Family::ipv4;
    const bool behind_others = !v4 && passage.bytes[6] != protocol::tcp;
    const std::size_t end = (v4 ? (passage.bytes[0] & 0xfu) * std::size_t{4} : ipv6_header) + tcp_header;
    if (!behind_others && end <= passage.bytes.size()) passage.chunks.pull(static_cast<std::uint32_t>(end));
}

/// The same with a header of SCTP whose CRC32c was looked at (sctp_error()).
void PacketPath::pull_sctp_header(Passage& passage) const {
    constexpr std::uint32_t sctp_header = 12;
    const bool summed = edition().sctp.checks_checksum && tracker_.settings()[Setting::checksum] != 0;
    const Packet& packet = passage.packet;
    if (!summed || passage.chunks.sizes.empty() || !packet.sctp) return;
    if (info(passage.flight.verdict().clause).source != Source::sctp) return;
    passage.chunks.pull(packet.length - packet.transport_length + sctp_header);
}

/// The routing decision. Options are read only where there is a route.
void PacketPath::route(Passage& passage, Time now) {
    pull_tcp_header(passage);
    const bool v4 = passage.packet.family == Family::ipv4;
    passage.route = router_.route(passage.packet, passage.in);
    switch (passage.route.kind) {
        case Route::Kind::drop: break;
        case Route::Kind::unreachable:
            if (!receive_options(passage, now)) return;
            answer_error(passage, v4 ? wire::ipv4_net_unreachable : wire::ipv6_no_route, now);
            break;
        case Route::Kind::beyond_link: answer_error(passage, wire::ipv6_beyond_scope, now); break;
        case Route::Kind::expired:
            if (!receive_options(passage, now)) return;
            answer_error(passage, v4 ? wire::ipv4_time_exceeded : wire::ipv6_time_exceeded, now);
            stop(passage, Stop::hop_limit, Hook::prerouting);
            return;
        case Route::Kind::forward:
        case Route::Kind::local: receive_options(passage, now); return;
    }
    stop(passage, Stop::no_route, Hook::prerouting);
}

void PacketPath::go_on(Passage& passage, Time now) {
    if (passage.place != Passage::Place::before_routing) return;
    go_through(passage, now);
    doubts_->leave_behind(passage);
}

void PacketPath::go_through(Passage& passage, Time now) {
    if (passage.route.kind == Route::Kind::local) {
        deliver(passage, now);
        return;
    }
    passage.route.interface = interface_index(passage.towards);
    if (passage.route.interface < router_.interfaces().size())
        forward(passage, now);
    else
        stop(passage, Stop::no_route, Hook::forward);
}

/// Whether the link takes the packet is asked before FORWARD (ip_forward(), ip6_forward()).
void PacketPath::forward(Passage& passage, Time now) {
    if (too_big(passage.bytes, passage.chunks, surroundings_.link_mtu)) {
        answer_error(passage, too_big_error(passage.packet.family), now);
        stop(passage, Stop::too_big, Hook::forward);
        return;
    }
    if (!filter(passage, TableId::mangle, Hook::forward, now)) return;
    if (!filter(passage, TableId::filter, Hook::forward, now)) return;
    if (passage.packet.family == Family::ipv4) {
        const auto own = router_.source_address(passage.route.interface, Family::ipv4, passage.packet.dst);
        wire::forward_options(passage.bytes, passage.options, own.value_or(Address{}));
    }
    send(passage, now);
}

/// POSTROUTING: the packet leaves by its route's interface.
void PacketPath::send(Passage& passage, Time now) {
    if (!filter(passage, TableId::mangle, Hook::postrouting, now)) return;
    if (!nat(passage, Hook::postrouting, now)) return;
    if (confirm(passage, Hook::postrouting, now)) leave(passage);
}

/// The entry enters the table. False: the packet is dropped there.
bool PacketPath::confirm(Passage& passage, Hook hook, Time now) {
    doubts_->by_rivals(passage, hook);
    if (tracker_.confirm(passage.flight, now, &passage.bytes)) return true;
    stop_at_confirmation(passage, hook);
    return false;
}

/// By the link: whole, or in pieces if it was reassembled or is longer than the link takes.
void PacketPath::leave(Passage& passage) {
    const std::string& side = router_.interfaces()[passage.route.interface].name;
    if (passage.pieces.empty())
        passage.pieces = refragment(passage.bytes, passage.chunks, surroundings_.link_mtu, ++fragment_id_);
    if (passage.pieces.empty()) {
        stop(passage, Stop::too_big, Hook::postrouting);
        return;
    }
    passage.place = Passage::Place::left;
    for (PacketBytes& piece : passage.pieces) passage.out.push_back({side, std::move(piece)});
}

PacketPath::Elapsed PacketPath::advance(Time now) {
    Elapsed out;
    out.lost = reassembler_.advance(now);
    for (const LostDatagram& lost : out.lost) {
        if (!lost.answered && !lost.answered_if_local) continue;
        tracker_.advance(lost.when);
        Passage first = begin(lost.first, {.cut = true});
        first.in = lost.interface;
        first.fragment = lost.why;
        answer_lost(first, lost.when);
        if (!first.answers.empty()) out.told.push_back({lost.number, std::move(first)});
    }
    tracker_.advance(now);
    return out;
}

void PacketPath::flush(Time now) {
    tracker_.flush(now);
    doubts_->clear();
}

std::vector<LostDatagram> PacketPath::give_up_fragments() {
    return reassembler_.advance(std::numeric_limits<Time>::max());
}

void PacketPath::deliver(Passage& passage, Time now) {
    if (!filter(passage, TableId::mangle, Hook::input, now)) return;
    if (!filter(passage, TableId::filter, Hook::input, now)) return;
    if (!nat(passage, Hook::input, now)) return;
    if (!confirm(passage, Hook::input, now)) return;
    passage.place = Passage::Place::delivered;
    answer_as_host(passage, now);
}

}  // namespace conntrack

// The packet path of engine.hpp, continued: many packets at a time.
#pragma once

#include "impl/engine.hpp"

#include <algorithm>

namespace conntrack::fast {

/// A packet of an entry that is settled, where its tracking can neither end the entry nor tell of anything. It is held
/// by nobody while that lasts, since holding and releasing it would change nothing. False: it is another packet, and
/// nothing was done.
template <class FrontEnd>
[[gnu::flatten, gnu::noinline]] bool Engine<FrontEnd>::track_settled(const PacketFacts& facts, Verdict& verdict) {
    if (!facts.is_met || !facts.plain || !facts.sound()) return false;
    const Handle entry = facts.met.entry();
    const Direction dir = facts.met.dir();
    PackedEntry& e = *facts.entry;
    if (!e.is_settled(facts.tracker) || !store_.matches(e, entry, dir, facts.key) ||
        expired<Concrete>(e.deadline, now_))
        return false;
    Handling handling{};
    if (facts.tracker == L4Tracker::tcp) {
        TcpEffect effect;
        if (facts.cls != tcp::PacketClass::ack || e.tcp_now() != tcp::State::established ||
            !step_settled_ack<FrontEnd>(e.tcp, tcp_settings_, dir, facts.segment, effect))
            return false;
        handling = carry_out(effect, facts, entry, e, dir, settled);
    } else {
        handling = handle_flow(facts, entry, e, dir, flow::Kind::udp, settled);
    }
    assert(handling.result == Handled::accept);
    verdict.seen = true;
    verdict.clause = handling.clause;
    verdict.repeats = 0;
    verdict.info = CtInfo::established;
    verdict.dir = dir;
    verdict.entry = e.id;
    return true;
}

template <class FrontEnd>
[[gnu::flatten, gnu::noinline]] void Engine<FrontEnd>::track_one(const PacketFacts& facts,
                                                                 std::span<const std::uint8_t> bytes, Verdict& verdict,
                                                                 Time now) {
    verdict = {};
    if (!facts.plain && facts.whole == nullptr) return;  // malformed
    Handle entry = no_entry;
    const Flight flight{verdict, entry};
    Template from;
    from.bytes = bytes;
    begin_one(facts, flight, from);
    const EntryId begun_with = verdict.entry;  // where two entries are merged the verdict tells of the first
    confirm_one(flight, now, bytes, nullptr);
    if (entry != no_entry) {
        live<machines::life::Release>(store_[entry]);
        free_if_freed(entry);
    }
    verdict.entry = begun_with;
}

/// The long way. A packet that never reaches tracking leaves facts that say nothing of it.
template <class FrontEnd>
void Engine<FrontEnd>::read_whole(PacketFacts& facts, const Frame& frame, Packet& packet) {
    const auto policy = frame.checksum_known ? wire::ChecksumPolicy::ignore : wire::ChecksumPolicy::verify;
    const auto decoded = wire::decode({frame.bytes, frame.length}, {.checksum = policy});
    facts = {};
    const auto* good = std::get_if<Packet>(&decoded);
    if (good == nullptr) return;
    packet = *good;
    read_facts(facts, packet, ed, settings_, options_.modules);
}

/// A packet of no entry will want the line of its reply, or where the table is full be refused.
template <class FrontEnd>
void Engine<FrontEnd>::expect_miss(const PacketFacts& facts, bool full) const {
    table_.index().fetch_yield(bucket_of(facts.tag, settings_[Setting::buckets]));
    if (!full && facts.plain) table_.fetch_line(table_.tag_of(turned(facts.key)));
}

/// `read` fills in the facts of the packet with that number, and helpers are shown `bytes_of` it. While a group is
/// tracked, the index lines and the entries of the following ones are on their way into the cache.
template <class FrontEnd>
template <class Read, class BytesOf>
void Engine<FrontEnd>::track_batch(std::span<Verdict> verdicts, Time now, Read read, BytesOf bytes_of) {
    const std::size_t count = verdicts.size();
    if (count == 0) return;
    const std::size_t group = group_of(count);
    const bool full = is_full();
    const bool first_is_right = !table_.shares_tuples();  // no packet of a batch changes that
    set_time(now);
    const auto each_of_group = [&](std::size_t from, auto&& work) {
        PacketFacts* const facts = &window_[from & mask];
        const std::size_t so_many = from < count ? std::min(group, count - from) : 0;
        for (std::size_t i = 0; i < so_many; ++i) work(facts[i], from + i);
    };
    for (std::size_t at = 0; at < count + 2 * group; at += group) {
        each_of_group(at, [&](PacketFacts& facts, std::size_t i) {
            read(facts, i);
            if (facts.has_tuple) facts.tag = table_.tag_of(facts.key);
        });
        each_of_group(at, [&](PacketFacts& facts, std::size_t) { facts.line = table_.fetch_line(facts.tag); });
        if (at < group) continue;
        each_of_group(at - group, [&](PacketFacts& facts, std::size_t) {
            facts.is_met = table_.peek(facts.line, facts.tag, facts.met);
        });
        each_of_group(at - group, [&](PacketFacts& facts, std::size_t) {
            facts.entry = table_.meet(facts.tag, facts.met, facts.is_met);
            facts.is_met = facts.has_tuple && facts.entry != nullptr;
            if (!facts.is_met && facts.has_tuple) expect_miss(facts, full);
        });
        if (at < 2 * group) continue;
        each_of_group(at - 2 * group, [&](const PacketFacts& facts, std::size_t i) {
            expire_some();
            if (!first_is_right || !track_settled(facts, verdicts[i])) track_one(facts, bytes_of(i), verdicts[i], now);
        });
    }
}

template <class FrontEnd>
void Engine<FrontEnd>::track(std::span<const Packet> packets, std::span<Verdict> verdicts, Time now) {
    assert(packets.size() == verdicts.size());
    track_batch(
        verdicts, now,
        [&](PacketFacts& facts, std::size_t i) { read_facts(facts, packets[i], ed, settings_, options_.modules); },
        [](std::size_t) { return std::span<const std::uint8_t>(); });
}

template <class FrontEnd>
void Engine<FrontEnd>::track(std::span<const Frame> frames, std::span<Verdict> verdicts, Time now) {
    assert(frames.size() == verdicts.size());
    track_batch(
        verdicts, now,
        [&](PacketFacts& facts, std::size_t i) {
            if (!read_plain(facts, frames[i], ed)) read_whole(facts, frames[i], decoded_[i & mask]);
        },
        [&](std::size_t i) { return std::span(frames[i].bytes, frames[i].length); });
}

}  // namespace conntrack::fast

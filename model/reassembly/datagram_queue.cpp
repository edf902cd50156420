#include "model/reassembly/datagram_queue.hpp"

#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace conntrack {

namespace {

constexpr std::uint32_t longest_packet = 65535;

/// What fragments with these marks make of the whole's (ip_frag_ecn_table, RFC 3168 5.3): the bits to set, or nothing
/// if some sender of them does not know the marks and another one does.
std::optional<std::uint8_t> joined_ecn(std::uint8_t seen) {
    constexpr std::uint8_t not_capable = 1u << 0, congested = 1u << 3;
    if ((seen & not_capable) != 0 && seen != not_capable) return std::nullopt;
    const bool others = (seen & ~congested) != 0;
    return (seen & congested) != 0 && others ? std::uint8_t{3} : std::uint8_t{0};
}

/// Takes `bytes` off the front of a fragment's part.
void cut_front(Fragment& f, std::uint32_t bytes) {
    assert(bytes < f.length);
    f.skipped += bytes;
    f.offset += bytes;
    f.length -= bytes;
}

/// What a TUN device allocates for a packet of that size, seen on linux-6.18 in /proc/net/sockstat.
constexpr std::uint32_t buffer_of(std::uint32_t bytes) {
    constexpr std::uint32_t headroom = 64, trailer = 320, small_head = 576, descriptor = 256, page = 4096;
    const std::uint32_t needed = (bytes + headroom + 63) / 64 * 64 + trailer;
    if (needed <= small_head) return small_head + descriptor;
    for (std::uint32_t size = 1024; size <= page; size *= 2)
        if (needed <= size) return size + descriptor;
    return (needed + page - 1) / page * page + descriptor;
}

}  // namespace

std::uint32_t DatagramQueue::charge(const Fragment& fragment) {
    return buffer_of(static_cast<std::uint32_t>(fragment.packet.size()));
}

const PacketBytes* DatagramQueue::first() const {
    const auto it = pieces_.begin();
    return it == pieces_.end() || it->first != 0 ? nullptr : &it->second.packet;
}

void DatagramQueue::restart() {
    pieces_.clear();
    runs_.clear();
    charged_ = length_ = collected_ = 0;
    first_in_ = last_in_ = false;
    ecn_seen_ = 0;
}

Queued DatagramQueue::refused(Clause clause, bool kills) const {
    if (family_ == Family::ipv6 && rules_->ipv6_refused_pass) return {Queued::Fate::passes, clause, false, {}};
    return {kills ? Queued::Fate::queue_dropped : Queued::Fate::dropped, clause, kills, {}};
}

Queued DatagramQueue::settle(Queued queued) {
    const bool taken = queued.fate == Queued::Fate::kept;
    if (complete() && (taken || (rules_->refused_may_complete && !queued.queue_dies))) return join();
    return queued;
}

/// The checks before a fragment is placed. What they learn of the datagram's end stays, even if the fragment does not.
std::optional<Queued> DatagramQueue::judge_end(Fragment& f) {
    const bool ipv4 = family_ == Family::ipv4;
    const bool kills = ipv4 && rules_->misfit_kills_ipv4;
    if (!ipv4 && f.end() > longest_packet) return refused(Clause::ip_fragment_too_long, false);
    if (!f.more) {
        if (f.end() < length_ || (last_in_ && f.end() != length_)) return refused(Clause::ip_fragment_end, kills);
        last_in_ = true;
        length_ = f.end();
    } else {
        const std::uint32_t odd = f.end() % 8;
        if (odd != 0 && !ipv4) {
            // linux-6.18 lets it pass, so that its receiver can complain, and gives the others up.
            if (rules_->ipv6_refused_pass) return refused(Clause::ip_fragment_odd_length, false);
            return Queued{Queued::Fate::passes, Clause::ip_fragment_odd_length, true, {}};
        }
        if (odd != 0) {
            f.length -= odd;
            f.packet.resize(std::min<std::size_t>(f.packet.size(), f.data_at + f.length));
        }
        if (f.end() > length_) {
            if (last_in_) return refused(Clause::ip_fragment_end, kills);
            length_ = f.end();
        }
    }
    if (f.length == 0) return refused(Clause::ip_fragment_empty, kills);
    return std::nullopt;
}

/// Nothing may overlap; what lies inside one run of pieces is a duplicate (inet_frag_queue_insert()).
std::optional<Clause> DatagramQueue::insert_or_refuse(Fragment& f) {
    const std::uint32_t begin = f.offset, end = f.end();
    const auto after = runs_.lower_bound(end);  // the first run that lies behind
    if (after != runs_.begin()) {
        const auto run = std::prev(after);
        if (run->second > begin)
            return begin >= run->first && end <= run->second ? Clause::ip_fragment_duplicate
                                                             : Clause::ip_fragment_overlap;
        if (after == runs_.end() && run->second == begin) {
            run->second = end;
            insert(std::move(f));
            return std::nullopt;
        }
    }
    runs_.emplace(begin, end);
    insert(std::move(f));
    return std::nullopt;
}

/// The overlap is cut off: from the new fragment where an earlier one begins before it, else from the earlier ones.
std::optional<Clause> DatagramQueue::insert_trimmed(Fragment& f) {
    auto next = pieces_.lower_bound(f.offset);
    if (next != pieces_.begin()) {
        const std::uint32_t before = std::prev(next)->second.end();
        if (before >= f.end()) return Clause::ip_fragment_duplicate;
        if (before > f.offset) cut_front(f, before - f.offset);
    }
    next = pieces_.lower_bound(f.offset);
    while (next != pieces_.end() && next->first < f.end()) {
        const std::uint32_t overlap = f.end() - next->first;
        if (overlap < next->second.length) {
            auto node = pieces_.extract(next);
            cut_front(node.mapped(), overlap);
            collected_ -= overlap;
            node.key() = node.mapped().offset;
            pieces_.insert(std::move(node));
            break;
        }
        const auto covered = next++;
        erase(covered);
    }
    insert(std::move(f));
    return std::nullopt;
}

void DatagramQueue::insert(Fragment f) {
    collected_ += f.length;
    charged_ += charge(f);
    if (f.offset == 0) first_in_ = true;
    note(f);
    const std::uint32_t offset = f.offset;
    [[maybe_unused]] const bool fresh = pieces_.emplace(offset, std::move(f)).second;
    assert(fresh);
}

void DatagramQueue::erase(Pieces::iterator piece) {
    collected_ -= piece->second.length;
    charged_ -= charge(piece->second);
    pieces_.erase(piece);
}

void DatagramQueue::note(const Fragment& f) {
    ecn_seen_ |= static_cast<std::uint8_t>(1u << f.ecn);
    largest_ = std::max(largest_, f.wire_length());
    if (f.dont_fragment) largest_dont_fragment_ = std::max(largest_dont_fragment_, f.wire_length());
}

Queued DatagramQueue::add(Fragment f) {
    if (auto judged = judge_end(f)) return settle(std::move(*judged));
    const auto clause = rules_->overlap_kills ? insert_or_refuse(f) : insert_trimmed(f);
    if (clause) return settle(refused(*clause, *clause == Clause::ip_fragment_overlap));
    return settle({});
}

/// The bytes of the whole: the header of the first part, then all parts as far as they are there without a gap.
void DatagramQueue::join_bytes(WholeDatagram& whole) const {
    std::uint32_t next = 0;
    for (const auto& [offset, f] : pieces_) {
        assert(offset == next);
        next = f.end();
        const std::uint32_t header = offset == 0 ? f.data_at - (family_ == Family::ipv6 ? 8 : 0) : 0;
        whole.chunks.sizes.push_back(header + f.length);
        if (whole.cut) continue;
        const auto data = f.data();
        if (offset == 0) whole.bytes.assign(f.packet.begin(), f.packet.begin() + static_cast<std::ptrdiff_t>(header));
        whole.bytes.insert(whole.bytes.end(), data.begin(), data.end());
        whole.cut = data.size() < f.length;
    }
}

Queued DatagramQueue::join() {
    const Fragment& head = pieces_.begin()->second;
    const bool ipv4 = family_ == Family::ipv4;
    const auto ecn = rules_->merges_ecn ? joined_ecn(ecn_seen_) : std::uint8_t{0};
    if (!ecn) return {Queued::Fate::queue_dropped, Clause::ip_fragment_ecn, true, {}};
    // In IPv6 the header of forty bytes does not count, in IPv4 all of it does.
    const std::uint32_t counted = head.data_at - (ipv4 ? 0 : 48) + length_;
    if (counted > longest_packet) return {Queued::Fate::queue_dropped, Clause::ip_fragment_too_long, true, {}};

    WholeDatagram whole;
    whole.fragments = pieces_.size();
    join_bytes(whole);
    PacketBytes& b = whole.bytes;
    if (rules_->keeps_largest) whole.chunks.largest = largest_;
    if (ipv4) {
        const bool dont_fragment = rules_->keeps_largest && largest_dont_fragment_ == largest_;
        b[1] |= *ecn;
        wire::put16(b, 2, counted);
        wire::put16(b, 6, dont_fragment ? 0x4000 : 0);
        wire::put16(b, 10, 0);
        wire::put16(b, 10, wire::complement(wire::sum_bytes(std::span(b).first(head.data_at))));
    } else {
        b[head.next_header_at] = head.packet[head.data_at - 8];
        b[1] |= static_cast<std::uint8_t>(*ecn << 4);
        wire::put16(b, 4, counted);
        if (rules_->ipv6_pieces_pass)
            for (const auto& [offset, f] : pieces_) whole.pieces.push_back(f.packet);
    }
    return {Queued::Fate::whole, Clause::ip_fragment_waiting, true, std::move(whole)};
}

}  // namespace conntrack

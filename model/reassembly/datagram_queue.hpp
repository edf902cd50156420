// The fragments of one datagram that have come so far: where each belongs, what is done about overlaps, and the whole
// in the end. Sources: ip_frag_queue(), ip_frag_reasm(), inet_frag_queue_insert(), nf_ct_frag6_queue().
#pragma once

#include "model/reassembly/fragment.hpp"
#include "model/reassembly/refragment.hpp"
#include "spec/clause.hpp"

#include <map>
#include <optional>

namespace conntrack {

/// A datagram that has been put together.
struct WholeDatagram {
    PacketBytes bytes;          // with an IP header of its own; only as far as a capture had them
    bool cut = false;           // there should be more bytes
    std::size_t fragments = 0;  // it was made of
    Chunks chunks;
    std::vector<PacketBytes> pieces;  // edition.reassembly.ipv6_pieces_pass: what goes on in its place, in order
};

/// What became of a fragment that was put into its queue.
struct Queued {
    enum class Fate : std::uint8_t {
        kept,
        dropped,        // it alone
        queue_dropped,  // and with it all that came before
        passes,         // it goes on as it is; with `queue_dies` without the others
        whole,
    } fate = Fate::kept;
    Clause clause = Clause::ip_fragment_waiting;
    bool queue_dies = false;
    std::optional<WholeDatagram> whole;
};

class DatagramQueue {
  public:
    DatagramQueue(const ReassemblySwitches& rules, Family family) : rules_(&rules), family_(family) {}

    /// Memory that this fragment is charged with while it is kept, bytes: a buffer of a TUN device and its descriptor.
    static std::uint32_t charge(const Fragment& fragment);

    [[nodiscard]] Queued add(Fragment fragment);

    /// Forgets all fragments, not what is known of their largest (ip_frag_reinit()).
    void restart();

    [[nodiscard]] std::size_t fragments() const { return pieces_.size(); }
    [[nodiscard]] std::uint32_t charged() const { return charged_; }

    /// The first part of the datagram as it came; null if it has not.
    [[nodiscard]] const PacketBytes* first() const;

  private:
    using Pieces = std::map<std::uint32_t, Fragment>;  // by offset; they never overlap

    const ReassemblySwitches* rules_;
    Family family_;
    Pieces pieces_;
    std::map<std::uint32_t, std::uint32_t> runs_;  // begin and end of pieces that came one right after the other
    std::uint32_t charged_ = 0;                    // bytes
    std::uint32_t length_ = 0;                     // of the datagram, as far as is known
    std::uint32_t collected_ = 0;                  // bytes of it that are there
    bool first_in_ = false, last_in_ = false;
    std::uint8_t ecn_seen_ = 0;  // a set of the four marks
    std::uint32_t largest_ = 0, largest_dont_fragment_ = 0;

    [[nodiscard]] std::optional<Queued> judge_end(Fragment& f);
    [[nodiscard]] std::optional<Clause> insert_or_refuse(Fragment& f);
    [[nodiscard]] std::optional<Clause> insert_trimmed(Fragment& f);
    void insert(Fragment f);
    void erase(Pieces::iterator piece);
    void note(const Fragment& f);
    [[nodiscard]] Queued refused(Clause clause, bool kills) const;
    [[nodiscard]] Queued settle(Queued queued);
    [[nodiscard]] bool complete() const { return first_in_ && last_in_ && collected_ == length_; }
    [[nodiscard]] Queued join();
    void join_bytes(WholeDatagram& whole) const;
};

}  // namespace conntrack

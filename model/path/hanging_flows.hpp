// Flows that hang on a match of the rules that is not known: had it answered otherwise, their entry might not exist, or
// exist where there is none, or bear another mark. A flow is known by its tuples, so it does not matter whether there
// is an entry. docs/rules.md says what is followed up, and what is not.
#pragma once

#include "model/tracking.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace conntrack {

class HangingFlows {
  public:
    explicit HangingFlows(const Tracking& tracker) : tracker_(tracker) {}

    /// What hangs, and on which packet: the number of the first that met such a match.
    struct What {
        bool entry = false;  // whether there is one, and all that it says
        bool mark = false;   // its mark
        std::uint64_t since = 0;
    };

    /// By its tuples. Of the reply there may be several, where it is open from where it comes.
    struct Flow {
        Tuple original;
        std::vector<Tuple> replies;
        bool sources_known = true;      // it comes from one of these
        bool destination_known = true;  // and goes to theirs
    };

    [[nodiscard]] bool empty() const { return hanging_.empty(); }
    /// What hangs of the flow that a packet, or the packet which it quotes, belongs to. `is_known`: it has found an
    /// entry, so it belongs to no other flow.
    [[nodiscard]] What of(const Packet& packet, bool is_known) const;
    /// Of a flow that has this tuple in either direction.
    [[nodiscard]] What of(const Tuple& tuple) const;
    /// Until `until`: by then no entry of the flow is left, if no packet comes.
    void add(const Flow& flow, const What& what, Time until);
    /// The mark no longer hangs: whatever it was, it was overwritten.
    void settle_mark(const Flow& flow);
    /// All entries were deleted.
    void clear() { hanging_.clear(); }

  private:
    /// A whole tuple, or only one end of it.
    struct Key {
        enum class Part : std::uint8_t { whole, source, destination } part = Part::whole;
        Tuple tuple;
        auto operator<=>(const Key&) const = default;
    };
    struct Hanging {
        Time entry_until = 0, mark_until = 0;
        std::uint64_t since = 0;
    };

    const Tracking& tracker_;
    std::map<Key, Hanging> hanging_;
    std::size_t tidied_ = 0;  // how many were left when those that had ended were last taken out

    static Key key(Key::Part part, Tuple tuple);
    void look_up(const Key& key, What& out) const;
    void look_up(const Tuple& tuple, bool is_known, What& out) const;
    void look_up(const InnerPacket& quoted, bool is_known, What& out) const;
    void add(const Key& key, const What& what, Time until);
    void tidy();
};

}  // namespace conntrack

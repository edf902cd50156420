// What is not certain on a packet's way, for it hangs on a match of the rules that is not known, or on what such a
// match did to an earlier packet. docs/rules.md says what is followed up.
#pragma once

#include "model/path/hanging_flows.hpp"
#include "model/path/packet_path.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace conntrack {

class Doubts {
  public:
    Doubts(const PacketPath& path, const Tracking& tracker) : path_(path), tracker_(tracker), hanging_(tracker) {}

    /// From `hook` on, on the packet of that number, nothing is certain of this one.
    static void begin(Passage& passage, Hook hook, std::uint64_t since);
    /// Does the mark that rules find in the entry hang?
    [[nodiscard]] bool mark_hangs(const Passage& passage, const rules::Subject& subject) const;
    /// A chain has decided.
    void by_rules(Passage& passage, Hook hook, const rules::Subject& subject, const rules::Decision& decision);
    /// The packet has been tracked: what was said of it may hang on an earlier one.
    void by_flow(Passage& passage, Hook hook) const;
    /// The entry of a first packet is to be bound, or enters the table: its tuples may be those of a flow that hangs.
    void by_rivals(Passage& passage, Hook hook) const;
    /// The packet is at the end of its way, or held on it: what of its flow hangs is kept for those that follow.
    void leave_behind(const Passage& passage);
    /// All entries were deleted.
    void clear() { hanging_.clear(); }

  private:
    using IsSuch = std::function<bool(const rules::Target&)>;

    const PacketPath& path_;
    const Tracking& tracker_;
    HangingFlows hanging_;
    bool untracked_mark_hangs_ = false;  // of the entry that untracked packets share (linux-2.6.x)

    [[nodiscard]] bool may_come_to(const Passage& passage, const IsSuch& is_such) const;
    [[nodiscard]] bool may_change_entry(const Passage& passage) const;
    [[nodiscard]] HangingFlows::Flow flow_of(const Passage& passage, const Entry& entry) const;
    [[nodiscard]] std::optional<HangingFlows::Flow> flow_begun_by(const Passage& passage) const;
    bool foretell(const Passage& passage, const Tuple& reply, bool surely, std::vector<Tuple>& replies) const;
    void keep(const HangingFlows::Flow& flow, const Entry* entry, const HangingFlows::What& what);
};

}  // namespace conntrack

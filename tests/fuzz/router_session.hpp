// A session with the whole router, told by the bytes of an input: packets of any form, held and released, rules that
// change, settings, interfaces, time. After each step the invariants are evaluated, and what NAT promises.
#pragma once

#include "model/path/packet_path.hpp"
#include "model/tracker.hpp"
#include "tests/support/any_packet.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace conntrack::testing {

class RouterSession {
  public:
    RouterSession(EditionId edition, Modules modules);
    RouterSession(const RouterSession&) = delete;
    RouterSession& operator=(const RouterSession&) = delete;
    ~RouterSession();

    /// Takes the next step from the bytes. What is wrong after it; empty: nothing.
    std::string step(ByteSource& bytes);
    /// Releases what is held and lets all time pass. What is wrong then: something that is left.
    std::string finish();

  private:
    struct Ends {
        Tuple original, reply;
    };

    Tracker tracker_;
    PacketPath path_;
    Settings largest_;  // the largest value that each setting has had
    Time now_ = 0;
    std::deque<Passage> held_;
    std::optional<PacketData> last_out_;
    std::string last_side_ = "inside";
    std::set<EntryId> forgotten_;        // entries whose bindings went when NAT was unloaded
    std::map<EntryId, Ends> confirmed_;  // the tuples of entries in the table

    std::string send(ByteSource& bytes);
    PacketData packet_from(ByteSource& bytes);
    void release(std::size_t which);
    void change_rules(ByteSource& bytes);
    void change_interfaces(ByteSource& bytes);
    void configure(ByteSource& bytes);
    void fill(ByteSource& bytes);
    void wait(ByteSource& bytes);
    void erase_some(ByteSource& bytes);
    [[nodiscard]] std::string broken_invariants() const;
    std::string changed_binding();
};

}  // namespace conntrack::testing

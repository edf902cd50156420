// The whole way of a packet through the router: raw rules, tracking, mangle, translation, routing, filter, translation
// again, confirmation; and the answers that the router makes itself.
// Sources: the priorities of enum nf_ip_hook_priorities; ip_rcv_finish(), ip_forward(), ip_local_deliver().
#pragma once

#include "model/path/passage.hpp"
#include "spec/rules/run.hpp"
#include "spec/wire/answer.hpp"
#include "spec/wire/decode.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace conntrack {

class Doubts;

class PacketPath {
  public:
    /// What is known of the router besides its rules. The default is the stage of scenarios.
    struct Surroundings {
        std::uint32_t link_mtu = 1500;  // of all interfaces, bytes
        bool answers_as_host = true;    // to what is delivered; false: its programs do, and that is not known
    };

    PacketPath(Tracking& tracker, std::vector<Interface> interfaces);
    PacketPath(Tracking& tracker, std::vector<Interface> interfaces, const Surroundings& surroundings);
    PacketPath(const PacketPath&) = delete;
    PacketPath& operator=(const PacketPath&) = delete;
    ~PacketPath();

    struct RuleChange {
        bool replaces = false;  // all rules, by these; null: none of that family
        std::shared_ptr<const rules::RuleSet> ipv4, ipv6;
        std::optional<bool> nat;  // NAT hooks exist even without a nat table
    };
    void change_rules(const RuleChange& change);
    [[nodiscard]] bool has_nat(Family family) const;
    [[nodiscard]] const Router& router() const { return router_; }
    /// Addresses come and go: MASQUERADE forgets what hung on them.
    void set_interfaces(std::vector<Interface> interfaces, Time now);
    /// The fragments that wait for others.
    [[nodiscard]] const Reassembler& reassembler() const { return reassembler_; }
    /// The rules of a family; null: there are none.
    [[nodiscard]] const rules::RuleSet* rules_in_force(Family family) const { return rules_of(family).set.get(); }
    /// What a rule has counted so far; null if no rules of the family are in force.
    [[nodiscard]] const rules::RuleCounters* counters(Family family) const;

    struct Options {
        wire::ChecksumPolicy checksum = wire::ChecksumPolicy::verify;
        Trace* trace = nullptr;
        std::function<void(const Packet&)> before_tracking = {};
        bool cut = false;          // a capture may hold less than the IP header says
        bool loopback = false;     // it may have come by the loopback interface
        std::uint64_t number = 0;  // of the frame or the step: by it fragments that are lost, and doubts, are told
        bool keeps_chains = false;
    };
    /// What happened while time passed.
    struct Elapsed {
        struct Told {
            std::uint64_t number;  // LostDatagram::number
            Passage first;         // its first fragment, with what its sender was told as the answer
        };
        std::vector<LostDatagram> lost;
        std::vector<Told> told;
    };
    /// Time passes: entries expire, and fragments that have waited too long are given up.
    Elapsed advance(Time now);
    /// The fragments that still wait, given up.
    std::vector<LostDatagram> give_up_fragments();
    /// A setting of the tracker was changed.
    void settings_changed() { reassembler_.configure(tracker_.settings()); }
    /// PREROUTING, and the routing decision. The packet stops before the next hook.
    Passage enter(std::vector<std::uint8_t> bytes, const std::string& in, Time now, const Options& options);
    /// The rest of the way.
    void go_on(Passage& passage, Time now);
    /// A packet that the router itself sends: OUTPUT, and the rest of its way.
    Passage originate(std::vector<std::uint8_t> bytes, Time now, const Options& options);
    /// Every entry is deleted; no packet may be held, which might yet make one.
    void flush(Time now);
    /// The packet is freed.
    void free(Passage& passage) { tracker_.release(std::move(passage.flight)); }

  private:
    struct Rules {
        std::shared_ptr<const rules::RuleSet> set;
        rules::RuleCounters counters;
    };

    Tracking& tracker_;
    Surroundings surroundings_;
    Router router_;
    Reassembler reassembler_;
    std::uint32_t fragment_id_ = 0;  // IPv6: of datagrams that leave in pieces
    std::array<Rules, 2> rules_;     // IPv4, IPv6
    bool nat_wanted_ = false;
    rules::FlowView untracked_ = rules::untracked_entry();  // linux-2.6.x
    friend class Doubts;
    std::unique_ptr<Doubts> doubts_;

    Rules& rules_of(Family family) { return rules_[family == Family::ipv4 ? 0 : 1]; }
    [[nodiscard]] const Rules& rules_of(Family family) const { return rules_[family == Family::ipv4 ? 0 : 1]; }
    [[nodiscard]] const Edition& edition() const { return tracker_.edition(); }

    /// Does an answer carry the entry of the packet it answers? Otherwise it is tracked like any other packet.
    enum class Carries : std::uint8_t { never, in_errors, always };

    static Passage begin(std::vector<std::uint8_t> bytes, const Options& options);
    void track(Passage& passage, Time now, const Options& options);
    void go_through(Passage& passage, Time now);
    void set_out(Passage& own, Time now, const Options& options);
    bool receive(Passage& passage, Time now, const Options& options);
    bool put_together(Passage& passage, Time now, const Options& options);
    /// Nothing if all is well. A datagram that was put together has been judged on receipt, fragment by fragment.
    std::optional<wire::Malformed> decode(Passage& passage, const Options& options, bool put_together = false) const;
    void route(Passage& passage, Time now);
    void pull_tcp_header(Passage& passage) const;
    void pull_sctp_header(Passage& passage) const;
    void forward(Passage& passage, Time now);
    void leave(Passage& passage);
    void deliver(Passage& passage, Time now);
    void send(Passage& passage, Time now);
    bool confirm(Passage& passage, Hook hook, Time now);

    bool filter(Passage& passage, rules::TableId table, Hook hook, Time now);
    std::optional<rules::Decision> run(Passage& passage, rules::TableId table, Hook hook, Template* from);
    [[nodiscard]] rules::FlowView flow_view(const Entry& entry) const;
    bool receive_options(Passage& passage, Time now);
    [[nodiscard]] wire::AnswerContext context_of(const Passage& about, Time now) const;
    void answer_error(Passage& about, const wire::IcmpError& error, Time now);
    void answer_lost(Passage& first, Time now);
    void answer_unseen(Passage& about, const wire::IcmpError& error, Time now);
    [[nodiscard]] wire::IcmpError too_big_error(Family family) const;
    void answer_reject(Passage& about, const rules::RejectTarget& target, Hook hook, Time now);
    void answer_as_host(Passage& about, Time now);
    void send_answer(Passage& about, const wire::Answer& bytes, Time now, Carries carries = Carries::in_errors);
    [[nodiscard]] std::size_t interface_for(const Passage& own, const Passage* about) const;
    bool leave_router(Passage& own, const Passage* about, Time now, Carries carries, Trace* trace);

    bool nat(Passage& passage, Hook hook, Time now);
    bool decide_binding(Passage& passage, Hook hook, bool takes_effect, Time now);
    bool bind_nothing(Passage& passage, Hook hook, Time now);
    std::optional<NatRange> range_for(const Passage& passage, const rules::NatTarget& target, Hook hook) const;
    bool turned_to_another_interface(const Passage& passage, const Entry& entry, Hook hook) const;
    [[nodiscard]] std::size_t interface_index(const std::string& name) const;
    void reread(Passage& passage) const;
    static bool stop(Passage& passage, Stop why, Hook hook);
    static void stop_at_confirmation(Passage& passage, Hook hook);
    static bool stop(Passage& passage, const rules::Decision& by, Hook hook);
};

}  // namespace conntrack

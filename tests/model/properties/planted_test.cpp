// Every invariant can fail: for each one a bug is planted in the view of a sound entry, one that a plausible mistake in
// an implementation would make, and the invariant must notice it.
#include "tests/model/properties/session.hpp"
#include "tests/support/packets.hpp"

#include <gtest/gtest.h>
#include <functional>
#include <span>

namespace conntrack::testing {

namespace {

/// Sound entries of one edition: a connection, a datagram flow with an answer, an echo request, and an unknown
/// protocol, all in the table; and a connection that is not confirmed yet, carried by one packet.
class Sound {
  public:
    explicit Sound(const Edition& edition) : tracker_(edition) {
        tracker_.configure(Setting::acct, 1);
        const Ends web = ipv4_ends(1000, 80), dns = ipv4_ends(2000, 53);
        constexpr auto out = Direction::original, back = Direction::reply;
        using namespace tcp;
        tracker_.track(tcp_packet(web, out, {.flags = flag_syn, .seq = 100, .window_scale = 7}), 1);
        tracker_.track(tcp_packet(web, back, {.flags = flag_syn | flag_ack, .seq = 500, .ack = 101, .window_scale = 7}),
                       1);
        tracker_.track(tcp_packet(web, out, {.flags = flag_ack, .seq = 101, .ack = 501}), 1);
        tracker_.track(udp_packet(dns, out), 1);
        tracker_.track(udp_packet(dns, back), 1);
        tracker_.track(echo_packet(ipv4_ends(7, 0), out), 1);
        constexpr std::uint8_t unknown_protocol = 99;
        tracker_.track(ip_packet(dns, out, unknown_protocol, 40), 1);
        carried_ = tracker_.begin(tcp_packet(ipv4_ends(1001, 80), out, {.flags = flag_syn}), 1);
    }
    Sound(const Sound&) = delete;
    Sound& operator=(const Sound&) = delete;
    ~Sound() { tracker_.release(std::move(carried_)); }

    [[nodiscard]] std::vector<EntryView> views() const {
        return views_of(tracker_, 1, {{carried_.entry()->id, 1}}, tracker_.settings());
    }

  private:
    Tracker tracker_;
    InFlight carried_;
};

/// The first view of a tracker, confirmed or not.
EntryView& view_of(std::span<EntryView> views, L4Tracker tracker, bool in_table = true) {
    for (EntryView& v : views)
        if (v.tracker == tracker && v.in_table() == in_table) return v;
    throw std::logic_error("no such view");
}

using invariant::PassageView;

struct Planted {
    std::string_view invariant;
    std::string_view bug;  // the mistake that would lead there
    EditionId edition;
    void (*plant)(std::span<EntryView>);
};

EntryView& web(std::span<EntryView> v) { return view_of(v, L4Tracker::tcp); }
EntryView& dns(std::span<EntryView> v) { return view_of(v, L4Tracker::udp); }
EntryView& echo(std::span<EntryView> v) { return view_of(v, L4Tracker::icmp); }
EntryView& opening(std::span<EntryView> v) { return view_of(v, L4Tracker::tcp, false); }

constexpr auto oldest = EditionId::linux_2_6_9, middle = EditionId::linux_2_6_32, newest = EditionId::linux_6_18;
using Views = std::span<EntryView>;

// clang-format off
const std::vector<Planted> planted_bugs = {
    {"assured_implies_seen_reply", "ASSURED is set by the first packet of a stream", newest,
     [](Views v) { echo(v).status.set(Status::assured); }},
    {"flow_agrees_with_status", "the handler forgets to set SEEN_REPLY", newest,
     [](Views v) { dns(v).status.clear(Status::seen_reply); }},
    {"flow_agrees_with_status", "ASSURED is set without telling the flow machine", newest,
     [](Views v) { dns(v).status.set(Status::assured); }},
    {"linked_means_confirmed_and_alive", "confirm links without setting CONFIRMED", newest,
     [](Views v) { dns(v).status.clear(Status::confirmed); }},
    {"linked_means_confirmed_and_alive", "delete marks an entry and forgets to unlink it", newest,
     [](Views v) { dns(v).status.set(Status::dying); }},
    {"linked_means_confirmed_and_alive", "delete unlinks only the original tuple", newest,
     [](Views v) { dns(v).found[0] = false; }},
    {"linked_means_confirmed_and_alive", "linux-2.6.9 is given the status bits of later kernels", oldest,
     [](Views v) { dns(v).status.set(Status::dying); }},
    {"reply_is_the_inverse", "ports are not swapped", newest,
     [](Views v) { std::swap(dns(v).reply.src_part, dns(v).reply.dst_part); }},
    {"reply_is_the_inverse", "the answer to an echo request is looked for under its own type", newest,
     [](Views v) { echo(v).reply.dst_part = echo(v).original.dst_part; }},
    {"reply_is_the_inverse", "an address is translated without telling the status", newest,
     [](Views v) { dns(v).reply.dst = Address::v4(0xc0000201); }},
    {"binding_changes_its_end", "the bit of the other end is set", newest,
     [](Views v) { dns(v).reply.dst = Address::v4(0xc0000201); dns(v).status.set(Status::dst_nat); }},
    {"binding_changes_its_end", "SRC_NAT is set though nothing changed", middle,
     [](Views v) { dns(v).status.set(Status::src_nat); }},
    {"binding_changes_its_end", "a record is kept of a null binding", oldest,
     [](Views v) { dns(v).records[0] = {}; dns(v).record_count = 1; }},
    {"bound_means_decided", "a rule's binding forgets the done mark", newest,
     [](Views v) { dns(v).reply.dst_part = 99; dns(v).status.set(Status::src_nat); }},
    {"bound_means_decided", "the done mark is set though no rule was asked", middle,
     [](Views v) { dns(v).status.set(Status::dst_nat_done); }},
    {"comes_back", "the reply's destination is not turned back", newest,
     [](Views v) { dns(v).reply.dst = Address::v4(0xc0000201); dns(v).status.set(Status::dst_nat); }},
    {"comes_back", "linux-2.6.9 keeps a record for one direction only", oldest,
     [](Views v) {
         dns(v).reply.dst = Address::v4(0xc0000201);
         dns(v).records[0] = {Direction::original, Hook::postrouting, nat::Manip::src, dns(v).reply.dst, 2000};
         dns(v).record_count = 1;
     }},
    {"only_streams_are_assured", "an answered echo request becomes a stream", newest,
     [](Views v) { echo(v).status.set(Status::assured); }},
    {"only_streams_are_assured", "an unknown protocol becomes a stream", oldest,
     [](Views v) { view_of(v, L4Tracker::generic).status.set(Status::assured); }},
    {"requests_outnumber_replies", "the reply that balances the requests does not delete", oldest,
     [](Views v) { echo(v).outstanding_requests = 0; }},
    {"requests_outnumber_replies", "a reply too many is counted", oldest,
     [](Views v) { echo(v).outstanding_requests = 0xffff'ffff; }},
    {"unconfirmed_is_unanswered", "lookups find entries that are not confirmed", newest,
     [](Views v) { opening(v).status.set(Status::seen_reply); }},
    {"unanswered_counts_no_replies", "counters are told by the wrong direction", newest,
     [](Views v) { echo(v).packets = {0, 1}; }},
    {"references_are_counted", "a lookup forgets to hold the entry", newest,
     [](Views v) { opening(v).carriers = 2; }},
    {"references_are_counted", "a dropped packet keeps its reference", newest,
     [](Views v) { ++dns(v).references; }},
    {"existing_is_linked_or_held", "the last packet's release does not free", newest,
     [](Views v) { opening(v).carriers = 0; }},
    {"existing_is_linked_or_held", "a freed entry stays in the list", newest,
     [](Views v) { dns(v).life = EntryView::Life::freed; }},
    {"deadline_is_ahead", "a timer that runs out now is left for the next tick", newest,
     [](Views v) { dns(v).deadline = dns(v).now; }},
    {"remaining_was_configured", "seconds are taken for ticks", newest,
     [](Views v) { dns(v).deadline = dns(v).now + seconds(30 * 250); }},
    {"tcp_state_is_known", "the first packet does not leave NONE", newest,
     [](Views v) { opening(v).tcp->state = tcp::State::none; }},
    {"tcp_state_is_known", "a reply SYN leads linux-2.6.9 to SYN_SENT2", oldest,
     [](Views v) { web(v).tcp->state = tcp::State::syn_sent2; }},
    {"tcp_scale_was_offered", "the window scale of the option is not capped", newest,
     [](Views v) { web(v).tcp->connection.reply.td_scale = 15; }},
    {"tcp_scale_was_offered", "a side without the option keeps an older scale", newest,
     [](Views v) { web(v).tcp->connection.original.flags = 0; }},
    {"tcp_scale_was_offered", "an ignored SYN leaves its scale without its flag", newest,
     [](Views v) { web(v).tcp->connection.last.wscale = 3; }},
    {"tcp_opener_is_seen", "window 0 of a SYN is stored as it is", middle,
     [](Views v) { opening(v).tcp->connection.original.td_maxwin = 0; }},
    {"tcp_handshake_was_answered", "a SYN/ACK advances the state before its side is initialised", newest,
     [](Views v) { opening(v).tcp->state = tcp::State::syn_recv; }},
    {"tcp_closer_is_known", "CLOSE_INIT is not set on the way to FIN_WAIT", middle,
     [](Views v) { web(v).tcp->state = tcp::State::fin_wait; }},
    {"tcp_fields_fit", "linux-2.6.9 keeps the flags of later kernels", oldest,
     [](Views v) { web(v).tcp->connection.original.flags |= tcp::maxack_set_bit; }},
    {"tcp_fields_fit", "the retransmission counter does not wrap at 8 bits", newest,
     [](Views v) { web(v).tcp->connection.retrans = 256; }},
    {"tcp_fields_fit", "the scaled window is kept whole", middle,
     [](Views v) { web(v).tcp->connection.last.win = 5840u << 7; }},
    {"tcp_fields_fit", "tcp_loose is taken whole for the packets to let pass", oldest,
     [](Views v) { web(v).tcp->connection.original.loose = 256; }},
    {"tuples_are_unique", "confirm does not look for a clash", newest,
     [](Views v) { opening(v).original = web(v).original; opening(v).found = {true, true}; }},
    {"tuples_are_unique", "confirm compares originals with originals only", newest,
     [](Views v) { opening(v).reply = web(v).original; opening(v).found = {true, true}; }},
};
// clang-format on

struct PlantedStep {
    std::string_view invariant, bug;
    void (*plant)(EntryView& before, EntryView& after);
};

/// Of an entry of linux-6.18 that is translated: 10.0.1.2:2000 leaves as 192.0.2.1:2000.
const std::vector<PlantedStep> planted_steps = {
    {"binding_is_kept", "another rule's address is taken by a flow that lives",
     [](EntryView&, EntryView& after) { after.reply.dst = Address::v4(0xc0000202); }},
    {"binding_is_kept", "a rule that is deleted takes the binding with it",
     [](EntryView&, EntryView& after) { after.status.clear(Status::src_nat); }},
    {"binding_is_kept", "an entry is used again for another flow",
     [](EntryView&, EntryView& after) { after.original.src_part = 1; }},
    {"binding_is_kept", "a retransmitted first packet is bound once more",
     [](EntryView& before, EntryView& after) {
         before.life = after.life = EntryView::Life::unconfirmed;
         after.status.clear(Status::src_nat);
     }},
    {"decision_is_kept", "a change of rules clears the done marks",
     [](EntryView&, EntryView& after) {
         after.decided = {false, true};
     }},
    {"status_only_grows", "a flow that is silent becomes unanswered again",
     [](EntryView&, EntryView& after) { after.status.clear(Status::seen_reply); }},
};

EntryView translated_entry() {
    auto views = Sound(linux_6_18).views();
    EntryView v = dns(views);
    v.reply.dst = Address::v4(0xc0000201);
    v.decided = {true, true};
    for (const Status bit : {Status::src_nat, Status::src_nat_done, Status::dst_nat_done}) v.status.set(bit);
    return v;
}

struct PlantedPassage {
    std::string_view invariant, bug;
    void (*plant)(PassageView&);
};

const std::vector<PlantedPassage> planted_passages = {
    {"untranslated_without_entry", "INVALID packets get the router's address",
     [](PassageView& p) {
         p.entry.reset();
         p.info = CtInfo::invalid;
     }},
    {"untranslated_without_nat", "bindings are applied after the nat table is gone",
     [](PassageView& p) { p.nat = PassageView::NatHooks::never; }},
    {"leaves_as_its_binding_says", "the port is left as it was", [](PassageView& p) { p.left->src_part = 77; }},
    {"leaves_as_its_binding_says", "the packet is given the entry of another flow",
     [](PassageView& p) { p.came->dst_part = 54; }},
    {"quotation_is_restored", "the quoted packet keeps the public address",
     [](PassageView& p) {
         p.about_a_flow = true;
         p.info = CtInfo::related;
         p.dir = Direction::reply;
         p.quoted_came = p.quoted_left = p.left;
     }},
    {"rules_are_for_first_packets", "rules are asked for every packet",
     [](PassageView& p) { p.asked_nat_rules = true; }},
};

/// The translated flow's second packet, as it should be.
PassageView sound_passage() {
    PassageView p;
    p.info = CtInfo::established;
    p.entry = translated_entry();
    p.came = p.left = p.entry->original;
    p.left->src = p.entry->reply.dst;
    p.has_left = true;
    p.nat = PassageView::NatHooks::always;
    return p;
}

std::set<std::string_view> broken_by(const PassageView& passage) {
    std::set<std::string_view> out;
    for (const auto& invariant : invariant::passage_invariants)
        if (!invariant.holds(passage)) out.insert(invariant.name);
    return out;
}

}  // namespace

TEST(PlantedBugs, OfStepsAreNoticed) {
    std::set<std::string_view> planted;
    const EntryView sound = translated_entry();
    EXPECT_EQ(violations({sound}), "");
    EXPECT_EQ(broken_steps({sound}, {sound}), "");
    for (const PlantedStep& bug : planted_steps) {
        EntryView before = sound, after = sound;
        bug.plant(before, after);
        EXPECT_NE(broken_steps({before}, {after}).find(bug.invariant), std::string::npos) << bug.bug;
        planted.insert(bug.invariant);
    }
    EXPECT_EQ(planted.size(), invariant::step_invariants.size());
}

TEST(PlantedBugs, OfPassagesAreNoticed) {
    std::set<std::string_view> planted;
    EXPECT_EQ(broken_by(sound_passage()).size(), 0U);
    for (const PlantedPassage& bug : planted_passages) {
        PassageView passage = sound_passage();
        bug.plant(passage);
        EXPECT_EQ(broken_by(passage).count(bug.invariant), 1U) << bug.bug;
        planted.insert(bug.invariant);
    }
    EXPECT_EQ(planted.size(), invariant::passage_invariants.size());
}

TEST(PlantedBugs, OfWhatIsLeftAreNoticed) {
    const auto broken = [](const invariant::RestView& rest) {
        std::set<std::string_view> out;
        for (const auto& invariant : invariant::rest_invariants)
            if (!invariant.holds(rest)) out.insert(invariant.name);
        return out;
    };
    using Names = std::set<std::string_view>;
    EXPECT_EQ(broken({}), Names{});
    EXPECT_EQ(broken({.entries = 1}), Names{"no_entry_is_left"}) << "a held packet was never freed";
    EXPECT_EQ(broken({.by_source = 1}), Names{"no_source_is_left"}) << "an entry that lost a clash stays listed";
    EXPECT_EQ(broken({.waiting_datagrams = 1}), Names{"no_fragment_is_left"}) << "a first fragment waits for ever";
    EXPECT_EQ(broken({.fragment_bytes = 200}), Names{"no_fragment_is_left"}) << "memory is charged twice";
}

TEST(PlantedBugs, SoundEntriesBreakNoInvariant) {
    for (const EditionId id : all_editions) {
        const auto views = Sound(edition(id)).views();
        EXPECT_EQ(views.size(), 5U);
        EXPECT_EQ(violations(views), "") << edition(id).name;
    }
}

TEST(PlantedBugs, AreNoticedByTheirInvariant) {
    for (const Planted& bug : planted_bugs) {
        auto views = Sound(edition(bug.edition)).views();
        bug.plant(views);
        EXPECT_NE(violations(views).find(bug.invariant), std::string::npos)
            << bug.invariant << " does not notice: " << bug.bug;
    }
}

TEST(PlantedBugs, AreThereForEveryInvariant) {
    std::set<std::string_view> planted;
    for (const Planted& bug : planted_bugs) planted.insert(bug.invariant);
    for (const auto& invariant : invariant::entry_invariants)
        EXPECT_EQ(planted.count(invariant.name), 1U) << invariant.name;
    for (const auto& invariant : invariant::table_invariants)
        EXPECT_EQ(planted.count(invariant.name), 1U) << invariant.name;
    EXPECT_EQ(planted.size(), invariant::entry_invariants.size() + invariant::table_invariants.size());
}

TEST(PlantedBugs, OfEventsAreNoticed) {
    const EventMask made = mask_of(EventBit::new_), changed = mask_of(EventBit::protoinfo),
                    gone = mask_of(EventBit::destroy);
    EXPECT_EQ(fault_in({made, changed}, true), "");
    EXPECT_EQ(fault_in({made, changed, gone}, false), "");
    EXPECT_NE(fault_in({}, true), "") << "the first event is lost";
    EXPECT_NE(fault_in({changed, made}, true), "") << "a change is told before the entry is confirmed";
    EXPECT_NE(fault_in({made, made}, true), "") << "a retransmitted first packet is told as NEW";
    EXPECT_NE(fault_in({made, gone}, true), "") << "DESTROY is told, and the entry stays";
    EXPECT_NE(fault_in({made, changed}, false), "") << "an early way out of the table tells nothing";
    EXPECT_NE(fault_in({made, gone, changed}, false), "") << "gathered events are told after DESTROY";
    EXPECT_NE(fault_in({made, gone, gone}, false), "") << "DESTROY is told when unlinked and when freed";
    EXPECT_NE(fault_in({made, static_cast<EventMask>(gone | changed)}, false), "") << "DESTROY is cached";
    EXPECT_NE(fault_in({made, 0}, true), "") << "an empty batch is told";
}

}  // namespace conntrack::testing

#include "oracle/replay/summary_sink.hpp"

#include "oracle/text/entry_text.hpp"
#include "oracle/text/gone_text.hpp"
#include "oracle/text/output.hpp"
#include "oracle/text/packet_text.hpp"
#include "oracle/text/proc_text.hpp"
#include "oracle/text/way_text.hpp"
#include "spec/clause_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>

namespace conntrack::oracle {

namespace {

class SummarySink final : public Sink, private Watcher {
  public:
    explicit SummarySink(const Filter& filter) : filter_(filter) {}

    void begin(Tracking& tracker) override { tracker.watch_by(this); }

    void packet(const PacketReport& report) override {
        if (!filter_.wants(report)) return;
        ++packets_;
        ++by_clause_[static_cast<std::size_t>(report.verdict->clause)];
        const Verdict& v = *report.verdict;
        ++by_state_[!v.seen ? 6 : !v.info ? 5 : static_cast<std::size_t>(*v.info)];
        if (v.info == CtInfo::invalid && report.packet != nullptr) ++invalid_[ends_of(*report.packet)];
        if (report.passage != nullptr) count_way(*report.passage);
    }

    void released(const Item&, const std::string&, const Passage& passage) override {
        if (filter_.everything()) count_way(passage);
    }

    void left_router(const Item&, const Packet&, const SeenOutput& seen) override {
        if (!filter_.everything()) return;
        ++outputs_;
        if (!seen.as_said) ++outputs_not_as_said_;
    }

    void no_packet(const Item&, std::string_view what) override {
        if (filter_.everything()) ++no_packets_[std::string(what)];
    }

    void fragments_lost(const LostDatagram& lost, const Passage*) override {
        if (filter_.everything()) ++lost_[static_cast<std::size_t>(lost.why)];
    }

    void end(Tracking& tracker, Time now) override {
        print(fmt::format("{} packets\n", packets_));
        for (const auto& [what, count] : no_packets_) print(fmt::format("{:>12}  {} (no IP packet)\n", count, what));
        for (std::size_t i = 0; i < lost_.size(); ++i)
            if (lost_[i] != 0)
                print(fmt::format("{:>12}  datagrams given up for want of a fragment: {}\n", lost_[i],
                                  clause_table[i].name));
        print("by state\n");
        for (std::size_t i = 0; i < by_state_.size(); ++i)
            if (by_state_[i] != 0) print(fmt::format("{:>12}  {}\n", by_state_[i], state_words[i]));
        print_clauses();
        print_invalid();
        print_way();
        if (fillers_gone_ > fillers_told_) gone_["fillers"] = fillers_gone_ - fillers_told_;
        print_counts("entries gone", gone_);
        print_counts("the kernel's log", log_);
        print_entries(tracker, now);
        tracker.watch_by(nullptr);
    }

    void recorded(const Json& line) override {
        for (const char* list : {"events", "pre_events"}) {
            if (!line.contains(list)) continue;
            for (const Json& event : line[list])
                if (event.at("type") == "DESTROY_FILLERS" && filter_.everything())
                    fillers_gone_ += event.at("count").get<std::uint64_t>();
        }
    }

    void kernel_log(const Item&, const std::vector<std::string>& lines) override {
        for (const std::string& line : lines)
            if (filter_.everything()) ++log_[line];
    }

  private:
    /// Both ends of a flow, the smaller one first, so that both directions count together.
    struct Ends {
        Address a, b;
        std::uint16_t a_port, b_port;
        std::uint8_t proto;
        Family family;
        auto operator<=>(const Ends&) const = default;
    };

    Filter filter_;
    std::uint64_t packets_ = 0;
    std::array<std::uint64_t, 7> by_state_{};
    std::array<std::uint64_t, clause_count> by_clause_{};
    std::array<std::uint64_t, clause_count> lost_{};
    std::map<std::string, std::uint64_t> no_packets_;
    std::map<Ends, std::uint64_t> invalid_;
    std::map<std::string, std::uint64_t> left_by_, stops_, bindings_, gone_, log_;
    std::uint64_t outputs_ = 0, outputs_not_as_said_ = 0, uncertain_ = 0;
    std::uint64_t fillers_gone_ = 0, fillers_told_ = 0;  // all, and those that made room

    static Ends ends_of(const Packet& p) {
        Ends e{p.src, p.dst, p.sport, p.dport, p.protocol, p.family};
        if (!p.tcp && !p.udp && !p.sctp) e.a_port = e.b_port = 0;
        if (std::pair(e.b, e.b_port) < std::pair(e.a, e.a_port)) {
            std::swap(e.a, e.b);
            std::swap(e.a_port, e.b_port);
        }
        return e;
    }

    /// Where a packet went, and what was bound for it.
    void count_way(const Passage& passage) {
        if (passage.emerged()) ++left_by_[passage.out.front().side];
        if (passage.place == Passage::Place::delivered) ++left_by_["the router itself"];
        if (const std::string why = stop_text(passage); !why.empty()) ++stops_[why];
        if (passage.uncertain) ++uncertain_;
        const Entry* entry = passage.flight.entry();
        if (entry == nullptr || entry->nat == nullptr || passage.place == Passage::Place::stopped) return;
        for (std::size_t i = 0; i < passage.bound.size(); ++i)
            if (const auto& origin = entry->nat->origin[i]; passage.bound[i] && origin && !origin->rule.empty())
                ++bindings_[fmt::format("by line {}: {}", origin->line, origin->rule)];
    }

    static void print_counts(const char* title, const std::map<std::string, std::uint64_t>& counts) {
        if (counts.empty()) return;
        print(fmt::format("{}\n", title));
        for (const auto& [what, count] : counts) print(fmt::format("{:>12}  {}\n", count, what));
    }

    void print_way() const {
        print_counts("went to", left_by_);
        print_counts("stopped", stops_);
        print_counts("bindings made", bindings_);
        if (uncertain_ != 0) print(fmt::format("{} packets hang on a match that is not known\n", uncertain_));
        if (outputs_ == 0) return;
        print(fmt::format("{} frames show what the router sent, {} of them not as here\n", outputs_,
                          outputs_not_as_said_));
    }

    void print_clauses() const {
        std::vector<std::pair<std::uint64_t, std::size_t>> order;
        for (std::size_t i = 0; i < by_clause_.size(); ++i)
            if (by_clause_[i] != 0) order.emplace_back(by_clause_[i], i);
        std::ranges::sort(order, [](const auto& x, const auto& y) {
            return x.first != y.first ? x.first > y.first : x.second < y.second;
        });
        print("by clause\n");
        for (const auto& [count, i] : order) print(fmt::format("{:>12}  {}\n", count, clause_table[i].name));
    }

    void print_invalid() const {
        if (invalid_.empty()) return;
        std::vector<std::pair<std::uint64_t, Ends>> order;
        for (const auto& [ends, count] : invalid_) order.emplace_back(count, ends);
        std::ranges::stable_sort(order, [](const auto& x, const auto& y) { return x.first > y.first; });
        constexpr std::size_t shown_max = 10;
        print(fmt::format("flows with most INVALID packets ({} of {})\n", std::min(shown_max, order.size()),
                          order.size()));
        for (std::size_t i = 0; i < std::min(shown_max, order.size()); ++i) {
            const Ends& e = order[i].second;
            Packet p;
            p.family = e.family;
            p.src = e.a;
            p.dst = e.b;
            p.sport = e.a_port;
            p.dport = e.b_port;
            p.protocol = e.proto;
            print(fmt::format("{:>12}  {}\n", order[i].first, ends_text(p)));
        }
    }

    void deleted(const Entry& entry, Time, Gone why) override {
        if (!entry.filler && filter_.wants(entry)) ++gone_[std::string(gone_text(why))];
        if (!entry.filler || !filter_.everything() || (why != Gone::early_drop && why != Gone::collected)) return;
        ++gone_[fmt::format("fillers {}", gone_text(why))];
        ++fillers_told_;
    }

    static void print_entries(const Tracking& tracker, Time) {
        std::map<std::string, std::uint64_t> states;
        std::size_t shown = 0;
        tracker.each_linked([&](const Entry& e) {
            if (e.filler) return;
            std::string state(protocol_name(e));
            if (const auto own = protocol_state(e, tracker.edition())) state += fmt::format(" {}", *own);
            if (!e.has(Status::seen_reply)) state += " [UNREPLIED]";
            if (e.has(Status::assured)) state += " [ASSURED]";
            ++states[state];
            ++shown;
        });
        print(fmt::format("{} entries at the end\n", tracker.linked()));
        for (const auto& [state, count] : states) print(fmt::format("{:>12}  {}\n", count, state));
        if (tracker.linked() != shown) print(fmt::format("{:>12}  fillers\n", tracker.linked() - shown));
    }
};

}  // namespace

std::unique_ptr<Sink> make_summary_sink(const Filter& filter) { return std::make_unique<SummarySink>(filter); }

}  // namespace conntrack::oracle

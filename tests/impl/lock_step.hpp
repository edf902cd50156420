// The model and the fast tracker side by side: every move is made by both, and what they say is compared.
#pragma once

#include "impl/tracker.hpp"
#include "model/tracker.hpp"
#include "tests/support/moves.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace conntrack::testing {

class LockStep {
  public:
    struct Options {
        Modules modules = {};
        bool later_notifier = false;
        std::uint32_t expired_at_once = std::numeric_limits<std::uint32_t>::max();
        std::size_t batch = 1;         // packets that the fast tracker is given at once, at most
        std::size_t whole_every = 32;  // moves between comparisons of the whole tables
        std::function<void(const tcp::Judged<Concrete>&)> on_tcp = nullptr;  // hears of every TCP step of the model
        std::uint32_t buckets = 0;                                           // a setting; 0: the edition's own number
    };

    LockStep(EditionId edition, const Options& options);
    LockStep(const LockStep&) = delete;
    LockStep& operator=(const LockStep&) = delete;
    ~LockStep();

    /// Plays the moves. What differed first, or nothing.
    std::string play(const std::vector<Move>& moves);

    // The same step by step; each says what differed, or nothing.
    std::string wait_until(Time now);
    std::string send(const Packet& packet, Passage passage);
    /// Of packets that were held, the one that has been held longest is number 0.
    [[nodiscard]] std::size_t held() const { return held_.size(); }
    std::string confirm_held(std::size_t number);
    void release_held(std::size_t number);
    std::string erase(const Tuple& tuple);
    std::string flush();
    std::string configure(Setting setting, std::uint32_t value);
    /// All that both know.
    std::string compare();

    [[nodiscard]] const Tracker& model() const { return model_; }
    fast::Tracker& fast() { return *fast_; }
    [[nodiscard]] const std::set<Clause>& clauses() const { return clauses_; }

  private:
    /// Where Linux is free, the model does as the fast tracker does.
    class AsFast final : public Choices {
      public:
        explicit AsFast(const fast::Tracker& fast) : fast_(fast) {}
        std::uint32_t bucket(const Tuple& tuple, std::uint32_t buckets) override {
            return fast_.bucket(tuple, buckets);
        }
        std::optional<Time> collector_begins(Time) override { return seconds(1); }

      private:
        const fast::Tracker& fast_;
    };
    struct Told {
        EventMask mask;
        EntryId entry;
        std::uint32_t status;
        Time now, time_left;
        bool operator==(const Told&) const = default;
    };
    struct Held {
        InFlight model;
        fast::InFlight fast;
    };

    Options options_;
    Tracker model_;
    std::unique_ptr<fast::Tracker> fast_;
    AsFast choices_;
    bool exact_;
    Time now_ = 0;
    std::deque<Held> held_;
    std::vector<Told> model_told_, fast_told_;
    std::set<Clause> clauses_;
    // A batch that the model has tracked and the fast tracker has not.
    std::vector<Packet> packets_;
    std::vector<Verdict> expected_, verdicts_;

    std::string make(const Move& move);
    void release(Held held);
    void tell(const Trace& trace) const {
        if (options_.on_tcp && trace.tcp) options_.on_tcp(*trace.tcp);
    }
    std::string track_batch();
    std::string compare_events();
    std::string compare_entry(EntryId id);
};

}  // namespace conntrack::testing

// The wheel: whatever is set, moved and forgotten, entries come up when their time has run out, in order.
#include "impl/timers.hpp"

#include "tests/support/property.hpp"

#include <map>
#include <random>
#include <set>

namespace conntrack::fast {

namespace {

using conntrack::testing::expect_property;

/// The wheel beside an ordered set.
class Beside {
  public:
    explicit Beside(std::uint64_t seed, Time origin) : numbers_(seed), now_(origin) { drain(everything); }

    static constexpr std::uint32_t everything = std::numeric_limits<std::uint32_t>::max();

    void arm_one() {
        const bool fresh = handles_.empty() || numbers_() % 3 == 0;
        const Handle entry = fresh ? make() : any();
        const Time deadline = now_ + static_cast<Time>(numbers_() >> (64 - 1 - numbers_() % 58));
        if (const auto it = deadlines_.find(entry); it != deadlines_.end()) order_.erase(it->second);
        deadlines_[entry] = {deadline, ++armed_};
        order_[{deadline, armed_}] = entry;
        timers_.arm(entry, deadline);
    }
    void forget_one() {
        if (handles_.empty()) return;
        forget(any());
    }
    void wait() { now_ += static_cast<Time>(numbers_() >> (64 - 1 - numbers_() % 58)); }

    /// Takes out what is due, doing so much work at most; what came wrongly, or nothing.
    std::string drain(std::uint32_t work) {
        for (;;) {
            const Handle due = timers_.may_be_due(now_) ? timers_.first_due(now_, work) : no_entry;
            const bool is_due = !order_.empty() && order_.begin()->first.first <= now_;
            if (due == no_entry) return is_due && work > 0 ? "one that is due does not come up" : "";
            if (!is_due) return "one comes up before its time";
            if (work > 0 && order_.begin()->second != due) return "not in the order of deadlines";
            if (deadlines_.at(due).first > now_) return "it is not due yet";
            forget(due);
            if (work == 0) return "";
        }
    }

  private:
    std::mt19937_64 numbers_;
    EntryStore store_{1000};
    Timers timers_{store_};
    Time now_;
    std::vector<Handle> handles_;
    std::map<Handle, std::pair<Time, std::uint64_t>> deadlines_;
    std::map<std::pair<Time, std::uint64_t>, Handle> order_;
    std::uint64_t armed_ = 0;
    EntryId next_id_ = 1;

    Handle make() {
        const Handle entry = *store_.take(false);
        store_[entry].id = next_id_++;
        handles_.push_back(entry);
        return entry;
    }
    Handle any() { return handles_[numbers_() % handles_.size()]; }
    void forget(Handle entry) {
        timers_.forget(entry);
        order_.erase(deadlines_.at(entry));
        deadlines_.erase(entry);
        std::erase(handles_, entry);
        store_.give_back(entry);
    }
};

void expect_in_order(bool bounded) {
    expect_property(
        [&] {
            const auto seed = *rc::gen::arbitrary<std::uint64_t>();
            constexpr Time today = 1'700'000'000'000'000'000;
            Beside both(seed, seed % 2 == 0 ? 0 : today);
            std::mt19937 choice(static_cast<std::uint32_t>(seed >> 1));
            for (int i = 0; i < 500; ++i) {
                const auto what = choice() % 10;
                if (what < 6) both.arm_one();
                if (what == 6) both.forget_one();
                if (what > 7) both.wait();
                const auto wrong =
                    both.drain(bounded ? static_cast<std::uint32_t>(1 + choice() % 3) : Beside::everything);
                if (!wrong.empty()) RC_FAIL(wrong);
            }
            const auto wrong = both.drain(Beside::everything);
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        10);
}

}  // namespace

TEST(TimersOfEntries, ComeUpInTheOrderOfTheirDeadlines) { expect_in_order(false); }

TEST(TimersOfEntries, ComeUpLittleByLittle) { expect_in_order(true); }

}  // namespace conntrack::fast

// The fast tracker under the router: packets and entries in the model's form, so that whoever shows them need not know
// which tracker has them. Entries are spelled out anew whenever they are asked for; that is not fast, and need not be.
#pragma once

#include "impl/tracker.hpp"
#include "model/tracking.hpp"
#include "spec/editions.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace conntrack::oracle {

class FastTracking final : public Tracking, private fast::Watcher {
  public:
    FastTracking(EditionId edition, const Modules& modules, bool later_notifier);
    explicit FastTracking(std::unique_ptr<fast::Tracker> tracker);
    ~FastTracking() override;

    /// No trace is given: `trace` stays as it is.
    InFlight begin(const Packet& packet, Time now, Trace* trace, const Template& from) override;
    using Tracking::begin;
    InFlight attach_answer(const InFlight& about) override;
    using Tracking::confirm;
    bool confirm(InFlight& packet, Time now, std::vector<std::uint8_t>* bytes) override;
    void release(InFlight packet) override;

    void set_mark(const InFlight& packet, std::uint32_t mark) override;
    void end_by(const InFlight& packet, const Packet& header) override;
    void close(const InFlight& packet) override;

    void meet(const InFlight& packet) override;
    bool bind(const InFlight& packet, Hook hook, const NatRange& range, BindingOrigin origin,
              const std::optional<std::string>& masquerades_at) override;
    bool bind_nothing(const InFlight& packet, Hook hook, Time now) override;
    bool translate(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) override;
    bool translate_error(const InFlight& packet, Hook hook, std::span<std::uint8_t> bytes) override;
    void end_masqueraded(const std::string& interface, const std::function<bool(const Entry&)>& is_forgotten) override;
    void forget_bindings() override;

    void advance(Time now) override;
    void flush(Time now) override;
    bool erase(const Tuple& tuple, Time now) override;
    void configure(Setting setting, std::uint32_t value) override { fast_->configure(setting, value); }
    bool import(const Imported& entry, Time now) override;
    void fill(const Fill& fill, Time now) override;
    std::uint64_t take_fillers_gone() override { return fast_->take_fillers_gone(); }
    std::vector<std::string> take_log() override;

    void flush_expectations(Time now) override;
    void each_expectation(const std::function<void(const expect::Expectation&)>& visit) const override {
        fast_->each_expectation(visit);
    }
    [[nodiscard]] const helper::HelperSet& helpers() const override { return fast_->helpers(); }

    [[nodiscard]] const Entry* entry_with(const Tuple& tuple) const override;
    void each_linked(const Visit& visit) const override;
    void each_listed(const Visit& visit) const override;
    void each_in_limbo(const Visit& visit) const override;
    [[nodiscard]] std::size_t linked() const override { return fast_->linked(); }
    [[nodiscard]] std::size_t existing() const override { return fast_->existing(); }

    [[nodiscard]] Time now() const override { return fast_->now(); }
    [[nodiscard]] const Edition& edition() const override { return fast_->edition(); }
    [[nodiscard]] const Modules& modules() const override { return fast_->modules(); }
    [[nodiscard]] const Settings& settings() const override { return fast_->settings(); }
    [[nodiscard]] const NoticeSwitches& notice_rules() const override { return fast_->notice_rules(); }
    void choose_by(Choices& choices) override { fast_->choose_by(choices); }
    void watch_by(conntrack::Watcher* watcher) override { watcher_ = watcher; }

  private:
    /// An entry that packets in flight carry, as it was when the tracker was last changed.
    struct Carried {
        Entry entry;
        std::size_t packets = 0;
    };

    std::unique_ptr<fast::Tracker> fast_;
    conntrack::Watcher* watcher_ = nullptr;
    Choices first_;  // a replay takes the first permitted choice
    std::map<fast::Handle, Carried> carried_;
    mutable std::unique_ptr<Entry> shown_;  // by entry_with()
    // What the fast tracker knows by numbers.
    using Rule = std::pair<std::string, std::uint64_t>;
    std::map<Rule, std::uint32_t> rule_numbers_;
    std::vector<Rule> rules_;
    std::map<std::string, std::uint32_t> interface_numbers_;
    std::vector<std::string> interfaces_;

    std::uint32_t number_of(Rule rule);
    std::uint32_t number_of(const std::string& interface);
    [[nodiscard]] fast::Handle handle_of(const InFlight& packet) const;
    void put(InFlight& packet, const Verdict& verdict, fast::Handle entry);
    void drop(fast::Handle entry);
    void refresh();
    void spell_out(Entry& out, const fast::Entry& entry) const;
    void show(const Visit& visit, const fast::Entry& entry) const;

    void confirmed(fast::Handle entry, Time now) override;
    void deleted(fast::Handle entry, Time now, Gone why) override;
    void evicted(fast::Handle entry, const Tuple* wanting, Time now) override;
};

}  // namespace conntrack::oracle

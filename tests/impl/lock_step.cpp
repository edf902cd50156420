#include "tests/impl/lock_step.hpp"

#include "tests/impl/differences.hpp"
#include "tests/support/flows.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <sstream>
#include <utility>

namespace conntrack::testing {

LockStep::LockStep(EditionId id, const Options& options)
    : options_(options),
      model_(edition(id), {.modules = options.modules, .later_notifier = options.later_notifier}),
      fast_(fast::make_tracker(id, {.modules = options.modules,
                                    .later_notifier = options.later_notifier,
                                    .key = fast::HashKey::from_seed(1),
                                    .expired_at_once = options.expired_at_once})),
      choices_(*fast_),
      exact_(options.expired_at_once == std::numeric_limits<std::uint32_t>::max()) {
    model_.choose_by(choices_);
    configure(Setting::acct, 1);
    configure(Setting::events, 1);
    if (options.buckets != 0) configure(Setting::buckets, options.buckets);
    model_.observers().add(every_event, [this](const Notice& n) {
        model_told_.push_back({n.mask, n.entry.id, n.entry.status.bits(), n.now, n.time_left});
    });
    fast_->observers().add(every_event, [this](const fast::Notice& n) {
        fast_told_.push_back({n.mask, n.entry.id, n.entry.status.bits(), n.now, n.time_left});
    });
}

LockStep::~LockStep() {
    while (!held_.empty()) release_held(0);
}

void LockStep::release(Held held) {
    model_.release(std::move(held.model));
    fast_->release(std::move(held.fast));
}

std::string LockStep::compare_entry(EntryId id) {
    const Entry* entry = model_.table().by_id(id);
    // What ran out at this very moment is gone for the fast tracker; the model takes it out with the next step.
    if (entry == nullptr || entry->remaining(now_) == 0 || entry->has(Status::nat_clash)) return {};
    const auto found = fast_->find(entry->original);
    if (!found) return fmt::format("entry {}: fast does not find it\n", id);
    return difference(*entry, found->entry);
}

std::string LockStep::track_batch() {
    if (packets_.empty()) return {};
    verdicts_.resize(packets_.size());
    fast_->track(packets_, verdicts_, now_);
    std::string wrong;
    for (std::size_t i = 0; i < packets_.size() && wrong.empty(); ++i)
        if (wrong = difference(expected_[i], verdicts_[i]); !wrong.empty())
            wrong = fmt::format("packet {} of {} in the batch:\n{}", i, packets_.size(), wrong);
    // As both have tracked the whole batch, its entries are the same whichever packet came last.
    std::ranges::sort(expected_, {}, &Verdict::entry);
    EntryId seen = 0;
    for (const Verdict& verdict : expected_) {
        if (!wrong.empty() || verdict.entry == seen) continue;
        seen = verdict.entry;
        wrong = compare_entry(seen);
    }
    packets_.clear();
    expected_.clear();
    return wrong.empty() ? compare_events() : wrong;
}

std::string LockStep::send(const Packet& packet, Passage passage) {
    if (passage == Passage::accepted) {
        packets_.push_back(packet);
        Trace trace;
        expected_.push_back(model_.track(packet, now_, &trace));
        tell(trace);
        clauses_.insert(expected_.back().clause);
        if (expected_.back().repeats > 0) clauses_.insert(Clause::tcp_reopened);
        return packets_.size() >= options_.batch ? track_batch() : std::string();
    }
    if (auto wrong = track_batch(); !wrong.empty()) return wrong;
    Trace trace;
    held_.push_back({model_.begin(packet, now_, &trace), fast_->begin(packet, now_)});
    tell(trace);
    clauses_.insert(held_.back().model.verdict().clause);
    std::string wrong = difference(held_.back().model.verdict(), held_.back().fast.verdict());
    if (wrong.empty() && held_.back().model.entry() != nullptr)
        wrong = difference(*held_.back().model.entry(), fast_->entry(held_.back().fast.entry()));
    if (passage == Passage::dropped) {
        release(std::move(held_.back()));
        held_.pop_back();
    }
    return wrong;
}

std::string LockStep::confirm_held(std::size_t number) {
    if (auto wrong = track_batch(); !wrong.empty()) return wrong;
    Held& held = held_[number];
    const bool leaves = model_.confirm(held.model, now_);
    const bool leaves_too = fast_->confirm(held.fast, now_);
    clauses_.insert(held.model.verdict().clause);
    if (leaves != leaves_too) return fmt::format("leaves: model {}, fast {}\n", leaves, leaves_too);
    return difference(held.model.verdict(), held.fast.verdict());
}

void LockStep::release_held(std::size_t number) {
    release(std::move(held_[number]));
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(number));
}

std::string LockStep::wait_until(Time now) {
    if (auto wrong = track_batch(); !wrong.empty()) return wrong;
    now_ = now;
    model_.advance(now_);
    if (exact_) fast_->advance(now_);
    return {};
}

std::string LockStep::erase(const Tuple& tuple) {
    if (auto wrong = track_batch(); !wrong.empty()) return wrong;
    const bool erased = model_.erase(tuple, now_);
    return erased == fast_->erase(tuple, now_) ? std::string() : "only one of them deletes the entry\n";
}

std::string LockStep::flush() {
    if (auto wrong = track_batch(); !wrong.empty()) return wrong;
    model_.flush(now_);
    fast_->flush(now_);
    return {};
}

std::string LockStep::configure(Setting setting, std::uint32_t value) {
    if (auto wrong = track_batch(); !wrong.empty()) return wrong;
    model_.configure(setting, value);
    fast_->configure(setting, value);
    return {};
}

std::string LockStep::compare() {
    std::string wrong = track_batch();
    model_.advance(now_);
    fast_->advance(now_);
    if (wrong.empty()) wrong = compare_events();
    if (wrong.empty()) wrong = difference(model_, *fast_);
    if (wrong.empty() && model_.take_log().size() != fast_->take_refusals()) wrong = "refusals\n";
    return wrong;
}

std::string LockStep::compare_events() {
    std::string wrong;
    if (exact_ && model_told_ != fast_told_) {
        const auto text = [](const std::vector<Told>& all) {
            std::string out;
            for (const Told& t : all)
                out += fmt::format("    mask {} entry {} status {} left {}\n", t.mask, t.entry, t.status, t.time_left);
            return out;
        };
        wrong = fmt::format("  model told\n{}  fast told\n{}", text(model_told_), text(fast_told_));
    }
    model_told_.clear();
    fast_told_.clear();
    return wrong;
}

std::string LockStep::make(const Move& move) {
    switch (move.deed) {
        case Deed::packet: return send(packet_of(move, model_), move.passage);
        case Deed::error: return send(error_about(packet_of(move, model_)), move.passage);
        case Deed::wait: return wait_until(now_ + waited(move));
        case Deed::confirm_held: return held_.empty() ? std::string() : confirm_held(move.number % held_.size());
        case Deed::release_held: {
            std::string wrong = track_batch();
            if (!held_.empty()) release_held(0);
            return wrong;
        }
        case Deed::erase: return erase(tuple_of_flow(move, model_));
        case Deed::flush: return flush();
        case Deed::configure: {
            const auto [setting, value] = configured(move);
            return configure(setting, value);
        }
    }
    return {};
}

std::string LockStep::play(const std::vector<Move>& moves) {
    for (std::size_t i = 0; i < moves.size(); ++i) {
        std::string wrong = make(moves[i]);
        const bool whole = (i + 1) % options_.whole_every == 0 || i + 1 == moves.size();
        if (wrong.empty() && whole) wrong = compare();
        if (wrong.empty()) continue;
        std::ostringstream out;
        out << "after move " << i + 1 << ", " << moves[i] << wrong;
        return out.str();
    }
    return {};
}

}  // namespace conntrack::testing

#include "impl/shards.hpp"

#include "spec/editions.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace conntrack::fast {

Shards::Shards(EditionId edition, std::uint32_t count, const Options& options)
    : edition_(conntrack::edition(edition)),
      modules_(options.modules),
      crossings_(count, options.key ? *options.key : HashKey::random()),
      expectations_(edition_) {
    for (std::uint32_t i = 0; i < count; ++i) {
        workers_.push_back(std::make_unique<Worker>());
        Options mine = options;
        mine.crossings = &crossings_;
        mine.expectations = &expectations_;
        mine.shard = i;
        workers_.back()->tracker = make_tracker(edition, mine);
    }
    for (auto& worker : workers_) worker->thread = std::thread([&w = *worker] { work(w); });
    configure(Setting::max, workers_[0]->tracker->settings()[Setting::max]);
}

Shards::~Shards() {
    for (auto& worker : workers_) {
        {
            const std::lock_guard lock(worker->mutex);
            worker->ends = true;
        }
        worker->changed.notify_all();
    }
    for (auto& worker : workers_) worker->thread.join();
}

void Shards::work(Worker& worker) {
    std::unique_lock lock(worker.mutex);
    for (;;) {
        worker.changed.wait(lock, [&] { return worker.ends || !worker.jobs.empty(); });
        if (worker.jobs.empty()) return;
        const Job job = std::move(worker.jobs.front());
        worker.jobs.pop_front();
        worker.busy = true;
        lock.unlock();
        job(*worker.tracker);
        lock.lock();
        worker.busy = false;
        if (worker.jobs.empty()) worker.changed.notify_all();
    }
}

void Shards::post(std::uint32_t shard, Job job) {
    Worker& worker = *workers_.at(shard);
    {
        const std::lock_guard lock(worker.mutex);
        worker.jobs.push_back(std::move(job));
    }
    worker.changed.notify_all();
}

void Shards::settle() {
    for (auto& worker : workers_) {
        std::unique_lock lock(worker->mutex);
        worker->changed.wait(lock, [&] { return worker->jobs.empty() && !worker->busy; });
    }
}

void Shards::configure(Setting setting, std::uint32_t value) {
    const bool divided = setting == Setting::max && value != 0;
    if (divided && value < count())
        throw std::invalid_argument("max: at least one entry a shard was expected, " + std::to_string(count()) +
                                    " or more, not " + std::to_string(value));
    for (std::uint32_t i = 0; i < count(); ++i) {
        const std::uint32_t share = divided ? value / count() + (i < value % count() ? 1 : 0) : value;
        post(i, [setting, share](Tracker& tracker) { tracker.configure(setting, share); });
    }
    settle();
}

void Shards::advance(Time now) {
    for (std::uint32_t i = 0; i < count(); ++i) post(i, [now](Tracker& tracker) { tracker.advance(now); });
    settle();
}

std::vector<Entry> Shards::listed() {
    std::vector<std::vector<Entry>> parts(count());
    std::mutex mutex;
    std::condition_variable done;
    std::uint32_t left = count();
    for (std::uint32_t i = 0; i < count(); ++i)
        post(i, [&, i](Tracker& tracker) {
            std::vector<Entry> mine;
            tracker.each_listed([&](const Entry& entry) { mine.push_back(entry); });
            const std::lock_guard lock(mutex);
            parts[i] = std::move(mine);
            if (--left == 0) done.notify_all();
        });
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return left == 0; });
    std::vector<Entry> all;
    for (auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

}  // namespace conntrack::fast

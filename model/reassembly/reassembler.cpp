#include "model/reassembly/reassembler.hpp"

#include <cassert>
#include <utility>

namespace conntrack {

namespace {

/// ipfrag_max_dist: so many fragments of other datagrams of one source may come between two of one datagram.
constexpr std::uint32_t distance_max = 64;

}  // namespace

Reassembler::Reassembler(const Edition& edition) : edition_(&edition) {
    const ReassemblySwitches& rules = edition.reassembly;
    ipv4_.limits = {rules.ipv4_high_thresh, rules.ipv4_low_thresh, seconds(rules.ipv4_timeout_s)};
    configure(Settings(edition));
}

void Reassembler::configure(const Settings& settings) {
    ipv6_.limits = {settings[Setting::frag6_high_thresh], settings[Setting::frag6_low_thresh],
                    seconds(settings[Setting::frag6_timeout])};
}

LostDatagram Reassembler::loss(const Queues::value_type& queue, Clause why, Time when) const {
    const auto& [key, waiting] = queue;
    const PacketBytes* first = waiting.fragments.first();
    const bool timed_out = why == Clause::ip_fragment_timeout && first != nullptr;
    const bool tells = edition_->reassembly.answers_timeout;
    return {.key = key,
            .why = why,
            .when = when,
            .begun = waiting.begun,
            .number = waiting.number,
            .fragments = waiting.fragments.fragments(),
            .first = first == nullptr ? PacketBytes{} : *first,
            .interface = waiting.interface,
            .answered = timed_out && tells && key.family == Family::ipv6,
            .answered_if_local = timed_out && tells && key.family == Family::ipv4};
}

void Reassembler::erase(Pool& pool, Queues::iterator queue) {
    const auto& [key, waiting] = *queue;
    pool.deadlines.erase({waiting.deadline, key});
    pool.by_age.erase(waiting.oldest);
    assert(pool.charged >= waiting.fragments.charged() + queue_charge);
    pool.charged -= waiting.fragments.charged() + queue_charge;
    if (key.family == Family::ipv4) {
        const auto source = sources_.find(key.src);
        assert(source != sources_.end());
        if (--source->second.queues == 0) sources_.erase(source);
    }
    pool.queues.erase(queue);
}

std::vector<LostDatagram> Reassembler::advance(Time now) {
    std::vector<LostDatagram> lost;
    for (;;) {
        Pool* next = nullptr;
        for (Pool* pool : {&ipv4_, &ipv6_}) {
            if (pool->deadlines.empty() || pool->deadlines.begin()->first > now) continue;
            if (next == nullptr || pool->deadlines.begin()->first < next->deadlines.begin()->first) next = pool;
        }
        if (next == nullptr) return lost;
        const auto [deadline, key] = *next->deadlines.begin();
        const auto queue = next->queues.find(key);
        assert(queue != next->queues.end());
        if (queue->second.fragments.fragments() != 0)
            lost.push_back(loss(*queue, Clause::ip_fragment_timeout, deadline));
        erase(*next, queue);
    }
}

/// Gives up queues from the oldest on until the memory is below its low threshold (ip_evictor()).
void Reassembler::make_room(Pool& pool, Time now, std::vector<LostDatagram>& lost) {
    while (pool.charged > pool.limits.low_thresh && !pool.by_age.empty()) {
        const auto queue = pool.queues.find(pool.by_age.front());
        assert(queue != pool.queues.end());
        if (queue->second.fragments.fragments() != 0) lost.push_back(loss(*queue, Clause::ip_fragment_memory, now));
        erase(pool, queue);
    }
}

void Reassembler::set_deadline(Pool& pool, Queues::iterator queue, Time deadline) {
    pool.deadlines.erase({queue->second.deadline, queue->first});
    queue->second.deadline = deadline;
    pool.deadlines.emplace(deadline, queue->first);
}

Reassembler::Queues::iterator Reassembler::find_or_begin(Pool& pool, const DatagramKey& key, Time now) {
    const auto found = pool.queues.find(key);
    if (found != pool.queues.end()) return found;
    Waiting waiting{.fragments = DatagramQueue(edition_->reassembly, key.family),
                    .deadline = now,
                    .begun = now,
                    .number = 0,
                    .interface = {},
                    .source_count = 0,
                    .oldest = pool.by_age.insert(pool.by_age.end(), key)};
    const auto queue = pool.queues.emplace(key, std::move(waiting)).first;
    set_deadline(pool, queue, now + pool.limits.timeout);
    pool.charged += queue_charge;
    if (key.family == Family::ipv4) ++sources_[key.src].queues;
    return queue;
}

/// A source that has sent many other fragments since may have used the identifier again (ip_frag_too_far()).
void Reassembler::check_distance(Pool& pool, Queues::iterator queue, Time now, std::vector<LostDatagram>& lost) {
    auto& [key, waiting] = *queue;
    if (key.family != Family::ipv4 || !edition_->reassembly.limits_distance) return;
    const std::uint32_t count = ++sources_.at(key.src).fragments;
    const std::uint32_t before = std::exchange(waiting.source_count, count);
    if (waiting.fragments.fragments() == 0 || count - before <= distance_max) return;
    lost.push_back(loss(*queue, Clause::ip_fragment_distance, now));
    pool.charged -= waiting.fragments.charged();
    waiting.fragments.restart();
    waiting.begun = now;
    set_deadline(pool, queue, now + pool.limits.timeout);
}

Taken Reassembler::put(Fragment fragment, const Arrival& arrival, Time now) {
    Taken taken;
    const DatagramKey key = fragment.key;
    Pool& pool = this->pool(key.family);
    if (pool.charged > pool.limits.high_thresh) {
        if (edition_->reassembly.evicts_oldest) {
            make_room(pool, now, taken.lost);
        } else {
            taken.outcome = DroppedFragment{Clause::ip_fragment_memory};
            return taken;
        }
    }
    const auto queue = find_or_begin(pool, key, now);
    check_distance(pool, queue, now, taken.lost);
    Waiting& waiting = queue->second;
    pool.charged -= waiting.fragments.charged();
    Queued queued = waiting.fragments.add(std::move(fragment));
    pool.charged += waiting.fragments.charged();

    using Fate = Queued::Fate;
    switch (queued.fate) {
        case Fate::kept:
            if (waiting.fragments.fragments() == 1) waiting.number = arrival.number;
            waiting.interface = arrival.interface;
            pool.by_age.splice(pool.by_age.end(), pool.by_age, waiting.oldest);
            taken.outcome = Waits{};
            break;
        case Fate::dropped:
        case Fate::queue_dropped: taken.outcome = DroppedFragment{queued.clause}; break;
        case Fate::passes: taken.outcome = GoesOn{true}; break;
        case Fate::whole: taken.outcome = std::move(*queued.whole); break;
    }
    if (queued.queue_dies) {
        if (queued.fate != Fate::whole && waiting.fragments.fragments() != 0)
            taken.lost.push_back(loss(*queue, queued.clause, now));
        erase(pool, queue);
    }
    return taken;
}

Taken Reassembler::take(std::span<const std::uint8_t> packet, const Arrival& arrival, Time now) {
    auto read = read_fragment(packet, arrival, *edition_);
    if (auto* fragment = std::get_if<Fragment>(&read)) return put(std::move(*fragment), arrival, now);
    if (std::holds_alternative<FragmentCut>(read)) return {DroppedFragment{Clause::ip_fragment_header}, {}};
    return {GoesOn{std::get<NoFragment>(read).fragment}, {}};
}

}  // namespace conntrack

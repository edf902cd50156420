// The entries of a tracker: all that exist, those that are linked by their two tuples, and their timers. Ordered maps
// throughout: obviously right, not fast.
#pragma once

#include "model/chains.hpp"
#include "model/entry.hpp"
#include "model/fillers.hpp"

#include <boost/container/map.hpp>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace conntrack {

class Table {
  public:
    struct Found {
        Entry* entry;
        Direction dir;
    };

    /// Makes an entry that is in no list yet.
    Entry& create();
    /// Ends an entry whose life machine says that it is freed.
    void free(Entry& entry);

    /// The linked entry that has this tuple, and in which direction.
    [[nodiscard]] std::optional<Found> find(const Tuple& tuple) const;
    /// The same for an entry or a packet of `zone`: the zone's number must be that of the entry in the direction in
    /// which it is found, whichever number the tuple was looked up with (nf_ct_key_equal()).
    [[nodiscard]] std::optional<Found> find(const Tuple& tuple, const Zone& zone) const;
    /// Is the entry linked by its tuple of that direction? Another one may have the tuple, too, and be found first.
    [[nodiscard]] bool links(const Entry& entry, Direction dir) const;
    [[nodiscard]] Entry* by_id(EntryId id) const;
    /// The linked entry of that number in the order of confirmation; null: it is gone, or a filler.
    [[nodiscard]] Entry* confirmed_as(std::uint64_t number) const;

    /// Links both tuples. Where an entry answers to one tuple in both directions, the reply is found first, as in the
    /// kernel's chains (it is linked after the original, at the head).
    void link(Entry& entry);
    /// Links the reply tuple alone: lookups of the original one, and listings, do not find the entry.
    void link_reply(Entry& entry);
    void unlink(Entry& entry);

    /// Sets the timer of a linked entry.
    void arm(Entry& entry, Time deadline);
    /// The linked entry whose timer runs out first, if that is not after `limit`. Entries with equal deadlines come in
    /// the order in which their timers were set.
    [[nodiscard]] Entry* first_due(Time limit);

    [[nodiscard]] std::size_t linked() const { return linked_ + fillers_.size(); }
    [[nodiscard]] std::size_t existing() const { return entries_.size() + fillers_.size(); }

    /// The chains of the hash table. They are built when they are first asked for, and from then on kept up.
    Chains& chains(std::uint32_t buckets, const Chains::BucketOf& bucket_of);

    /// Begins a batch of fillers: UDP flows in that zone, made at `since`. See fillers.hpp.
    void begin_fill(std::uint16_t zone, bool assured, Time since, Time deadline);
    /// The original tuple that the next filler of the batch has.
    [[nodiscard]] Tuple next_filler() const;
    /// The next filler is confirmed, or could not be made.
    void add_filler(bool made);
    /// Makes an entry of a filler.
    Entry& summon(const Fillers::Filler& filler);
    /// The fillers that are not entries. To be changed by the members above only.
    [[nodiscard]] Fillers& fillers() { return fillers_; }
    [[nodiscard]] const Fillers& fillers() const { return fillers_; }
    /// Drops the fillers whose time has run out, or all of them. How many that were.
    std::size_t drop_due_fillers(Time now);
    std::size_t drop_all_fillers();

    /// Visits every linked entry, the newest confirmation first. Fillers are not among them unless they were summoned.
    template <class Visit>
    void each_linked(Visit visit) const {
        for (auto it = by_confirmation_.rbegin(); it != by_confirmation_.rend(); ++it) visit(*it->second);
    }
    /// Visits the entries that listings show: an entry that clash resolution linked by its reply alone is not in them.
    template <class Visit>
    void each_listed(Visit visit) const {
        each_linked([&](Entry& e) {
            if (!e.has(Status::nat_clash)) visit(e);
        });
    }
    /// Visits every entry that exists outside the table: not confirmed, or deleted and still held.
    template <class Visit>
    void each_in_limbo(Visit visit) const {
        for (const auto& [id, entry] : entries_)
            if (!entry->linked()) visit(*entry);
    }

  private:
    using TimerKey = std::pair<Time, std::uint64_t>;
    /// An IPv4 tuple in two words, the part that tells flows apart first, so that one comparison mostly does.
    struct ShortKey {
        std::uint64_t source_and_ports, rest;
        bool operator==(const ShortKey&) const = default;
        friend bool operator<(const ShortKey& a, const ShortKey& b) {
            return (a.source_and_ports < b.source_and_ports) |
                   ((a.source_and_ports == b.source_and_ports) & (a.rest < b.rest));
        }
    };
    template <class Key, class Value>
    using Ordered = boost::container::map<
        Key, Value, std::less<Key>, boost::container::new_allocator<std::pair<const Key, Value>>,
        boost::container::tree_assoc_options_t<boost::container::tree_type<boost::container::avl_tree>>>;

    static ShortKey short_key(const Tuple& tuple);

    /// Where IPv4 tuples were found before, so that the next packet of a flow need not walk the tree. It knows nothing
    /// that the map does not, and is dropped whenever it grows.
    struct Recent {
        ShortKey key{};
        Found found{nullptr, Direction::original};
    };
    mutable std::vector<Recent> recent_;
    Recent& recent(const ShortKey& key) const;

    std::map<EntryId, std::unique_ptr<Entry>> entries_;
    // Two maps for one order: most tuples are IPv4, and short keys keep the way through the tree in the cache.
    Ordered<ShortKey, Found> by_ipv4_tuple_;
    Ordered<Tuple, Found> by_ipv6_tuple_;
    // Entries whose tuple another one has, too, with the same number of the zone: of two zones that hold for one
    // direction each, one may be found by it as the original and the other as the reply.
    std::multimap<Tuple, Found> also_;
    std::map<std::uint64_t, Entry*> by_confirmation_;
    // A timer that moves into the future stays filed where it was and is filed again when it comes up.
    std::map<TimerKey, Entry*> timers_;
    void link_tuple(const Tuple& tuple, const Found& found);
    void insert_tuple(const Tuple& tuple, const Found& found);
    void replace_tuple(const Tuple& tuple, const Found& found);
    void unlink_tuple(const Tuple& tuple, const Entry& entry);

    std::unique_ptr<Chains> chains_;  // null: nobody has asked yet
    Fillers fillers_;
    void unlink_from_chains(const Entry& entry);
    void summon_if_filler(const Tuple& tuple) const;

    std::size_t linked_ = 0;
    EntryId next_id_ = 1, next_filler_id_ = filler::first_id;

    Entry& create(EntryId id);
    std::uint64_t next_confirmation_ = 1;
    std::uint64_t next_arming_ = 1;
};

}  // namespace conntrack

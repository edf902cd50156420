// The entries of a tracker: where they lie, the index that finds them by either tuple, and their timers.
#pragma once

#include "impl/entry_store.hpp"
#include "impl/index.hpp"
#include "impl/prefetch.hpp"
#include "impl/timers.hpp"

#include <cstdint>
#include <mutex>

namespace conntrack::fast {

class Table {
  public:
    /// `shared`: whoever else looks into the index holds it, and so does the table while it changes it. May be null.
    Table(const HashKey& key, std::uint32_t most_of_a_family, std::recursive_mutex* shared = nullptr);
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    struct Place {
        Handle entry = no_entry;
        Direction dir = Direction::original;
    };

    [[nodiscard]] Tag tag_of(const LookupKey& key) const { return fast::tag_of(key, key_); }
    [[nodiscard]] Tag tag_of(const Tuple& tuple) const { return tag_of(lookup_key_of(tuple)); }

    /// The linked entry that has this tuple. Where an entry answers to one tuple in both directions it is found as its
    /// reply, as in the kernel's chains (it is linked after the original, at the head).
    [[nodiscard]] Place find(const LookupKey& key, Tag tag) const {
        Place out;
        index_.find(tag, [&](Link link) {
            if (!store_.matches(link.entry(), link.dir(), key)) return false;
            out = {link.entry(), store_[link.entry()].has(Trait::self_paired) ? Direction::reply : link.dir()};
            return true;
        });
        return out;
    }
    [[nodiscard]] Place find(const Tuple& tuple) const {
        const LookupKey key = lookup_key_of(tuple);
        return find(key, tag_of(key));
    }

    /// Visits every linked entry that has this tuple, with the direction that find() gives.
    template <class Visit>
    void each_with(const LookupKey& key, Visit visit) const {
        index_.find(tag_of(key), [&](Link link) {
            if (store_.matches(link.entry(), link.dir(), key))
                visit(
                    Place{link.entry(), store_[link.entry()].has(Trait::self_paired) ? Direction::reply : link.dir()});
            return false;
        });
    }
    /// Might two linked entries have one tuple, since the zone of one of them holds for one direction alone?
    [[nodiscard]] bool shares_tuples() const { return partly_zoned_ != 0; }

    /// Brings the line of the index into the cache in which a tag is looked for, and says which it is.
    const void* fetch_line(Tag tag) const {
        const void* const line = index_.line(tag);
        prefetch(line);
        return line;
    }
    /// The entry that most likely has this tag, in two steps, so that between them the second line of a long bucket can
    /// come into the cache: false is no answer yet from peek(), and null from meet(), which fetches the entry: none
    /// has.
    bool peek(const void* line, Tag tag, Link& found) const { return index_.peek(line, tag, found); }
    PackedEntry* meet(Tag tag, Link& found, bool peeked) {
        if (!peeked)
            peeked = index_.find(tag, [&](Link link) {
                found = link;
                return true;
            });
        return peeked ? store_.fetch(found.entry()) : nullptr;
    }

    /// Links both tuples, or the reply alone: lookups of the original one, and listings, do not find the entry.
    void link(Handle entry);
    void link_reply(Handle entry);
    void unlink(Handle entry);
    /// The entry, which is linked, became ASSURED.
    void assure(Handle entry);

    EntryStore& store() { return store_; }
    [[nodiscard]] const EntryStore& store() const { return store_; }
    Timers& timers() { return timers_; }
    [[nodiscard]] const Index& index() const { return index_; }
    Index& index() { return index_; }
    [[nodiscard]] std::size_t linked() const { return linked_; }
    [[nodiscard]] std::size_t bytes() const { return store_.bytes() + index_.bytes() + timers_.bytes(); }

  private:
    HashKey key_;
    std::recursive_mutex* shared_;
    EntryStore store_;
    Index index_;
    Timers timers_;
    [[nodiscard]] std::unique_lock<std::recursive_mutex> guard() const {
        return shared_ != nullptr ? std::unique_lock(*shared_) : std::unique_lock<std::recursive_mutex>();
    }

    std::size_t linked_ = 0;
    std::size_t partly_zoned_ = 0;  // linked entries whose zone holds for one direction
    std::uint64_t next_confirmation_ = 1;
};

}  // namespace conntrack::fast

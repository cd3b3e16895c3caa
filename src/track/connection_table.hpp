// SPDX-License-Identifier: GPL-2.0-or-later
/// Finds the newest connection between two sockets, whichever of them sends.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "compiler.hpp"
#include "pool.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

struct Connection;

class ConnectionTable {
public:
    struct alignas(64) Entry {           // a cache line
        Path path;                       ///< as its first segment ran
        uint32_t connection = no_index;  ///< the newest one, no_index in an entry that was just made
        bool fast_path = false;          ///< that one may take the fast path
        bool is_free = false;            ///< removed
        Connection* newest = nullptr;    ///< the same, unless it is but a SYN in the SYN cache
    };
    /// Secret odd factors, drawn anew for each table; results do not depend on them.
    using Salt = std::array<uint64_t, 3>;

    ConnectionTable();
    /// The entry of this pair, made if there was none. `reversed`: the segment runs the other way.
    Entry& find_or_insert(const Path& path, bool& reversed);
    /// The entry of this pair, or null.
    Entry* find(const Path& path, bool& reversed);
    const RecyclingPool<Entry>& entries() const { return entries_; }
    /// Removes the entries of which `is_gone(entry)` is true. Throws std::bad_alloc.
    template <typename IsGone>
    void remove_if(IsGone&& is_gone);

private:
    /// Open addressing with linear probing: a segment costs one look into an array of these, nearly always.
    struct Slot {
        Entry* entry = nullptr;
        uint32_t hash = 0;  ///< 0 if it is free
    };
    template <typename Missing>
    Entry* look(const Path& path, uint32_t key, bool& reversed, Missing&& missing);
    TCPSTATE_NOINLINE Entry& add(Slot& free, uint32_t key, const Path& path);
    /// Puts all entries into that many slots.
    void rebuild(size_t slots);

    std::vector<Slot> slots_;  // a power of two, at most half full
    size_t mask_;              // one less than that
    RecyclingPool<Entry> entries_;
    Salt salt_;
};

template <typename IsGone>
void ConnectionTable::remove_if(IsGone&& is_gone) {
    bool any = false;
    for (uint32_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].is_free || !is_gone(entries_[i])) continue;
        entries_.remove(i);
        entries_[i].is_free = any = true;
    }
    if (any) rebuild(slots_.size());
}

}  // namespace tcpstate

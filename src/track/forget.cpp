// SPDX-License-Identifier: GPL-2.0-or-later
/// Connections that were silent for long give back what is kept of them.
#include <algorithm>

#include "tracker.hpp"

namespace tcpstate {
namespace {

int64_t latest_time(const Connection& connection) { return std::max(connection.end_time(), connection.start_time); }

/// Removes what is chained from `latest` on.
template <typename List>
void remove_chain(uint32_t latest, List& list) {
    while (latest != no_index) {
        uint32_t const before = list[latest].before;
        list.remove(latest);
        latest = before;
    }
}

}  // namespace

bool Tracker::is_silent(uint32_t index, int64_t before) const {
    uint32_t const slot = slots_[index];
    if ((slot & cached_mark) != 0) return syn_cache_[slot & ~cached_mark].time < before;
    return latest_time(connections_[slot]) < before;
}

void Tracker::cut_off_silent(ColdState& cold, int64_t before, std::vector<uint32_t>& silent) const {
    uint32_t& survivor = cold.surviving_predecessor;
    if (survivor != no_index && is_silent(survivor, before)) survivor = no_index;
    while (cold.previous != no_index && is_silent(cold.previous, before)) {
        silent.push_back(cold.previous);
        cold.previous = at(cold.previous).previous();
    }
}

bool Tracker::note_silent(Entry& entry, int64_t before, std::vector<uint32_t>& silent) {
    if (entry.connection == no_index) return true;  // one that could not be counted
    if (entry.newest != nullptr) {                  // nothing is behind a SYN in the cache
        for (uint32_t index = entry.connection; index != no_index; index = at(index).previous())
            if (at(index).cold_state) cut_off_silent(*at(index).cold_state, before, silent);
        if (entry.newest->previous() != no_index) return false;
    }
    if (!is_silent(entry.connection, before)) return false;
    silent.push_back(entry.connection);
    return true;
}

void Tracker::release(uint32_t index) {
    uint32_t const slot = slots_[index];
    ++forgotten_.connections;
    if (!connection(index).over()) ++forgotten_.unclosed;
    if ((slot & cached_mark) != 0) {
        syn_cache_.remove(slot & ~cached_mark);
    } else {
        const ColdState& cold = connections_[slot].cold();
        remove_chain(cold.suspicions, hindsight_.suspicions);
        remove_chain(cold.resets, hindsight_.resets);
        connections_.remove(slot);
    }
    slots_.drop(index);
}

void Tracker::forget(int64_t before, const std::function<void(uint32_t)>& visit) {
    std::vector<uint32_t> silent;
    table_.remove_if([&](Entry& entry) { return note_silent(entry, before, silent); });
    std::sort(silent.begin(), silent.end());
    for (uint32_t const index : silent) {
        visit(index);
        release(index);
    }
}

}  // namespace tcpstate

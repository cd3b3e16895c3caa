// SPDX-License-Identifier: GPL-2.0-or-later
/// All connections of a capture: finds the incarnation that a segment belongs to, and says what the segment meant.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "compiler.hpp"
#include "connection.hpp"
#include "connection_table.hpp"
#include "copies.hpp"
#include "host_watch.hpp"
#include "pool.hpp"
#include "preferences.hpp"
#include "remarks.hpp"
#include "segment.hpp"
#include "syn_cache.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// What `Tracker::forget` has cost.
struct Forgotten {
    uint64_t connections = 0;
    uint64_t unclosed = 0;    ///< of them: neither closed nor reset
    uint64_t begun_anew = 0;  ///< connections that have begun since in mid-stream, and may be one of those
};

/// After an exception (std::bad_alloc is the only one) nothing may be called but the destructor.
class Tracker {
public:
    /// SlowOnly neither takes the fast path nor uses the SYN cache: for tests, which compare.
    enum class Paths : bool { All, SlowOnly };
    /// More connections than the index of one can count.
    static constexpr uint32_t most_connections = (1U << 31) - 1;

    explicit Tracker(const Preferences& preferences = {}, Paths paths = Paths::All,
                     uint32_t max_connections = most_connections)
        : preferences_(preferences), paths_(paths), max_connections_(max_connections) {
        if (preferences_.attempts_before_suspicion == 0) preferences_.attempts_before_suspicion = 1;
    }

    /// Takes in the next segment of the capture. Total: any segment gets a verdict, which stays as it is until the next
    /// call of `observe`. One that would begin a connection too many gets one that is not `known`. Throws
    /// std::bad_alloc.
    const Verdict& observe(const Path& path, const Segment& segment);
    /// Takes in an ICMP error. Null when the quoted segment belongs to no connection seen so far.
    const Verdict* observe(const IcmpError& error);

    /// Gives back the memory of each connection whose latest segment is older than `before`. `visit(index)` is called
    /// before, in the order of indices, while all is known of it; nothing may be asked about it afterwards. A segment
    /// that comes later begins another connection. Throws std::bad_alloc.
    void forget(int64_t before, const std::function<void(uint32_t)>& visit);
    const Forgotten& forgotten() const { return forgotten_; }

    /// The number of connections so far, forgotten ones too: their indices are below it.
    uint32_t size() const { return slots_.size(); }
    /// Stays as it is until the next call of this or of `observe`.
    const Connection& connection(uint32_t index) const;
    const SuspicionHindsight& suspicion(uint32_t index) const { return hindsight_.suspicions[index]; }
    const ResetHindsight& reset(uint32_t index) const { return hindsight_.resets[index]; }
    const Preferences& preferences() const { return preferences_; }
    /// Calls `visit(path, index)` for each four-tuple, with the newest connection; `path` runs from side A to side B.
    template <typename Visit>
    void each_path(Visit&& visit) const {
        for (uint32_t i = 0; i < table_.entries().size(); ++i)
            if (!table_.entries()[i].is_free) visit(table_.entries()[i].path, table_.entries()[i].connection);
    }

private:
    using Entry = ConnectionTable::Entry;

    /// Apart, so that the fast path has no need to save registers.
    TCPSTATE_NOINLINE void observe_on_slow_path(Entry& entry, const Path& path, Side from, const Segment& segment);
    /// Whether the segment, which `may_be_copy`, was there before, because the capture shows it twice or the file
    /// repeats itself, where `repeated` is its frame. Gives it its verdict then.
    bool take_copy(uint32_t index, const Path& path, Side from, const Segment& segment, uint32_t repeated);
    /// The incarnation that the segment belongs to, or no_index when it begins another one.
    uint32_t choose(const Entry& entry, Side from, const Segment& segment) const;
    /// Begins another incarnation of the 4-tuple and returns its index.
    uint32_t open(Entry& entry, const Path& path, Side from, const Segment& segment);
    void link(uint32_t previous, uint32_t index, Side from, const Segment& syn);
    /// Whether the segment shows that the incarnation has taken the place of the one before.
    bool begins_incarnation(const Connection& connection, const Segment& segment) const;

    /// \name Forgetting (forget.cpp)
    /// @{
    bool is_silent(uint32_t index, int64_t before) const;
    /// Lets a connection know nothing of incarnations before it that are silent, and notes these.
    void cut_off_silent(ColdState& cold, int64_t before, std::vector<uint32_t>& silent) const;
    /// Notes the incarnations of a pair that are silent. True if all are.
    bool note_silent(Entry& entry, int64_t before, std::vector<uint32_t>& silent);
    void release(uint32_t index);
    /// @}

    /// \name The SYN cache
    /// @{
    static constexpr uint32_t cached_mark = 1U << 31;
    void cache(Entry& entry, const Segment& syn);
    /// Makes a connection of the SYN, if the entry is but that.
    void expand(Entry& entry);
    /// @}
    Connection& at(uint32_t index) { return connections_[slots_[index]]; }
    const Connection& at(uint32_t index) const { return connections_[slots_[index]]; }

    Preferences preferences_;
    Paths paths_;
    uint32_t max_connections_;
    ConnectionTable table_;
    Pages<uint32_t, 256> slots_;  // by index of the connection: where it is in connections_, or marked in syn_cache_
    RecyclingPool<Connection> connections_;
    SynCache syn_cache_;
    HostWatch hosts_;
    KnownServers servers_;
    Hindsight hindsight_;
    RecentSegments recent_;
    CaptureRemarks remarks_;
    Forgotten forgotten_;
    Verdict verdict_;              // of the latest segment that did not take the fast path
    Verdict plain_verdict_;        // of the latest one that did
    mutable Connection expanded_;  // of a SYN in the cache that somebody asked about
    mutable uint32_t expanded_index_ = no_index;
};

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// What the table of connections needs to know of each connection, gathered while its segments pass.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>

#include "pool.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

struct Moment {
    int64_t time = 0;    ///< ns since the epoch
    uint32_t frame = 0;  ///< 0: there was none
};

/// A segment that the table tells more about.
struct NotedSegment : Moment {
    Verdict verdict;
};

struct ConnectionRow {
    Socket client, server;
    Moment first, last;                       ///< segments
    Snapshot latest{};                        ///< after the last segment, or an ICMP error behind it
    std::unique_ptr<NotedSegment> half_open;  ///< the last segment while it was so, null if there was none
    std::unique_ptr<NotedSegment> reset;      ///< the RST that ended it, else the last one; null if there was none
    HalfClose half_close;                     ///< at the last segment while it was so
    MaybeRole half_closed = MaybeRole::None;  ///< the closer
    EmbryonicKind embryonic = EmbryonicKind::None;
    bool was_reset = false;  ///< `reset` was accepted
    bool selected = false;
};

class ConnectionRows {
public:
    /// Takes in a segment, or an ICMP error, with the path of the former and the verdict. Throws std::bad_alloc.
    void note(const Path& path, const Verdict& verdict, Moment when);
    /// Takes in the time of a packet that is neither: the capture lasts until the latest.
    void note_time(int64_t time) { end_ = std::max(end_, time); }
    /// Chooses the connection for a table of chosen ones. Throws std::bad_alloc.
    void select(uint32_t conn) { row(conn).selected = true; }
    void clear() { *this = {}; }
    using Rows = Pages<ConnectionRow, 64>;
    const Rows& all() const { return rows_; }  ///< by index of the connection
    /// Gives back what is known of the connection: from now on its row is blank. Once.
    void forget(uint32_t conn) { rows_.drop(conn); }
    int64_t end() const { return end_; }  ///< the time of the latest packet

private:
    ConnectionRow& row(uint32_t conn);
    Rows rows_;
    int64_t end_ = std::numeric_limits<int64_t>::min();
};

}  // namespace tcpstate

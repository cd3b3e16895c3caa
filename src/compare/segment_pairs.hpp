// SPDX-License-Identifier: GPL-2.0-or-later
/// Which segment of one capture point is which of another, within a pair of connections.
#pragma once
#include <cstdint>
#include <vector>

#include "clocks.hpp"
#include "connection_pairs.hpp"

namespace tcpstate {

/// A segment at A and the one at B that is the same packet, or carries some of its bytes where an offload has cut
/// packets into pieces or put them together.
struct SegmentPair {
    uint32_t a = 0, b = 0;  ///< indices into the segments of either point
    uint32_t bytes = 0;     ///< of sequence space that they share
    bool exact = true;
    bool unique = false;  ///< nothing else was like it, so that no clock was needed to pair it
};

/// The connection as both points saw it, unpacked: for as long as somebody looks at it. Throws std::bad_alloc.
struct PairedConnection {
    PairedConnection(const SeenConnection& at_a, const SeenConnection& at_b, const ConnectionPair& ids)
        : a(at_a), b(at_b), pair(ids), segments_a(at_a.segments.unpacked()), segments_b(at_b.segments.unpacked()) {}

    const SeenConnection& a;
    const SeenConnection& b;
    ConnectionPair pair;
    std::vector<SeenSegment> segments_a, segments_b;

    Role sender_of(const SeenSegment& at_b) const { return pair.role_at_a(at_b.sender); }
    /// Numbers of a segment at B as they would be at A.
    Seq seq_at_a(const SeenSegment& at_b) const;
    Seq ack_at_a(const SeenSegment& at_b) const;
};

/// Pairs what needs no clock: what is there once at either point, or as often at both.
std::vector<SegmentPair> pair_segments(const PairedConnection& connection);

/// Pairs everything. `client_at_a`: the client is on A's side of B. `lost` repeats are told from those that arrived by
/// the time of their arrival.
std::vector<SegmentPair> pair_segments(const PairedConnection& connection, const ClockRelation& clocks,
                                       bool client_at_a);

}  // namespace tcpstate

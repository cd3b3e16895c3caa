// SPDX-License-Identifier: GPL-2.0-or-later
/// One connection as one of two points saw it, with numbers and times as at A, and quick answers to what was
/// acknowledged and carried there.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "fates.hpp"

namespace tcpstate {

class ConnectionAtPoint {
public:
    ConnectionAtPoint(const TwoPoints& points, const PairedConnection& connection, bool is_a);

    const std::vector<SeenSegment>& segments() const { return is_a_ ? c_.segments_a : c_.segments_b; }
    Role sender(const SeenSegment& s) const { return is_a_ ? s.sender : c_.sender_of(s); }
    int64_t time(const SeenSegment& s) const { return is_a_ ? s.time : clocks_.to_a(s.time); }
    const Life& life() const { return life_; }
    bool reports_drops() const { return point_.drops() != 0; }

    /// Where the segment ends, counted from the first number of its direction, beyond 2^32 too.
    int64_t end(uint32_t segment);
    /// When the peer's acknowledgment of all before `to` was seen first; INT64_MAX: never.
    int64_t acknowledged(Role of, int64_t to);
    /// Whether the last byte before `to` was seen by then.
    bool carried(Role of, int64_t to, int64_t by);
    /// The sender goes on after that time, as if the connection were alive.
    bool goes_on(Role of, int64_t after);
    /// It comes over another number of hops than the sender's first segment.
    bool is_from_elsewhere(const SeenSegment& s) const;

private:
    struct Acknowledged {
        int64_t to, time;
    };
    struct Carried {
        int64_t end, from, time;
    };
    /// What was seen of one direction.
    struct Direction {
        std::vector<Acknowledged> acknowledged;  // each farther than the one before
        std::vector<Carried> carried;            // in order of their ends
        int64_t latest = INT64_MIN;              // time of its sender's last segment, no RST
    };
    /// Takes in all segments; once, when somebody asks.
    void prepare();

    const CapturePoint& point_;
    const Life& life_;
    const PairedConnection& c_;
    const ClockRelation& clocks_;
    bool is_a_;
    bool prepared_ = false;
    std::array<Direction, 2> directions_;  // by Role of the sender, as A names it
    std::vector<int64_t> ends_;            // by segment
};

}  // namespace tcpstate

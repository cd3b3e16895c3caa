// SPDX-License-Identifier: GPL-2.0-or-later
#include "copies.hpp"

#include <algorithm>

namespace tcpstate {

namespace {

/// As many routers may lie between two points of one capture.
constexpr int most_hops_between = 4;

}  // namespace

bool is_never_sent_twice(const Connection& c, Side from, const Segment& segment) {
    const Endpoint& receiver = c.of(other(from));
    uint32_t const trigger = c.cold().latest_reset.trigger;
    if (segment.any(flag::Rst)) return trigger != 0 && trigger >= receiver.last_frame;
    if (segment.has(flag::Syn | flag::Ack)) return receiver.frames <= 1;
    // a retransmission takes a round trip at least (RFC 5681 3.2)
    int64_t const round_trip = 1000 * static_cast<int64_t>(c.round_trip_us);
    bool const too_soon = round_trip == 0 || elapsed(c.of(from).last_time, segment.time) < round_trip;
    return segment.span() != 0 && too_soon;
}

bool may_be_copy(const Connection& connection, Side from, const Segment& segment) {
    if (segment.any(flag::Rst)) {
        const ColdState& cold = connection.cold();
        bool const same = cold.reset_seen && cold.reset_by == from && cold.reset_seq == segment.seq;
        return same && elapsed(cold.reset_time, segment.time) <= latest_copy;
    }
    const Endpoint& sender = connection.of(from);
    if (elapsed(sender.last_time, segment.time) > latest_copy || segment.end() > sender.snd_nxt) return false;
    bool const was_acknowledged = !segment.any(flag::Ack) || (sender.acks && segment.ack <= sender.rcv_nxt());
    return sender.heard && was_acknowledged;
}

uint32_t RecentSegments::original_of(uint32_t connection, const Segment& segment, bool by_distance) const {
    int const fewest_hops = by_distance ? 1 : 0;
    uint32_t original = 0;
    for (const Recent& recent : ring_) {
        bool const same_numbers = recent.connection == connection && recent.seq == segment.seq;
        bool const same_header = recent.ip_id == segment.ip_id && recent.window == segment.window &&
                                 recent.flags == segment.flags && recent.ttl - segment.ttl >= fewest_hops &&
                                 recent.ttl - segment.ttl <= most_hops_between;
        bool const just_now = recent.time <= segment.time && elapsed(recent.time, segment.time) <= latest_copy;
        if (same_numbers && same_header && just_now && (original == 0 || recent.frame < original))
            original = recent.frame;
    }
    return original;
}

bool RecentSegments::was_seen_farther(uint32_t connection, const Segment& segment) const {
    if (segment.span() == 0) return false;
    return std::any_of(ring_.begin(), ring_.end(), [&](const Recent& recent) {
        bool const same = recent.connection == connection && recent.seq == segment.seq && recent.ack == segment.ack &&
                          recent.length == segment.length && recent.flags == segment.flags &&
                          recent.window == segment.window && recent.ip_id == segment.ip_id;
        bool const later = recent.ttl != unknown_ttl && elapsed(recent.time, segment.time) > latest_copy;
        return same && later && recent.ttl < segment.ttl && segment.ttl - recent.ttl <= most_hops_between;
    });
}

uint32_t RecentSegments::acknowledging(Seq number, uint32_t connection, Side from, const Turn& turn) const {
    uint32_t first = 0, last = 0;
    for (const Recent& recent : ring_) {
        if (recent.connection != connection || recent.from != from || recent.ack != number) continue;
        bool const answerable = (recent.flags & (flag::Ack | flag::Rst)) == flag::Ack && recent.time >= turn.earliest;
        if (!answerable) continue;
        bool const its_turn = recent.frame > turn.after && recent.time >= turn.usual;
        if (its_turn && (first == 0 || recent.frame < first)) first = recent.frame;
        if (recent.frame > last) last = recent.frame;
    }
    return first != 0 ? first : last;
}

}  // namespace tcpstate

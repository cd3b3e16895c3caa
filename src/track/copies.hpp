// SPDX-License-Identifier: GPL-2.0-or-later
/// Packets that the capture shows several times: captured on several interfaces, or before and behind a router.
#pragma once
#include <array>
#include <cstdint>

#include "connection.hpp"

namespace tcpstate {

/// The latest segments of the capture, whatever their connection.
class RecentSegments {
public:
    void note(uint32_t connection, Side from, const Segment& segment) {
        Recent& recent = ring_[noted_++ % ring_.size()];
        static_cast<SegmentHeader&>(recent) = segment;
        recent.connection = connection;
        recent.from = from;
    }
    /// The frame that first showed this packet, 0 if none. `by_distance`: only if that was before a router.
    uint32_t original_of(uint32_t connection, const Segment& segment, bool by_distance) const;

    /// Whether this very packet, which has an identification, was seen long before, farther from its sender. Its way
    /// takes time, and each router takes one off the TTL: seen by one clock, it cannot come in this order.
    bool was_seen_farther(uint32_t connection, const Segment& segment) const;

    struct Turn {
        int64_t earliest;  ///< what was sent before is not answered any more
        int64_t usual;     ///< what was sent before is answered by now, as a rule
        uint32_t after;    ///< up to this frame all is answered
    };
    /// What a RST of this number answers: a segment of `from` that acknowledges it. The first whose turn it is, because
    /// they are answered in the order in which they came; else the last. 0 if there is none.
    uint32_t acknowledging(Seq number, uint32_t connection, Side from, const Turn& turn) const;

private:
    struct Recent : SegmentHeader {
        uint32_t connection = no_index;
        Side from = Side::A;
    };
    std::array<Recent, 256> ring_;
    uint32_t noted_ = 0;
};

/// A copy follows its packet within this time.
inline constexpr int64_t latest_copy = millisecond;

/// Whether the segment brings nothing that its sender had not sent a moment ago, so that it may be a copy.
bool may_be_copy(const Connection& connection, Side from, const Segment& segment);
/// Whether no stack sends it twice so soon. Acknowledgments may come twice at once, a SYN,ACK answers each SYN and a
/// RST each segment of a flight: without an identification (IPv6, RFC 6864) they need not be copies.
bool is_never_sent_twice(const Connection& connection, Side from, const Segment& segment);

}  // namespace tcpstate

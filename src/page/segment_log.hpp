// SPDX-License-Identifier: GPL-2.0-or-later
/// What a page needs of each segment beside its verdict, by connection, in the order of the capture.
#pragma once
#include <cstdint>
#include <vector>

#include "pool.hpp"
#include "segment.hpp"

namespace tcpstate {

struct LoggedSegment {
    int64_t time = 0;
    uint32_t frame = 0;  ///< 0: no frame of the capture shows it
    Seq seq, ack;
    uint32_t length = 0;
    uint32_t next = 0;  ///< of its connection, 0: it is the last one
    uint16_t window = 0;
    uint16_t header_id = 0;  ///< tells the headers of a frame apart
    int16_t ttl = unknown_ttl;
    uint8_t flags = 0;
    uint8_t scale = no_scale;

    bool has(uint8_t bits) const { return (flags & bits) == bits; }
    uint32_t span() const { return length + (has(flag::Syn) ? 1 : 0) + (has(flag::Fin) ? 1 : 0); }
    Seq end() const { return seq + span(); }
};

class SegmentLog {
public:
    SegmentLog() { segments_.add(); }  // number 0 is none

    /// Takes in a header, or an ICMP error with a blank one, of a connection. Throws std::bad_alloc.
    void note(uint32_t conn, uint32_t frame, uint16_t header_id, int64_t time, const Segment& header) {
        if (conn >= lists_.size()) lists_.resize(size_t{conn} + 1);
        uint32_t const index =
            segments_.add(LoggedSegment{time, frame, header.seq, header.ack, header.length, 0, header.window, header_id,
                                        header.ttl, header.flags, header.scale});
        List& list = lists_[conn];
        (list.count++ == 0 ? list.first : segments_[list.last].next) = index;
        list.last = index;
    }
    uint32_t size() const { return segments_.size() - 1; }
    uint32_t count(uint32_t conn) const { return conn < lists_.size() ? lists_[conn].count : 0; }
    /// Calls `visit(segment)` for each one of the connection.
    template <typename Visit>
    void each(uint32_t conn, Visit&& visit) const {
        if (count(conn) == 0) return;
        for (uint32_t i = lists_[conn].first; i != 0; i = segments_[i].next) visit(segments_[i]);
    }

private:
    struct List {
        uint32_t first = 0, last = 0, count = 0;
    };
    Pool<LoggedSegment> segments_;
    std::vector<List> lists_;  // by connection
};

}  // namespace tcpstate

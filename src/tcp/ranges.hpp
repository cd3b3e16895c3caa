// SPDX-License-Identifier: GPL-2.0-or-later
/// Which part of one direction's sequence space has been seen: everything below an edge, and a few ranges beyond.
#pragma once
#include <array>
#include <cstdint>

#include "seq.hpp"

namespace tcpstate {

class SequenceRanges {
public:
    void start(Seq edge) {
        edge_ = edge;
        ranges_ = {};
    }
    /// The next `length` numbers above the edge were seen, and there is no hole.
    void advance(uint32_t length) { edge_ = edge_ + length; }
    /// First sequence number not seen: RCV.NXT of a receiver that got all that was seen.
    Seq edge() const { return edge_; }
    bool has_hole() const { return !ranges_[0].empty() || !ranges_[1].empty(); }
    /// Marks [from, to) as seen and returns how many numbers of it are new.
    uint32_t add(Seq from, Seq to);
    /// Everything below `edge` has arrived, seen or not (the receiver acknowledged it).
    void skip_to(Seq edge);

private:
    struct Range {
        Seq from, to;
        bool empty() const { return from == to; }
    };
    void absorb();  // the edge swallows ranges it has reached
    void keep(Range range);

    Seq edge_;
    /// More than two would cost every connection memory. Where a third is needed the farthest is dropped, which only
    /// delays the edge until the receiver acknowledges.
    std::array<Range, 2> ranges_{};
};

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// What was seen of one direction's sequence space beyond a hole.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "seq.hpp"

namespace tcpstate {

/// Ranges of sequence numbers beyond an edge up to which everything was seen. The edge itself is the endpoint's: a
/// direction without holes needs none of this.
///
/// At most `max_ranges` are kept. Where one more is needed, the farthest is forgotten: of its numbers, and of all
/// between it and the farthest ever seen, it is no longer known whether they were seen. They are called blurred until
/// the edge has passed them, and count neither as new nor as repeated.
class SequenceRanges {
public:
    static constexpr size_t max_ranges = 64;

    /// What is known of the numbers of a segment.
    struct Finding {
        uint32_t unseen = 0;  ///< how many of them were certainly not seen before
        bool certain = true;  ///< false when some of them are blurred
    };

    bool empty() const { return ranges_.empty() && blurred_.empty(); }
    /// Of [from, to), where everything below `edge` was seen.
    Finding find(Seq edge, Seq from, Seq to) const;
    /// Where the edge ends up when [from, to) is seen: past the ranges that it reaches.
    Seq edge_after(Seq edge, Seq from, Seq to) const;
    /// Where the edge ends up that has come to `edge`.
    Seq reach(Seq edge) const;
    /// [from, to) was seen, and so was everything below `edge`, the one after it. Throws std::bad_alloc.
    void update(Seq edge, Seq from, Seq to);
    /// Forgets what lies below the edge.
    void drop_below(Seq edge);
    void clear();

private:
    struct Range {
        Seq from, to;
        bool empty() const { return from == to; }
    };
    void add(Seq from, Seq to);
    void blur(Range range);

    std::vector<Range> ranges_;  // in order, with a hole between any two
    Range blurred_;
};

}  // namespace tcpstate

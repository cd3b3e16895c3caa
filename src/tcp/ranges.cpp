// SPDX-License-Identifier: GPL-2.0-or-later
#include "ranges.hpp"

#include <algorithm>

namespace tcpstate {

namespace {
Seq earlier(Seq a, Seq b) { return a < b ? a : b; }
uint32_t length(Seq from, Seq to) { return from < to ? static_cast<uint32_t>(to - from) : 0; }
}  // namespace

uint32_t SequenceRanges::add(Seq from, Seq to) {
    if (to <= edge_ || from == to) return 0;
    from = later(from, edge_);
    uint32_t fresh = length(from, to);
    if (!has_hole() && from == edge_) {  // in order, as nearly always
        edge_ = to;
        return fresh;
    }
    for (const Range& range : ranges_)
        if (!range.empty()) fresh -= std::min(fresh, length(later(from, range.from), earlier(to, range.to)));
    if (from == edge_) {
        edge_ = to;
        absorb();
        return fresh;
    }
    for (Range& range : ranges_) {  // merge with those that it touches
        if (range.empty() || range.from > to || from > range.to) continue;
        from = earlier(from, range.from);
        to = later(to, range.to);
        range = {};
    }
    keep({from, to});
    return fresh;
}

void SequenceRanges::keep(Range range) {
    for (Range& place : ranges_) {
        if (!place.empty()) continue;
        place = range;
        return;
    }
    Range& farthest = ranges_[0].from > ranges_[1].from ? ranges_[0] : ranges_[1];
    if (range.from < farthest.from) farthest = range;
}

void SequenceRanges::skip_to(Seq edge) {
    if (edge <= edge_) return;
    edge_ = edge;
    if (has_hole()) absorb();
}

void SequenceRanges::absorb() {
    for (int pass = 0; pass < 2; ++pass) {  // swallowing one may reach the other
        for (Range& range : ranges_) {
            if (range.empty() || range.from > edge_) continue;
            edge_ = later(edge_, range.to);
            range = {};
        }
    }
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "ranges.hpp"

#include <algorithm>

namespace tcpstate {

namespace {
Seq earlier(Seq a, Seq b) { return a < b ? a : b; }
uint32_t length(Seq from, Seq to) { return from < to ? static_cast<uint32_t>(to - from) : 0; }
}  // namespace

SequenceRanges::Finding SequenceRanges::find(Seq edge, Seq from, Seq to) const {
    from = later(from, edge);
    Finding found{length(from, to), true};
    for (const Range& range : ranges_) found.unseen -= length(later(from, range.from), earlier(to, range.to));
    bool const doubtful =
        !blurred_.empty() && found.unseen > 0 && length(later(from, blurred_.from), earlier(to, blurred_.to)) > 0;
    return doubtful ? Finding{0, false} : found;
}

Seq SequenceRanges::edge_after(Seq edge, Seq from, Seq to) const {
    return from <= edge && to > edge ? reach(to) : edge;
}

Seq SequenceRanges::reach(Seq edge) const {
    for (const Range& range : ranges_) {
        if (range.from > edge) break;
        edge = later(edge, range.to);
    }
    return edge;
}

void SequenceRanges::update(Seq edge, Seq from, Seq to) {
    if (to > edge && from != to) add(later(from, edge), to);
    drop_below(edge);
}

void SequenceRanges::add(Seq from, Seq to) {
    auto const first = std::find_if(ranges_.begin(), ranges_.end(), [&](const Range& r) { return r.to >= from; });
    auto const last = std::find_if(first, ranges_.end(), [&](const Range& r) { return r.from > to; });
    if (first != last) {  // it touches [first, last): they become one
        *first = {earlier(from, first->from), later(to, (last - 1)->to)};
        ranges_.erase(first + 1, last);
        return;
    }
    if (ranges_.size() < max_ranges) {
        ranges_.insert(first, {from, to});
        return;
    }
    if (first == ranges_.end()) return blur({from, to});
    auto const index = first - ranges_.begin();
    blur(ranges_.back());
    ranges_.pop_back();
    ranges_.insert(ranges_.begin() + index, {from, to});
}

void SequenceRanges::blur(Range range) {
    blurred_ = blurred_.empty() ? range : Range{earlier(range.from, blurred_.from), later(range.to, blurred_.to)};
}

void SequenceRanges::drop_below(Seq edge) {
    auto const first = std::find_if(ranges_.begin(), ranges_.end(), [&](const Range& r) { return r.to > edge; });
    ranges_.erase(ranges_.begin(), first);
    if (!ranges_.empty()) ranges_.front().from = later(ranges_.front().from, edge);
    if (blurred_.empty()) return;
    blurred_.from = later(blurred_.from, edge);
    if (blurred_.from >= blurred_.to) blurred_ = {};
}

void SequenceRanges::clear() {
    ranges_.clear();
    blurred_ = {};
}

}  // namespace tcpstate

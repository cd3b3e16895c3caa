// SPDX-License-Identifier: GPL-2.0-or-later
#include "coverage.hpp"

namespace tcpstate {

namespace {
Seq earlier(Seq a, Seq b) { return a < b ? a : b; }
uint32_t length(Seq from, Seq to) { return from < to ? static_cast<uint32_t>(to - from) : 0; }
}  // namespace

uint32_t Coverage::add(Seq from, Seq to) {
    if (to <= edge_) return 0;
    from = later(from, edge_);
    uint32_t fresh = length(from, to);
    for (uint8_t i = 0; i < count_; ++i)
        fresh -= length(later(from, islands_[i].from), earlier(to, islands_[i].to));
    if (from == edge_) {
        edge_ = to;
        absorb();
        return fresh;
    }
    for (uint8_t i = 0; i < count_;) {      // merge with the islands that it touches
        if (islands_[i].from <= to && from <= islands_[i].to) {
            from = earlier(from, islands_[i].from);
            to = later(to, islands_[i].to);
            remove(i);
        } else {
            ++i;
        }
    }
    if (count_ == max_islands) {
        uint8_t const farthest = islands_[0].from > islands_[1].from ? 0 : 1;
        if (from > islands_[farthest].from) return fresh;
        remove(farthest);
    }
    islands_[count_++] = {from, to};
    return fresh;
}

void Coverage::skip_to(Seq edge) {
    if (edge <= edge_) return;
    edge_ = edge;
    absorb();
}

void Coverage::absorb() {
    for (uint8_t i = 0; i < count_;) {
        if (islands_[i].from <= edge_) {
            edge_ = later(edge_, islands_[i].to);
            remove(i);
            i = 0;
        } else {
            ++i;
        }
    }
}

void Coverage::remove(uint8_t i) {
    islands_[i] = islands_[--count_];
}

}  // namespace tcpstate

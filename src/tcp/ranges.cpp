// SPDX-License-Identifier: GPL-2.0-or-later
#include "ranges.hpp"

#include <algorithm>

namespace tcpstate {

namespace {
Seq earlier(Seq a, Seq b) { return a < b ? a : b; }
uint32_t length(Seq from, Seq to) { return from < to ? static_cast<uint32_t>(to - from) : 0; }
}  // namespace

uint32_t Coverage::add(Seq from, Seq to) {
    if (to <= edge_ || from == to) return 0;
    from = later(from, edge_);
    uint32_t fresh = length(from, to);
    if (!has_hole() && from == edge_) {     // in order, as nearly always
        edge_ = to;
        return fresh;
    }
    for (const Island& island : islands_)
        if (!island.empty()) fresh -= std::min(fresh, length(later(from, island.from), earlier(to, island.to)));
    if (from == edge_) {
        edge_ = to;
        absorb();
        return fresh;
    }
    for (Island& island : islands_) {       // merge with those that it touches
        if (island.empty() || island.from > to || from > island.to) continue;
        from = earlier(from, island.from);
        to = later(to, island.to);
        island = {};
    }
    keep({from, to});
    return fresh;
}

void Coverage::keep(Island island) {
    for (Island& place : islands_) {
        if (!place.empty()) continue;
        place = island;
        return;
    }
    Island& farthest = islands_[0].from > islands_[1].from ? islands_[0] : islands_[1];
    if (island.from < farthest.from) farthest = island;
}

void Coverage::skip_to(Seq edge) {
    if (edge <= edge_) return;
    edge_ = edge;
    if (has_hole()) absorb();
}

void Coverage::absorb() {
    for (int pass = 0; pass < 2; ++pass) {      // swallowing one may reach the other
        for (Island& island : islands_) {
            if (island.empty() || island.from > edge_) continue;
            edge_ = later(edge_, island.to);
            island = {};
        }
    }
}

}  // namespace tcpstate

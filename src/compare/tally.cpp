// SPDX-License-Identifier: GPL-2.0-or-later
#include "tally.hpp"

#include <algorithm>

#include "clock.hpp"

namespace tcpstate {
namespace {

int64_t bucket(int64_t time) { return time / millisecond - (time % millisecond < 0 ? 1 : 0); }

}  // namespace

void Tally::note(int64_t time) { ++counts_[bucket(time)]; }

void Tally::finish() {
    sums_.insert(sums_.end(), counts_.begin(), counts_.end());
    counts_ = {};
    std::sort(sums_.begin(), sums_.end());
    size_t sum = 0;
    for (auto& [time, count] : sums_) count = sum += count;
}

size_t Tally::count(int64_t begin, int64_t end) const {
    auto const before = [](int64_t limit, const auto& each) { return limit < each.first; };
    auto const last = std::upper_bound(sums_.begin(), sums_.end(), bucket(end), before);
    auto const first = std::upper_bound(sums_.begin(), last, bucket(begin) - 1, before);
    return last == first ? 0 : std::prev(last)->second - std::prev(first)->second;
}

}  // namespace tcpstate

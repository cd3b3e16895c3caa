// SPDX-License-Identifier: GPL-2.0-or-later
#include "tally.hpp"

#include <algorithm>
#include <iterator>

#include "clock.hpp"

namespace tcpstate {
namespace {

int64_t bucket(int64_t time) { return time / millisecond - (time % millisecond < 0 ? 1 : 0); }

}  // namespace

void Tally::note(int64_t time) {
    int64_t const when = bucket(time);
    if (!counts_.empty() && counts_.back().first == when)
        ++counts_.back().second;
    else
        counts_.emplace_back(when, 1);
    if (counts_.size() < limit_) return;
    gather();
    limit_ = std::max(limit_, 2 * counts_.size());
}

void Tally::gather() {
    std::sort(counts_.begin(), counts_.end());
    size_t kept = 0;
    for (auto const& each : counts_)
        if (kept != 0 && counts_[kept - 1].first == each.first)
            counts_[kept - 1].second += each.second;
        else
            counts_[kept++] = each;
    counts_.resize(kept);
}

void Tally::finish() {
    gather();
    size_t sum = 0;
    for (auto& [time, count] : counts_) count = sum += count;
}

size_t Tally::count(int64_t begin, int64_t end) const {
    auto const until = [&](int64_t last) {
        auto const behind = std::upper_bound(counts_.begin(), counts_.end(), last,
                                             [](int64_t limit, const auto& each) { return limit < each.first; });
        return behind == counts_.begin() ? 0 : std::prev(behind)->second;
    };
    return until(bucket(end)) - until(bucket(begin) - 1);
}

}  // namespace tcpstate

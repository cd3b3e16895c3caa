// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparison.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>

namespace tcpstate {
namespace {

/// Times of one direction at both points, by their own clocks.
struct Delays {
    std::vector<int64_t> to_server, to_client;  ///< ns: B's time minus A's
};

int64_t median(std::vector<int64_t>& values) {
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// What is there once at both points.
std::vector<SegmentPair> unique_pairs(const PairedConnection& connection) {
    std::vector<SegmentPair> pairs = pair_segments(connection);
    std::erase_if(pairs, [](const SegmentPair& pair) { return !pair.unique; });
    return pairs;
}

/// Positive: the client is on A's side, negative: on B's, 0: unknown. Each router takes one from the TTL; where there
/// is none between the points, what is seen first was there first, whatever the clocks say: with both directions the
/// offset falls out of the sum.
int orientation(const PairedConnection& connection, const std::vector<SegmentPair>& pairs) {
    int by_ttl = 0;
    Delays delays;
    for (const SegmentPair& pair : pairs) {
        const SeenSegment &a = connection.a.segments[pair.a], &b = connection.b.segments[pair.b];
        bool const to_server = a.sender == Role::Client;
        if (a.ttl != unknown_ttl && b.ttl != unknown_ttl && a.ttl != b.ttl)
            by_ttl += (a.ttl > b.ttl) == to_server ? 1 : -1;
        (to_server ? delays.to_server : delays.to_client).push_back(b.time - a.time);
    }
    if (by_ttl != 0) return by_ttl;
    if (delays.to_server.empty() || delays.to_client.empty()) return 0;
    int64_t const round_trip = median(delays.to_server) - median(delays.to_client);
    return round_trip > 0 ? 1 : round_trip < 0 ? -1 : 0;
}

/// A connection of two points, before the clocks are known.
struct Draft {
    ConnectionPair pair;
    std::vector<SegmentPair> unique;
    int orientation = 0;
};

std::vector<Draft> draft(const CapturePoint& a, const CapturePoint& b) {
    std::vector<Draft> drafts;
    for (const ConnectionPair& pair : pair_connections(a, b)) {
        PairedConnection const connection{a.connections()[pair.a], b.connections()[pair.b], pair};
        Draft each{pair, unique_pairs(connection), 0};
        each.orientation = orientation(connection, each.unique);
        drafts.push_back(std::move(each));
    }
    return drafts;
}

/// Where a connection does not tell it itself, others of its server do, then most others.
void orient_the_rest(const CapturePoint& a, std::vector<Draft>& drafts) {
    auto const server = [&](const Draft& draft) { return a.connections()[draft.pair.a].server.address.bytes; };
    std::map<std::array<uint8_t, 16>, int> of_server;
    int of_all = 0;
    for (const Draft& draft : drafts) {
        int const vote = draft.orientation > 0 ? 1 : draft.orientation < 0 ? -1 : 0;
        of_server[server(draft)] += vote;
        of_all += vote;
    }
    for (Draft& draft : drafts) {
        if (draft.orientation == 0) draft.orientation = of_server[server(draft)];
        if (draft.orientation == 0) draft.orientation = of_all >= 0 ? 1 : -1;
    }
}

ClockRelation relate_clocks(const CapturePoint& a, const CapturePoint& b, const std::vector<Draft>& drafts) {
    std::vector<ClockSample> samples;
    for (const Draft& draft : drafts) {
        const SeenConnection &at_a = a.connections()[draft.pair.a], &at_b = b.connections()[draft.pair.b];
        for (const SegmentPair& pair : draft.unique) {
            const SeenSegment& segment = at_a.segments[pair.a];
            bool const towards_b = (segment.sender == Role::Client) == (draft.orientation > 0);
            samples.push_back({segment.time, at_b.segments[pair.b].time, towards_b});
        }
    }
    return ClockRelation::estimate(std::move(samples));
}

/// As long as the point's packets show, or longer, as far as what the other point saw come from its side allows.
Life life_of(const CapturePoint& point, const CapturePoint& other, const ClockRelation& clocks, bool is_a,
             const std::vector<Draft>& drafts) {
    auto const by_a = [&](int64_t time, bool at_a) { return at_a ? time : clocks.to_a(time); };
    int64_t const slack = clocks.bound() == ClockRelation::no_bound ? 0 : clocks.bound();
    Life life;
    life.begin = life.shown_from = by_a(point.begin(), is_a) - slack;
    life.end = life.shown_until = by_a(point.end(), is_a) + slack;
    if (point.limits_known()) return life;
    bool begun_later = false, over_before = false;
    for (const Draft& draft : drafts) {
        const SeenConnection& seen = other.connections()[is_a ? draft.pair.b : draft.pair.a];
        for (const SeenSegment& segment : seen.segments) {
            Role const sender = is_a ? draft.pair.role_at_a(segment.sender) : segment.sender;
            bool const from_a = (sender == Role::Client) == (draft.orientation > 0);
            if (from_a != is_a || segment.any(flag::Rst) || segment.is_copy) continue;
            int64_t const time = by_a(segment.time, !is_a);
            begun_later = begun_later || time < life.shown_from;
            over_before = over_before || time > life.shown_until;
        }
    }
    if (!begun_later) life.begin = std::numeric_limits<int64_t>::min();
    if (!over_before) life.end = std::numeric_limits<int64_t>::max();
    return life;
}

Stretch compare(const CapturePoint& a, const CapturePoint& b, char name_a, char name_b) {
    std::vector<Draft> drafts = draft(a, b);
    orient_the_rest(a, drafts);
    Stretch stretch{a, b, relate_clocks(a, b, drafts), {}};
    Points points{a, b, stretch.clocks};
    points.life_of_a = life_of(a, b, stretch.clocks, true, drafts);
    points.life_of_b = life_of(b, a, stretch.clocks, false, drafts);
    for (Draft& draft : drafts) {
        Passage passage{draft.pair, draft.orientation > 0, {}, {}};
        passage.crossings = judge(points, stretch.connection(passage), passage.client_at_a);
        stretch.passages.push_back(std::move(passage));
    }
    for (Passage& passage : stretch.passages) passage.findings = find(stretch, passage, name_a, name_b);
    return stretch;
}

}  // namespace

Comparison::Comparison(std::vector<CapturePoint> points, bool ordered) : points_(std::move(points)) {
    if (!ordered) order();
    for (size_t i = 0; i + 1 < points_.size(); ++i)
        stretches_.push_back(
            compare(points_[i], points_[i + 1], static_cast<char>('A' + i), static_cast<char>('B' + i)));
    link();
}

/// The point that is nearer to the clients of most connections comes first.
void Comparison::order() {
    size_t const count = points_.size();
    std::vector<int> nearer(count, 0);  // to how many other points
    for (size_t i = 0; i < count; ++i)
        for (size_t j = i + 1; j < count; ++j) {
            int balance = 0;
            for (const Draft& each : draft(points_[i], points_[j]))
                balance += each.orientation > 0 ? 1 : each.orientation < 0 ? -1 : 0;
            if (balance >= 0) ++nearer[i];
            if (balance < 0) ++nearer[j];
        }
    std::vector<size_t> places(count);
    for (size_t i = 0; i < count; ++i) places[i] = i;
    std::stable_sort(places.begin(), places.end(), [&](size_t x, size_t y) { return nearer[x] > nearer[y]; });
    std::vector<CapturePoint> sorted;
    for (size_t const place : places) sorted.push_back(std::move(points_[place]));
    points_ = std::move(sorted);
}

void Comparison::link() {
    std::vector<std::vector<uint32_t>> of(points_.size());  // by point and connection: which of connections_
    auto const add = [&](size_t point, uint32_t index) {
        if (of[point].empty()) of[point].assign(points_[point].connections().size(), no_index);
        if (of[point][index] == no_index) {
            of[point][index] = static_cast<uint32_t>(connections_.size());
            connections_.push_back(
                {std::vector<uint32_t>(points_.size(), no_index), std::vector<uint32_t>(stretches_.size(), no_index)});
            connections_.back().at[point] = index;
        }
        return of[point][index];
    };
    for (size_t point = 0; point < points_.size(); ++point) {
        for (uint32_t i = 0; i < points_[point].connections().size(); ++i)
            if (!points_[point].connections()[i].segments.empty()) add(point, i);
        if (point == stretches_.size()) return;
        of[point + 1].assign(points_[point + 1].connections().size(), no_index);
        for (uint32_t i = 0; i < stretches_[point].passages.size(); ++i) {
            const ConnectionPair& pair = stretches_[point].passages[i].pair;
            ComparedConnection& connection = connections_[of[point][pair.a]];
            connection.passages[point] = i;
            connection.at[point + 1] = pair.b;
            of[point + 1][pair.b] = of[point][pair.a];
        }
    }
}

bool Comparison::have_common() const {
    return std::any_of(stretches_.begin(), stretches_.end(), [](const Stretch& s) { return !s.passages.empty(); });
}

int64_t Comparison::to_first(size_t point, int64_t time) const {
    while (point > 0) time = stretches_[--point].clocks.to_a(time);
    return time;
}

const char* name(FindingKind kind) {
    static constexpr const char* names[] = {"rst-forged",      "rst-lost",       "rst-sent",          "path-silent",
                                            "answers-lost",    "host-silent",    "half-open",         "fin-lost",
                                            "last-ack-lost",   "syn-lost",       "data-injected",     "lost",
                                            "payload-changed", "header-changed", "address-rewritten", "numbers-shifted",
                                            "duplicated",      "reordered",      "not-captured"};
    static_assert(std::size(names) == static_cast<size_t>(FindingKind::Count));
    return names[static_cast<size_t>(kind)];
}

}  // namespace tcpstate

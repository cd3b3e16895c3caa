// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparison.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>

namespace tcpstate {
namespace {

/// Positive: the client is on A's side, negative: on B's, 0: unknown. Each router takes one from the TTL; where there
/// is none between the points, what is seen first was there first: the difference between one direction's delay and the
/// other's, a moment later, is the round trip whatever the clocks say.
int orientation(const PairedConnection& connection, const std::vector<SegmentPair>& pairs) {
    struct Delay {
        int64_t time = 0, delay = 0;
        bool to_server = true;
    };
    int by_ttl = 0;
    std::vector<Delay> delays;
    for (const SegmentPair& pair : pairs) {
        if (!pair.unique) continue;
        const SeenSegment &a = connection.a.segments[pair.a], &b = connection.b.segments[pair.b];
        bool const to_server = a.sender == Role::Client;
        if (a.ttl != unknown_ttl && b.ttl != unknown_ttl && a.ttl != b.ttl)
            by_ttl += (a.ttl > b.ttl) == to_server ? 1 : -1;
        delays.push_back({a.time, b.time - a.time, to_server});
    }
    if (by_ttl != 0) return by_ttl;
    std::sort(delays.begin(), delays.end(), [](const Delay& x, const Delay& y) { return x.time < y.time; });
    std::vector<int64_t> round_trips;
    for (size_t i = 1; i < delays.size(); ++i) {
        const Delay &one = delays[i - 1], &next = delays[i];
        if (one.to_server != next.to_server)
            round_trips.push_back(one.to_server ? one.delay - next.delay : next.delay - one.delay);
    }
    if (round_trips.empty()) return 0;
    auto const middle = round_trips.begin() + static_cast<std::ptrdiff_t>(round_trips.size() / 2);
    std::nth_element(round_trips.begin(), middle, round_trips.end());
    return *middle > 0 ? 1 : *middle < 0 ? -1 : 0;
}

/// A connection of two points, before the clocks are known.
struct Draft {
    ConnectionPair pair;
    std::vector<SegmentPair> pairs;  ///< that need no clock
    int orientation = 0;
};

std::vector<Draft> draft(const CapturePoint& a, const CapturePoint& b) {
    std::vector<Draft> drafts;
    for (const ConnectionPair& pair : pair_connections(a, b)) {
        PairedConnection const connection = connection_of(a, b, pair);
        Draft each{pair, pair_segments(connection), 0};
        each.orientation = orientation(connection, each.pairs);
        drafts.push_back(std::move(each));
    }
    return drafts;
}

/// Client and server by address, as the point names them.
using Hosts = std::pair<std::array<uint8_t, 16>, std::array<uint8_t, 16>>;

Hosts hosts_of(const SeenConnection& connection) {
    return {connection.client.address.bytes, connection.server.address.bytes};
}

/// What one point has not seen at all, of hosts whose other connections pass it, or when it has seen nothing.
void add_missing(const CapturePoint& a, const CapturePoint& b, std::vector<Draft>& drafts) {
    for (bool const is_a : {true, false}) {
        const CapturePoint &here = is_a ? a : b, &there = is_a ? b : a;
        std::vector<bool> paired(here.connections().size());
        std::set<Hosts> passing;
        for (const Draft& draft : drafts) {
            uint32_t const index = is_a ? draft.pair.a : draft.pair.b;
            if (index == no_index) continue;
            paired[index] = true;
            passing.insert(hosts_of(here.connections()[index]));
        }
        bool const saw_nothing = there.connections().empty();
        for (uint32_t i = 0; i < paired.size(); ++i) {
            const SeenConnection& seen = here.connections()[i];
            if (paired[i] || seen.segments.empty() || (!saw_nothing && !passing.contains(hosts_of(seen)))) continue;
            drafts.push_back({is_a ? ConnectionPair{i, no_index} : ConnectionPair{no_index, i}, {}, 0});
        }
    }
}

/// Where a connection does not tell it itself, others of its server do, then most others.
void orient_the_rest(const CapturePoint& a, const CapturePoint& b, std::vector<Draft>& drafts) {
    auto const server = [&](const Draft& draft) {
        PairedConnection const connection = connection_of(a, b, draft.pair);
        return (draft.pair.a != no_index ? connection.a : connection.b).server.address.bytes;
    };
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
        PairedConnection const connection = connection_of(a, b, draft.pair);
        for (const SegmentPair& pair : draft.pairs) {
            if (!pair.unique) continue;
            const SeenSegment& segment = connection.a.segments[pair.a];
            bool const towards_b = (segment.sender == Role::Client) == (draft.orientation > 0);
            samples.push_back({segment.time, connection.b.segments[pair.b].time, towards_b});
        }
    }
    return ClockRelation::estimate(std::move(samples));
}

/// As long as the point's packets show, or longer, as far as what the other point saw come from its side allows.
Life life_of(const CapturePoint& point, const CapturePoint& other, const ClockRelation& clocks, bool is_a,
             const std::vector<Draft>& drafts) {
    auto const by_a = [&](int64_t time, bool at_a) { return at_a ? time : clocks.to_a(time); };
    int64_t const slack = clocks.slack();
    Life life;
    life.begin = life.shown_from = by_a(point.begin(), is_a) - slack;
    life.end = life.shown_until = by_a(point.end(), is_a) + slack;
    if (point.limits_known()) return life;
    // A single one may have been forged.
    constexpr int enough = 2;
    int before = 0, after = 0;
    for (const Draft& draft : drafts) {
        PairedConnection const connection =
            is_a ? connection_of(point, other, draft.pair) : connection_of(other, point, draft.pair);
        const SeenConnection& seen = is_a ? connection.b : connection.a;
        std::vector<bool> paired(seen.segments.size());
        for (const SegmentPair& pair : draft.pairs) paired[is_a ? pair.b : pair.a] = true;
        for (size_t i = 0; i < seen.segments.size(); ++i) {
            const SeenSegment& segment = seen.segments[i];
            Role const sender = is_a ? draft.pair.role_at_a(segment.sender) : segment.sender;
            bool const from_a = (sender == Role::Client) == (draft.orientation > 0);
            if (paired[i] || from_a != is_a || segment.any(flag::Rst) || segment.is_copy) continue;
            int64_t const time = by_a(segment.time, !is_a);
            if (time < life.shown_from) ++before;
            if (time > life.shown_until) ++after;
        }
    }
    if (before < enough) life.begin = std::numeric_limits<int64_t>::min();
    if (after < enough) life.end = std::numeric_limits<int64_t>::max();
    return life;
}

void note_times(Stretch& stretch) {
    for (const Passage& passage : stretch.passages)
        for (const Crossing& c : passage.crossings) {
            size_t const direction = c.from_a ? 0 : 1;
            if (c.fate == Fate::Passed) stretch.passed[direction].push_back(c.time);
            if (c.fate == Fate::Lost) stretch.lost[direction].push_back(c.time);
        }
    for (auto* const times : {&stretch.passed, &stretch.lost})
        for (std::vector<int64_t>& of_direction : *times) std::sort(of_direction.begin(), of_direction.end());
}

Stretch compare(const CapturePoint& a, const CapturePoint& b, char name_a, char name_b) {
    std::vector<Draft> drafts = draft(a, b);
    add_missing(a, b, drafts);
    orient_the_rest(a, b, drafts);
    Stretch stretch{{a, b, relate_clocks(a, b, drafts), {}, {}}, {}, {}, {}};
    stretch.life_of_a = life_of(a, b, stretch.clocks, true, drafts);
    stretch.life_of_b = life_of(b, a, stretch.clocks, false, drafts);
    for (Draft& draft : drafts) {
        Passage passage{draft.pair, draft.orientation > 0, {}, {}};
        passage.crossings = judge(stretch, stretch.connection(passage), passage.client_at_a);
        stretch.passages.push_back(std::move(passage));
    }
    note_times(stretch);
    for (Passage& passage : stretch.passages) passage.findings = find(stretch, passage, name_a, name_b);
    return stretch;
}

}  // namespace

size_t Stretch::count(Fate fate, bool from_a, int64_t begin, int64_t end) const {
    const std::vector<int64_t>& times = (fate == Fate::Passed ? passed : lost)[from_a ? 0 : 1];
    auto const first = std::lower_bound(times.begin(), times.end(), begin);
    return static_cast<size_t>(std::upper_bound(first, times.end(), end) - first);
}

PairedConnection connection_of(const CapturePoint& a, const CapturePoint& b, const ConnectionPair& pair) {
    static const SeenConnection unseen;
    return {pair.a == no_index ? unseen : a.connections()[pair.a],
            pair.b == no_index ? unseen : b.connections()[pair.b], pair};
}

Comparison::Comparison(std::vector<CapturePoint> points, bool ordered) : points_(std::move(points)) {
    if (!ordered) order();
    for (size_t i = 0; i + 1 < points_.size(); ++i) join_fragments(points_[i], points_[i + 1]);
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
    sorted.reserve(count);
    for (size_t const place : places) sorted.push_back(std::move(points_[place]));
    points_ = std::move(sorted);
}

void Comparison::link() {
    std::vector<std::vector<uint32_t>> of(points_.size());  // by point and connection: which of connections_
    for (size_t point = 0; point < points_.size(); ++point)
        of[point].assign(points_[point].connections().size(), no_index);
    auto const add = [&](size_t point, uint32_t index) {
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
        for (uint32_t i = 0; i < stretches_[point].passages.size(); ++i) {
            const ConnectionPair& pair = stretches_[point].passages[i].pair;
            uint32_t const index = pair.a != no_index ? of[point][pair.a] : add(point + 1, pair.b);
            ComparedConnection& connection = connections_[index];
            connection.passages[point] = i;
            connection.at[point + 1] = pair.b;
            if (pair.b != no_index) of[point + 1][pair.b] = index;
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
    static constexpr const char* names[] = {
        "rst-forged",        "rst-lost",        "rst-sent",   "path-silent",     "answers-lost",
        "host-silent",       "half-open",       "close-wait", "fin-lost",        "last-ack-lost",
        "syn-lost",          "data-injected",   "lost",       "payload-changed", "header-changed",
        "address-rewritten", "numbers-shifted", "duplicated", "reordered",       "not-captured"};
    static_assert(std::size(names) == static_cast<size_t>(FindingKind::Count));
    return names[static_cast<size_t>(kind)];
}

}  // namespace tcpstate

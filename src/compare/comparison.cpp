// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparison.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>

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
        const SeenSegment &a = connection.segments_a[pair.a], &b = connection.segments_b[pair.b];
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
    int orientation = 0;

    bool goes_from_a(Role sender) const { return (sender == Role::Client) == (orientation > 0); }
};

/// What is unpaired at the other point though it came past this one: only the extremes tell when that began and ended.
/// A single one may have been forged.
class Unpaired {
public:
    void note(int64_t time) {
        if (time < earliest_[1]) earliest_[1] = time;
        if (earliest_[1] < earliest_[0]) std::swap(earliest_[0], earliest_[1]);
        if (time > latest_[1]) latest_[1] = time;
        if (latest_[1] > latest_[0]) std::swap(latest_[0], latest_[1]);
    }
    /// By the clock of the point that saw them; nothing if there were not two.
    std::optional<int64_t> second_earliest() const { return known(earliest_[1]); }
    std::optional<int64_t> second_latest() const { return known(latest_[1]); }

private:
    static constexpr int64_t most = std::numeric_limits<int64_t>::max(), least = std::numeric_limits<int64_t>::min();
    static std::optional<int64_t> known(int64_t time) {
        return time == most || time == least ? std::nullopt : std::optional(time);
    }
    std::array<int64_t, 2> earliest_{most, most}, latest_{least, least};
};

/// What all connections of two points say of their clocks and of how long each was captured.
struct Survey {
    ClockSamples samples;
    Unpaired at_a, at_b;

    void take(const Draft& draft, const PairedConnection& connection, const std::vector<SegmentPair>& pairs) {
        std::vector<bool> paired_a(connection.segments_a.size()), paired_b(connection.segments_b.size());
        for (const SegmentPair& pair : pairs) {
            paired_a[pair.a] = paired_b[pair.b] = true;
            const SeenSegment& segment = connection.segments_a[pair.a];
            if (pair.unique)
                samples.add({segment.time, connection.segments_b[pair.b].time, draft.goes_from_a(segment.sender)});
        }
        auto const counts = [](const SeenSegment& segment) { return !segment.any(flag::Rst) && !segment.is_copy; };
        for (size_t i = 0; i < paired_a.size(); ++i) {
            const SeenSegment& segment = connection.segments_a[i];
            if (!paired_a[i] && counts(segment) && !draft.goes_from_a(segment.sender)) at_a.note(segment.time);
        }
        for (size_t i = 0; i < paired_b.size(); ++i) {
            const SeenSegment& segment = connection.segments_b[i];
            if (!paired_b[i] && counts(segment) && draft.goes_from_a(connection.sender_of(segment)))
                at_b.note(segment.time);
        }
    }
};

/// Pairs what needs no clock, and finds the side of each client.
std::vector<Draft> draft(const CapturePoint& a, const CapturePoint& b, Survey& survey) {
    std::vector<Draft> drafts;
    for (const ConnectionPair& pair : pair_connections(a, b)) {
        PairedConnection const connection = connection_of(a, b, pair);
        std::vector<SegmentPair> const pairs = pair_segments(connection);
        drafts.push_back({pair, orientation(connection, pairs)});
        if (drafts.back().orientation != 0) survey.take(drafts.back(), connection, pairs);
    }
    return drafts;
}

/// Positive: more clients are on A's side. The first connections that tell it decide.
int votes(const CapturePoint& a, const CapturePoint& b) {
    constexpr int enough = 500;
    // What never came to the other point was on its way there.
    if (a.connections().empty() != b.connections().empty()) return a.connections().empty() ? -1 : 1;
    int balance = 0, voters = 0;
    for (const ConnectionPair& pair : pair_connections(a, b)) {
        PairedConnection const connection = connection_of(a, b, pair);
        int const vote = orientation(connection, pair_segments(connection));
        balance += vote > 0 ? 1 : vote < 0 ? -1 : 0;
        if (vote != 0 && ++voters == enough) break;
    }
    return balance;
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
            drafts.push_back({is_a ? ConnectionPair{i, no_index} : ConnectionPair{no_index, i}});
        }
    }
}

/// Where a connection does not tell it itself, others of its server do, then most others.
void orient_the_rest(const CapturePoint& a, const CapturePoint& b, std::vector<Draft>& drafts, Survey& survey) {
    auto const server = [&](const Draft& draft) {
        bool const at_a = draft.pair.a != no_index;
        return (at_a ? a.connections()[draft.pair.a] : b.connections()[draft.pair.b]).server.address.bytes;
    };
    std::map<std::array<uint8_t, 16>, int> of_server;
    int of_all = 0;
    for (const Draft& draft : drafts) {
        int const vote = draft.orientation > 0 ? 1 : draft.orientation < 0 ? -1 : 0;
        of_server[server(draft)] += vote;
        of_all += vote;
    }
    for (Draft& draft : drafts) {
        if (draft.orientation != 0) continue;
        draft.orientation = of_server[server(draft)];
        if (draft.orientation == 0) draft.orientation = of_all >= 0 ? 1 : -1;
        PairedConnection const connection = connection_of(a, b, draft.pair);
        survey.take(draft, connection, pair_segments(connection));
    }
}

using Clock = std::function<int64_t(int64_t)>;

/// As long as the point's packets show, or longer, as far as what the other point saw come from its side allows.
/// `missing`: that. `by_a`, `others_by_a`: A's clock when the point's and the other's show a time.
Life life_of(const CapturePoint& point, const Unpaired& missing, int64_t slack, const Clock& by_a,
             const Clock& others_by_a) {
    Life life;
    life.begin = life.shown_from = by_a(point.begin()) - slack;
    life.end = life.shown_until = by_a(point.end()) + slack;
    if (point.limits_known()) return life;
    auto const first = missing.second_earliest(), last = missing.second_latest();
    if (!first || others_by_a(*first) >= life.shown_from) life.begin = std::numeric_limits<int64_t>::min();
    if (!last || others_by_a(*last) <= life.shown_until) life.end = std::numeric_limits<int64_t>::max();
    return life;
}

/// Judges every connection, one after the other, and keeps what is worth a word.
void judge_all(Stretch& stretch, char name_a, char name_b) {
    std::vector<Passage*> later;
    for (Passage& passage : stretch.passages) {
        OpenPassage const open = stretch.open(passage);
        passage.errors = judge_errors(stretch, open.connection, passage.client_at_a);
        for (const Crossing& c : open.crossings) {
            size_t const direction = c.from_a ? 0 : 1;
            ++passage.counts[static_cast<size_t>(c.sender)][c.fate];
            if (c.fate == Fate::Passed) stretch.passed[direction].note(c.time);
            if (c.fate == Fate::Lost) stretch.lost[direction].note(c.time);
        }
        // What is said of a loss depends on how it went with the others.
        if (passage.counts[0][Fate::Lost] + passage.counts[1][Fate::Lost] != 0)
            later.push_back(&passage);
        else
            passage.findings = find(stretch, open, name_a, name_b);
    }
    for (auto* const of_both : {&stretch.passed, &stretch.lost})
        for (Tally& tally : *of_both) tally.finish();
    for (Passage* const passage : later) passage->findings = find(stretch, stretch.open(*passage), name_a, name_b);
}

Stretch compare(const CapturePoint& a, const CapturePoint& b, char name_a, char name_b) {
    Survey survey;
    std::vector<Draft> drafts = draft(a, b, survey);
    add_missing(a, b, drafts);
    orient_the_rest(a, b, drafts, survey);
    Stretch stretch{{a, b, ClockRelation::estimate(survey.samples.take()), {}, {}}, {}, {}, {}};
    Clock const at_a = [](int64_t time) { return time; },
                at_b = [&](int64_t time) { return stretch.clocks.to_a(time); };
    stretch.life_of_a = life_of(a, survey.at_b, stretch.clocks.slack(), at_a, at_b);
    stretch.life_of_b = life_of(b, survey.at_a, stretch.clocks.slack(), at_b, at_a);
    stretch.passages.reserve(drafts.size());
    for (const Draft& draft : drafts) stretch.passages.push_back({draft.pair, draft.orientation > 0, {}, {}, {}});
    judge_all(stretch, name_a, name_b);
    return stretch;
}

}  // namespace

size_t Stretch::count(Fate fate, bool from_a, int64_t begin, int64_t end) const {
    return (fate == Fate::Passed ? passed : lost)[from_a ? 0 : 1].count(begin, end);
}

OpenPassage Stretch::open(const Passage& passage) const {
    OpenPassage open{passage, connection_of(a, b, passage.pair), {}};
    open.crossings = judge(*this, open.connection, passage.client_at_a);
    return open;
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
            int const balance = votes(points_[i], points_[j]);
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

std::vector<std::pair<size_t, const Finding*>> Comparison::findings_of(const ComparedConnection& connection) const {
    std::vector<std::pair<size_t, const Finding*>> list;
    for (size_t i = 0; i < connection.passages.size(); ++i)
        if (connection.passages[i] != no_index)
            for (const Finding& finding : stretches_[i].passages[connection.passages[i]].findings)
                list.emplace_back(i, &finding);
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& x, const auto& y) { return x.second->kind < y.second->kind; });
    return list;
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
        "rst-forged",        "rst-lost",        "rst-sent",      "icmp-between", "icmp-lost",       "icmp-sent",
        "path-silent",       "answers-lost",    "host-silent",   "half-open",    "close-wait",      "fin-lost",
        "last-ack-lost",     "syn-lost",        "data-injected", "lost",         "payload-changed", "header-changed",
        "address-rewritten", "numbers-shifted", "duplicated",    "reordered",    "not-captured"};
    static_assert(std::size(names) == static_cast<size_t>(FindingKind::Count));
    return names[static_cast<size_t>(kind)];
}

}  // namespace tcpstate

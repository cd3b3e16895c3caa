// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection_at_point.hpp"

#include <algorithm>

namespace tcpstate {
namespace {

/// What lies farther from all that was sent so far is not of this connection.
constexpr int64_t farthest = int64_t{1} << 30;
/// A segment is no longer (RFC 791 3.1), offloads apart, which cut at the same length.
constexpr int64_t longest_segment = 1 << 17;

/// The first number of a direction that either point has seen; the same for both.
Seq first_number(const PairedConnection& c, Role role) {
    for (const SeenSegment& s : c.segments_a)
        if (s.sender == role && !s.any(flag::Rst)) return s.seq;
    for (const SeenSegment& s : c.segments_b)
        if (c.sender_of(s) == role && !s.any(flag::Rst)) return c.seq_at_a(s);
    return {};
}

/// Counts the numbers of one direction on past 2^32.
class Line {
public:
    explicit Line(Seq first) : first_(first) {}
    int64_t place(Seq number) const { return latest_ + (number - (first_ + static_cast<uint32_t>(latest_))); }
    void advance(int64_t place) {
        if (place > latest_ && place - latest_ < farthest) latest_ = place;
    }
    bool is_near(int64_t place) const { return place - latest_ < farthest && latest_ - place < farthest; }

private:
    Seq first_;
    int64_t latest_ = 0;
};

}  // namespace

ConnectionAtPoint::ConnectionAtPoint(const TwoPoints& points, const PairedConnection& connection, bool is_a)
    : point_(is_a ? points.a : points.b),
      life_(is_a ? points.life_of_a : points.life_of_b),
      c_(connection),
      clocks_(points.clocks),
      is_a_(is_a) {}

void ConnectionAtPoint::prepare() {
    if (prepared_) return;
    prepared_ = true;
    std::array<Line, 2> lines{Line(first_number(c_, Role::Client)), Line(first_number(c_, Role::Server))};
    ends_.reserve(segments().size());
    for (const SeenSegment& s : segments()) {
        Role const role = sender(s);
        Line &mine = lines[index(role)], &peers = lines[index(other(role))];
        int64_t const from = mine.place(is_a_ ? s.seq : c_.seq_at_a(s)), end = from + s.span(), when = time(s);
        ends_.push_back(end);
        if (s.any(flag::Rst)) continue;
        Direction& direction = directions_[index(role)];
        direction.latest = std::max(direction.latest, when);
        direction.carried.push_back({end, from, when});
        mine.advance(end);
        if (!s.any(flag::Ack)) continue;
        int64_t const to = peers.place(is_a_ ? s.ack : c_.ack_at_a(s));
        std::vector<Acknowledged>& told = directions_[index(other(role))].acknowledged;
        if (peers.is_near(to) && (told.empty() || to > told.back().to)) told.push_back({to, when});
    }
    for (Direction& direction : directions_)
        std::sort(direction.carried.begin(), direction.carried.end(),
                  [](const Carried& x, const Carried& y) { return x.end < y.end; });
}

int64_t ConnectionAtPoint::end(uint32_t segment) {
    prepare();
    return ends_[segment];
}

int64_t ConnectionAtPoint::acknowledged(Role of, int64_t to) {
    prepare();
    const std::vector<Acknowledged>& told = directions_[index(of)].acknowledged;
    auto const first = std::lower_bound(told.begin(), told.end(), to,
                                        [](const Acknowledged& each, int64_t number) { return each.to < number; });
    return first == told.end() ? INT64_MAX : first->time;
}

bool ConnectionAtPoint::carried(Role of, int64_t to, int64_t by) {
    prepare();
    const std::vector<Carried>& all = directions_[index(of)].carried;
    auto each = std::lower_bound(all.begin(), all.end(), to,
                                 [](const Carried& one, int64_t number) { return one.end < number; });
    for (; each != all.end() && each->end - to < longest_segment; ++each)
        if (each->from < to && each->time <= by) return true;
    return false;
}

bool ConnectionAtPoint::goes_on(Role of, int64_t after) {
    prepare();
    return directions_[index(of)].latest > after;
}

bool ConnectionAtPoint::is_from_elsewhere(const SeenSegment& s) const {
    const SeenConnection& connection = is_a_ ? c_.a : c_.b;
    int16_t const usual = connection.ttl[index(s.sender)];
    return usual != unknown_ttl && s.ttl != unknown_ttl && hops(usual) != hops(s.ttl);
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "fates.hpp"

#include <algorithm>
#include <iterator>

#include "clock.hpp"
#include "connection_at_point.hpp"

namespace tcpstate {
namespace {

class Judgement {
public:
    Judgement(const TwoPoints& points, const PairedConnection& connection, bool client_at_a)
        : c_(connection),
          clocks_(points.clocks),
          client_at_a_(client_at_a),
          at_a_(points, connection, true),
          at_b_(points, connection, false) {}

    std::vector<Crossing> run() {
        take_pairs();
        mark_reordered();
        for (uint32_t i = 0; i < c_.segments_a.size(); ++i)
            if (!seen_a_[i]) judge_unpaired(at_a_, at_b_, i, true);
        for (uint32_t i = 0; i < c_.segments_b.size(); ++i)
            if (!seen_b_[i]) judge_unpaired(at_b_, at_a_, i, false);
        weigh_gaps();
        std::stable_sort(crossings_.begin(), crossings_.end(),
                         [](const Crossing& x, const Crossing& y) { return x.time < y.time; });
        return std::move(crossings_);
    }

private:
    bool travels_from_a(Role sender) const { return (sender == Role::Client) == client_at_a_; }

    /// One crossing for each packet as it left the first point: pieces of it count as one.
    void take_pairs() {
        seen_a_.assign(c_.segments_a.size(), false);
        seen_b_.assign(c_.segments_b.size(), false);
        arrived_from_a_.assign(c_.segments_a.size(), 0);
        arrived_from_b_.assign(c_.segments_b.size(), 0);
        std::vector<SegmentPair> pairs = pair_segments(c_, clocks_, client_at_a_);
        std::sort(pairs.begin(), pairs.end(),
                  [](const auto& x, const auto& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
        for (const SegmentPair& pair : pairs) {
            bool const again =
                !crossings_.empty() && !pair.exact && (crossings_.back().a == pair.a || crossings_.back().b == pair.b);
            seen_a_[pair.a] = seen_b_[pair.b] = true;
            bool const from_a = travels_from_a(c_.segments_a[pair.a].sender);
            (from_a ? arrived_from_a_[pair.a] : arrived_from_b_[pair.b]) += pair.bytes;
            if (again)
                add_piece(crossings_.back(), pair);
            else
                crossings_.push_back(passed(pair));
        }
        for (Crossing& crossing : crossings_) check_whole(crossing);
    }
    Crossing passed(const SegmentPair& pair) const {
        const SeenSegment &a = c_.segments_a[pair.a], &b = c_.segments_b[pair.b];
        Crossing crossing;
        crossing.a = pair.a;
        crossing.b = pair.b;
        crossing.sender = a.sender;
        crossing.from_a = travels_from_a(a.sender);
        int64_t const at_a = a.time, at_b = clocks_.to_a(b.time);
        crossing.time = crossing.from_a ? at_a : at_b;
        crossing.delay =
            std::max<int64_t>(crossing.from_a ? at_b - at_a : at_a - at_b, 0);  // clocks are known to a bound only
        if (!pair.exact) return crossing;
        if (a.payload != 0 && b.payload != 0 && a.payload != b.payload) crossing.changes |= change::Payload;
        if (((a.flags ^ b.flags) & ~flag::Psh) != 0) crossing.changes |= change::Flags;
        if (a.window != b.window) crossing.changes |= change::Window;
        return crossing;
    }
    void add_piece(Crossing& crossing, const SegmentPair& pair) {
        ++crossing.pieces;
        const SeenSegment &a = c_.segments_a[pair.a], &b = c_.segments_b[pair.b];
        int64_t const arrived = crossing.from_a ? clocks_.to_a(b.time) : a.time;
        crossing.delay = std::max(crossing.delay, arrived - crossing.time);
    }
    /// Of a packet in pieces, whether all arrived: what its receiver acknowledged did, whatever the capture shows.
    void check_whole(Crossing& crossing) {
        ConnectionAtPoint &here = crossing.from_a ? at_a_ : at_b_, &there = crossing.from_a ? at_b_ : at_a_;
        uint32_t const departure = crossing.from_a ? crossing.a : crossing.b;
        const SeenSegment& s = here.segments()[departure];
        uint32_t const arrived = crossing.from_a ? arrived_from_a_[crossing.a] : arrived_from_b_[crossing.b];
        if (arrived >= s.span()) return;
        judge_departure(there, here.end(departure), s.span(), crossing);
        crossing.fate = crossing.fate == Fate::Lost ? Fate::LostInPart : Fate::Passed;
    }

    /// It arrived behind one that had left after it.
    void mark_reordered() {
        for (bool const from_a : {true, false}) {
            std::vector<Crossing*> of_direction;
            for (Crossing& crossing : crossings_)
                if (crossing.from_a == from_a) of_direction.push_back(&crossing);
            auto const left = [&](const Crossing* c) { return from_a ? c->a : c->b; };
            auto const arrived = [&](const Crossing* c) { return from_a ? c->b : c->a; };
            std::sort(of_direction.begin(), of_direction.end(),
                      [&](const Crossing* x, const Crossing* y) { return left(x) < left(y); });
            uint32_t latest = 0;
            for (Crossing* const crossing : of_direction) {
                crossing->reordered = arrived(crossing) < latest;
                latest = std::max(latest, arrived(crossing));
            }
        }
    }

    /// Seen `here` only.
    void judge_unpaired(ConnectionAtPoint& here, ConnectionAtPoint& there, uint32_t index, bool is_a) {
        const SeenSegment& s = here.segments()[index];
        Crossing crossing;
        (is_a ? crossing.a : crossing.b) = index;
        crossing.sender = here.sender(s);
        crossing.from_a = travels_from_a(crossing.sender);
        crossing.time = here.time(s);
        bool const left_here = crossing.from_a == is_a;
        if (s.is_copy)
            crossing.fate = Fate::Copied;
        else if (!there.life().covers(crossing.time))
            crossing.fate = Fate::Outside;
        else if (left_here)
            judge_departure(there, here.end(index), s.span(), crossing);
        else
            judge_arrival(here, there, index, crossing);
        bool const tells = crossing.fate == Fate::Lost || crossing.fate == Fate::Injected;
        if (tells && !there.life().shows(crossing.time)) crossing.sure = false;
        crossings_.push_back(crossing);
    }
    /// It left the first point. What is acknowledged behind the second one, and was not carried past it, was there.
    static void judge_departure(ConnectionAtPoint& there, int64_t end, uint32_t span, Crossing& crossing) {
        int64_t const acknowledged = span != 0 ? there.acknowledged(crossing.sender, end) : INT64_MAX;
        bool const was_there = acknowledged != INT64_MAX && !there.carried(crossing.sender, end, acknowledged);
        crossing.fate = was_there ? Fate::NotCaptured : Fate::Lost;
        crossing.sure = was_there || !there.reports_drops();
    }
    /// It came to the second point from nowhere. What its receiver acknowledged past the first point, and no repeat
    /// carried past it, was there.
    static void judge_arrival(ConnectionAtPoint& here, ConnectionAtPoint& there, uint32_t index, Crossing& crossing) {
        const SeenSegment& s = here.segments()[index];
        int64_t const end = here.end(index);
        bool const from_elsewhere = here.is_from_elsewhere(s);
        bool const acknowledged =
            s.span() != 0 && !s.any(flag::Rst | flag::Syn) && there.acknowledged(crossing.sender, end) != INT64_MAX;
        bool const missed = acknowledged && !there.carried(crossing.sender, end, INT64_MAX);
        crossing.fate = missed ? Fate::NotCaptured : Fate::Injected;
        if (missed) return;
        bool const contradicted = s.any(flag::Rst) && there.goes_on(crossing.sender, crossing.time);
        crossing.sure = from_elsewhere || contradicted || !there.reports_drops();
    }
    /// Nobody acknowledges an acknowledgment: where a capture is known to have gaps, it may be in one.
    void weigh_gaps() {
        bool gaps_at_a = at_a_.reports_drops(), gaps_at_b = at_b_.reports_drops();
        for (const Crossing& c : crossings_)
            if (c.fate == Fate::NotCaptured) (c.a == no_index ? gaps_at_a : gaps_at_b) = true;
        for (Crossing& c : crossings_) {
            if (c.a != no_index && c.b != no_index) continue;
            if (!(c.a == no_index ? gaps_at_a : gaps_at_b)) continue;
            const SeenSegment& s = c.a == no_index ? c_.segments_b[c.b] : c_.segments_a[c.a];
            bool const bare = s.span() == 0 && !s.any(flag::Rst);
            if (c.fate == Fate::Lost) c.sure = c.sure && !bare;
            if (c.fate == Fate::Injected && bare) c.fate = Fate::NotCaptured;
        }
    }

    const PairedConnection& c_;
    const ClockRelation& clocks_;
    bool client_at_a_;
    ConnectionAtPoint at_a_, at_b_;
    std::vector<bool> seen_a_, seen_b_;
    std::vector<uint32_t> arrived_from_a_, arrived_from_b_;  // by departure: how much of its sequence space
    std::vector<Crossing> crossings_;
};

}  // namespace

const char* name(Fate fate) {
    static constexpr const char* names[] = {"passed", "lost",         "lost in part", "injected",
                                            "copied", "not captured", "outside"};
    static_assert(std::size(names) == static_cast<size_t>(Fate::Count));
    return names[static_cast<size_t>(fate)];
}

std::vector<Crossing> judge(const TwoPoints& points, const PairedConnection& connection, bool client_at_a) {
    return Judgement(points, connection, client_at_a).run();
}

}  // namespace tcpstate

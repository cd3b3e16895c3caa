// SPDX-License-Identifier: GPL-2.0-or-later
#include "clocks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "clock.hpp"

namespace tcpstate {
namespace {

/// Clocks that are faster or slower than another by more than this are broken; then it was set. Crystals keep 0.01 %.
constexpr double largest_skew = 1e-3;
/// Two crystals, each with its error, and room.
constexpr double usual_skew = 3e-4;
/// Two packets on one wire are stamped in either order when they are this close, and drivers stamp in batches.
constexpr double jitter = 50'000;

/// A sample as a point: time since the first one, and how much later it was seen at B.
struct Point {
    double time, delay;
    size_t sample = 0;
};

double cross(const Point& o, const Point& p, const Point& q) {
    return (p.time - o.time) * (q.delay - o.delay) - (p.delay - o.delay) * (q.time - o.time);
}

/// The hull below the points (sign 1) or above them (sign -1), which come in order of time.
class Hull {
public:
    explicit Hull(double sign) : sign_(sign) {}
    void add(Point point) {
        point.delay *= sign_;
        while (points_.size() >= 2 && cross(points_[points_.size() - 2], points_.back(), point) <= 0)
            points_.pop_back();
        points_.push_back(point);
    }
    bool empty() const { return points_.empty(); }
    const std::vector<Point>& points() const { return points_; }
    /// The lowest (sign 1) or highest point, seen along a line of this slope.
    double extreme(double slope) const {
        double least = std::numeric_limits<double>::infinity();
        for (const Point& point : points_) least = std::min(least, point.delay - sign_ * slope * point.time);
        return sign_ * least;
    }

private:
    double sign_;
    std::vector<Point> points_;
};

struct Line {
    double offset, slope;
};

void sort_by_time(std::vector<ClockSample>& samples) {
    std::sort(samples.begin(), samples.end(), [](const auto& x, const auto& y) { return x.at_a < y.at_a; });
}

/// Lines between what went to B, above, and what came from there, below.
struct Corridor {
    Hull above{1}, below{-1};

    bool both() const { return !above.empty() && !below.empty(); }
    double width(double slope) const { return above.extreme(slope) - below.extreme(slope); }
    /// The slope at which it is widest: its width is a concave function of the slope.
    double best_slope() const {
        double low = -largest_skew, high = largest_skew;
        for (int i = 0; i < 60; ++i) {
            double const third = (high - low) / 3;
            if (width(low + third) < width(high - third))
                low += third;
            else
                high -= third;
        }
        return (low + high) / 2;
    }
    /// No slope without need: the same crystal everywhere is likelier than a skew that hides in the delays.
    double slope() const {
        if (!both()) return 0;
        double const best = best_slope();
        return width(0) >= width(best) / 2 - jitter ? 0 : best;
    }
    /// How far another line of the corridor can be from this one, until then.
    double farthest(const Line& line, double duration) const {
        double most = 0;
        double const low = std::min(-usual_skew, line.slope), high = std::max(usual_skew, line.slope);
        constexpr int steps = 64;
        for (int i = 0; i <= steps; ++i) {
            double const slope = low + (high - low) * i / steps;
            if (width(slope) < 0) continue;
            for (double const offset : {above.extreme(slope), below.extreme(slope)})
                for (double const time : {0.0, duration})
                    most = std::max(most, std::abs(offset - line.offset + (slope - line.slope) * time));
        }
        return most;
    }
    bool is_open() const { return !both() || width(0) >= -jitter || width(best_slope()) >= -jitter; }
};

class Estimation {
public:
    explicit Estimation(std::vector<ClockSample> samples) : samples_(std::move(samples)) { sort_by_time(samples_); }
    std::vector<ClockPiece> run() {
        std::vector<ClockPiece> pieces;
        for (size_t begin = 0; begin < samples_.size();) {
            size_t const end = longest(begin);
            pieces.push_back(piece(begin, end));
            begin = end;
        }
        return pieces;
    }

private:
    Corridor corridor(size_t begin, size_t end) const {
        Corridor all;
        for (size_t i = begin; i < end; ++i) {
            const ClockSample& sample = samples_[i];
            Point const point{static_cast<double>(sample.at_a - samples_[begin].at_a),
                              static_cast<double>(sample.at_b - sample.at_a - base(begin)), i};
            (sample.towards_b ? all.above : all.below).add(point);
        }
        return all;
    }
    /// Offsets are of hours, delays of microseconds: a double holds both only when the former are taken away.
    int64_t base(size_t begin) const { return samples_[begin].at_b - samples_[begin].at_a; }
    /// Where the clocks' relation changes: the most samples that one line can explain.
    size_t longest(size_t begin) const {
        if (corridor(begin, samples_.size()).is_open()) return samples_.size();
        size_t good = begin + 1, bad = samples_.size();
        while (bad - good > 1) {
            size_t const middle = good + (bad - good) / 2;
            (corridor(begin, middle).is_open() ? good : bad) = middle;
        }
        return good;
    }
    ClockPiece piece(size_t begin, size_t end) const {
        Corridor const all = corridor(begin, end);
        ClockPiece piece;
        piece.from = samples_[begin].at_a;
        piece.skew = all.slope();
        if (!all.both()) {
            double const edge = all.above.empty() ? all.below.extreme(0) : all.above.extreme(0);
            piece.offset = base(begin) + static_cast<int64_t>(edge);
            piece.bound = ClockRelation::no_bound;
            return piece;
        }
        double const high = all.above.extreme(piece.skew), low = all.below.extreme(piece.skew);
        piece.offset = base(begin) + static_cast<int64_t>((high + low) / 2);
        auto const duration = static_cast<double>(samples_[end - 1].at_a - piece.from);
        piece.bound = static_cast<int64_t>(std::max(all.farthest({(high + low) / 2, piece.skew}, duration), jitter));
        return piece;
    }

    std::vector<ClockSample> samples_;
};

}  // namespace

/// The hull of all is that of the hulls of each period. Only where in a period a clock was set is forgotten.
void ClockSamples::keep_hulls() {
    sort_by_time(samples_);
    std::vector<ClockSample> kept;
    for (size_t begin = 0; begin < samples_.size();) {
        const ClockSample& first = samples_[begin];
        Hull to_b(1), from_b(-1);
        size_t end = begin;
        for (; end < samples_.size() && samples_[end].at_a - first.at_a < period_; ++end) {
            const ClockSample& sample = samples_[end];
            (sample.towards_b ? to_b : from_b)
                .add({static_cast<double>(sample.at_a - first.at_a),
                      static_cast<double>((sample.at_b - sample.at_a) - (first.at_b - first.at_a)), end});
        }
        for (const Hull* const hull : {&to_b, &from_b})
            for (const Point& point : hull->points()) kept.push_back(samples_[point.sample]);
        begin = end;
    }
    samples_ = std::move(kept);
}

/// In longer and longer periods, until there is room for as many again.
void ClockSamples::thin_out() {
    constexpr int64_t longest = int64_t{1} << 60;
    keep_hulls();
    for (; samples_.size() > limit_ / 2 && period_ < longest; keep_hulls()) period_ *= 4;
    limit_ = std::max(limit_, 2 * samples_.size());
}

ClockRelation ClockRelation::estimate(std::vector<ClockSample> samples) {
    ClockRelation relation;
    relation.pieces_ = Estimation(std::move(samples)).run();
    return relation;
}

int64_t ClockRelation::to_a(int64_t at_b) const {
    if (pieces_.empty()) return at_b;
    const ClockPiece* piece = &pieces_.front();
    for (const ClockPiece& each : pieces_)
        if (at_b - each.offset >= each.from) piece = &each;
    int64_t const at_a = at_b - piece->offset;
    return at_a - static_cast<int64_t>(piece->skew * static_cast<double>(at_a - piece->from));
}

int64_t ClockRelation::bound() const {
    int64_t most = 0;
    for (const ClockPiece& piece : pieces_) most = std::max(most, piece.bound);
    return most;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// How far the clock of one capture point is ahead of another's, from the delays of what both saw.
///
/// A segment that travels from A to B is seen at B later than at A by its delay and by the offset of B's clock; one
/// that travels from B to A earlier by its delay and later by the offset. Delays are never negative, so the offset lies
/// between the lower hull of the one and the upper hull of the other (Zhang, Liu, Xia: INFOCOM 2002), and nothing that
/// was captured says where (Paxson: SIGMETRICS 1998): half of the space between them is the bound.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tcpstate {

/// A packet that both points saw.
struct ClockSample {
    int64_t at_a = 0, at_b = 0;  ///< ns, each by its own clock
    bool towards_b = false;      ///< it travelled from A to B
};

/// Samples in any order. When they are many, of each period only those are kept that a line between the two directions
/// could touch.
class ClockSamples {
public:
    /// Throws std::bad_alloc.
    void add(const ClockSample& sample) {
        samples_.push_back(sample);
        if (samples_.size() >= limit_) thin_out();
    }
    std::vector<ClockSample> take() { return std::move(samples_); }

private:
    void keep_hulls();
    void thin_out();

    std::vector<ClockSample> samples_;
    size_t limit_ = 1 << 16;
    int64_t period_ = 1'000'000'000;  ///< ns
};

/// One stretch of time in which neither clock was set.
struct ClockPiece {
    int64_t from = 0;    ///< by A's clock: it holds from here on
    int64_t offset = 0;  ///< B's clock minus A's at that time, ns
    double skew = 0;     ///< by how much B's clock is faster, without unit (1e-6: one microsecond each second)
    int64_t bound = 0;   ///< the true offset is at most this far off; no_bound if only one direction was seen
};

class ClockRelation {
public:
    static constexpr int64_t no_bound = INT64_MAX;

    /// Samples in any order. Throws std::bad_alloc.
    static ClockRelation estimate(std::vector<ClockSample> samples);

    bool known() const { return !pieces_.empty(); }
    /// The time at A's clock when B's clock shows `at_b`.
    int64_t to_a(int64_t at_b) const;
    /// The largest bound of all pieces.
    int64_t bound() const;
    /// By how much two times may be out of order although the clocks are related: the bound, 0 where there is none.
    int64_t slack() const { return bound() == no_bound ? 0 : bound(); }
    /// One, and another one after each jump.
    const std::vector<ClockPiece>& pieces() const { return pieces_; }

private:
    std::vector<ClockPiece> pieces_;
};

}  // namespace tcpstate

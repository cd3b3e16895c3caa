// SPDX-License-Identifier: GPL-2.0-or-later
/// What the other capture points say of the segments of the first one, and which segments only they have seen.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "comparison.hpp"
#include "conclusions.hpp"
#include "segment_log.hpp"

namespace tcpstate {

/// A segment on its way. Times are by the clock of the first point.
struct Travelled {
    std::optional<int64_t> far_time;  ///< at the farthest point; nothing: not seen there
    uint32_t far_frame = 0;           ///< of that point's file
    uint32_t fate = 0;                ///< index of FarSide::fates
};

/// One that the first point has not seen: as it would stand in its log, when it was seen first, without a frame.
struct UnseenSegment {
    LoggedSegment segment;
    Role sender = Role::Client;
    Travelled travelled;
};

class FarSide {
public:
    /// Throws std::bad_alloc.
    explicit FarSide(const Comparison& comparison);

    /// Of a frame of the first point; null: the comparison does not know it.
    const Travelled* of_frame(uint32_t frame) const {
        return frame < by_frame_.size() && by_frame_[frame] != 0 ? &seen_[by_frame_[frame]] : nullptr;
    }
    /// In order of time.
    std::span<const UnseenSegment> unseen(uint32_t conn) const {
        return conn < unseen_.size() ? std::span<const UnseenSegment>(unseen_[conn]) : std::span<const UnseenSegment>();
    }
    const std::vector<std::string>& fates() const { return fates_; }
    /// What the comparison says, the worst first.
    std::vector<Conclusion> conclude() const;

private:
    class Route;
    static constexpr uint32_t passed = 0;

    const Comparison& comparison_;
    std::vector<std::string> fates_{"passed"};
    std::vector<Travelled> seen_{1};
    std::vector<uint32_t> by_frame_;                  // into seen_, 0: none
    std::vector<std::vector<UnseenSegment>> unseen_;  // by connection of the first point
};

}  // namespace tcpstate

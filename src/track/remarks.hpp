// SPDX-License-Identifier: GPL-2.0-or-later
/// What is wrong with the capture itself. Each remark is told once a capture.
#pragma once
#include <array>
#include <cstdint>

#include "clock.hpp"
#include "facts.hpp"

namespace tcpstate {

class CaptureRemarks {
public:
    /// \name The clock, on every segment
    /// @{
    /// It has not gone back. Where the file repeats itself it has, until it is where it was.
    bool goes_on(int64_t time) const { return time >= latest_time_; }
    /// It has gone back, or the file repeats itself.
    bool is_odd(int64_t time) const { return repeats_ || elapsed(time, latest_time_) > tolerance; }
    void take_time(int64_t time) { latest_time_ = time; }
    /// @}

    /// The frame that showed the segment before the file began to repeat itself, 0 if it does not. To be asked, with
    /// each segment that does not take the fast path, before its time is taken.
    uint32_t repeated_frame(const Path& path, const Segment& segment, Verdict& verdict);
    void note_copy(Verdict& verdict);
    /// Two clocks: packets are seen, each of them again later and nearer to its sender. `is_nearer` is asked only while
    /// that has not been told.
    template <typename Nearer>
    void note_clocks(uint32_t connection, Verdict& verdict, Nearer&& is_nearer) {
        if (connection != late_connection_ && !was_told(Remark::TwoClocks) && is_nearer())
            note_late(connection, verdict);
    }
    /// Packets were seen several times, and often enough.
    bool shows_copies() const { return was_told(Remark::Copies); }
    /// One direction of a connection is not captured.
    void note_direction(const Arrival& arrival, const Facts& facts, Verdict& verdict);

private:
    /// Packets that were captured on several processors or interfaces may come in another order.
    static constexpr int64_t tolerance = 100 * millisecond;

    bool was_told(Remark remark) const { return told_[static_cast<size_t>(remark)]; }
    void tell(Remark remark, Verdict& verdict);
    void note_late(uint32_t connection, Verdict& verdict);

    int64_t latest_time_ = INT64_MIN;
    int64_t repeats_until_ = 0;
    Path first_path_;  // of the first segment of the capture
    Segment first_;
    uint32_t copies_ = 0;
    uint32_t late_connections_ = 0;
    uint32_t late_connection_ = no_index;  // the latest of them
    uint32_t offset_ = 0;                  // of frame numbers, while the file repeats itself
    bool repeats_ = false;
    std::array<bool, static_cast<size_t>(Remark::Count)> told_{};
};

}  // namespace tcpstate

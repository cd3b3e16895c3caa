// SPDX-License-Identifier: GPL-2.0-or-later
#include "remarks.hpp"

namespace tcpstate {

namespace {

/// One or two copies may have come about on the way.
constexpr uint32_t copies_for_remark = 4;
/// So many segments of one end, with acknowledgments that move, before the other direction is said to be missing.
constexpr uint32_t segments_for_remark = 5;

/// In so many connections a packet must have gone back in time before the clocks are said to be two.
constexpr uint32_t connections_for_two_clocks = 3;

bool is_same_packet(const Segment& a, const Segment& b) {
    return a.time == b.time && a.seq == b.seq && a.ack == b.ack && a.length == b.length && a.flags == b.flags &&
           a.ip_id == b.ip_id && a.window == b.window;
}

}  // namespace

void CaptureRemarks::tell(Remark remark, Verdict& verdict) {
    bool& told = told_[static_cast<size_t>(remark)];
    if (told) return;
    told = true;
    verdict.annotations.remark = remark;
    verdict.tell(Event::CaptureRemark);
}

uint32_t CaptureRemarks::repeated_frame(const Path& path, const Segment& segment, Verdict& verdict) {
    if (first_.frame == 0) {
        first_path_ = path;
        first_ = segment;
        first_.reset_payload = nullptr;
    }
    if (!is_odd(segment.time)) return 0;
    bool const begins_again = segment.frame > first_.frame && is_same_packet(segment, first_) &&
                              path.source == first_path_.source && path.destination == first_path_.destination;
    if (begins_again) {
        if (!repeats_) repeats_until_ = latest_time_;
        repeats_ = true;
        offset_ = segment.frame - first_.frame;
        tell(Remark::FileRepeats, verdict);
    } else if (!repeats_) {
        tell(Remark::ClockGoesBack, verdict);
    }
    repeats_ = repeats_ && segment.time <= repeats_until_;
    return repeats_ ? segment.frame - offset_ : 0;
}

void CaptureRemarks::note_copy(Verdict& verdict) {
    if (copies_ < copies_for_remark && ++copies_ == copies_for_remark) tell(Remark::Copies, verdict);
}

void CaptureRemarks::note_late(uint32_t connection, Verdict& verdict) {
    late_connection_ = connection;
    if (++late_connections_ == connections_for_two_clocks) tell(Remark::TwoClocks, verdict);
}

void CaptureRemarks::note_direction(const Arrival& arrival, const Facts& facts, Verdict& verdict) {
    if (facts.receiver().heard || !facts.established) return;
    if (arrival.takes_in_more() && facts.sender().frames >= segments_for_remark) tell(Remark::OneDirection, verdict);
}

}  // namespace tcpstate

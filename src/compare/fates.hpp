// SPDX-License-Identifier: GPL-2.0-or-later
/// What became of each segment between two capture points.
#pragma once
#include <cstdint>
#include <vector>

#include "clocks.hpp"
#include "segment_pairs.hpp"

namespace tcpstate {

enum class Fate : uint8_t {
    Passed,
    Lost,         ///< it left the first point and did not come to the second
    LostInPart,   ///< some of the packets that an offload made of it
    Injected,     ///< it came to the second point and had not passed the first
    Copied,       ///< a second copy of what passed
    NotCaptured,  ///< it passed, but the other point's capture has a gap: what is acknowledged was there
    Outside,      ///< the other capture had not begun yet, or was over
    Count
};
const char* name(Fate fate);

/// What is not as it was at the first point.
namespace change {
inline constexpr uint8_t Payload = 1, Flags = 2, Window = 4;
}

/// A segment on its way from point to point.
struct Crossing {
    int64_t time = 0;                     ///< when it was seen first, by A's clock
    int64_t delay = 0;                    ///< with Passed: until it was seen again, its last piece if there are several
    uint32_t a = no_index, b = no_index;  ///< indices of the segment at either point, no_index: not seen there
    uint32_t pieces = 1;                  ///< packets at the second point, where an offload is at work
    Fate fate = Fate::Passed;
    uint8_t changes = 0;
    Role sender = Role::Client;  ///< as A names it
    bool from_a = true;          ///< it travels from A to B
    bool reordered = false;      ///< it arrived behind what had left after it
    bool sure = true;            ///< false: the other point's capture may have missed it
};

/// From when to when a point captured, by A's clock. Where the file does not say so, it lasted as long as anything
/// shows: it was over when what had to pass it is not in it any more.
struct Life {
    int64_t begin = 0, end = 0;
    int64_t shown_from = 0, shown_until = 0;  ///< its first and last packet: beyond them nothing is sure

    bool covers(int64_t time) const { return time >= begin && time <= end; }
    bool shows(int64_t time) const { return time >= shown_from && time <= shown_until; }
};

/// Two points, how their clocks are related, and what their captures lasted.
struct TwoPoints {
    const CapturePoint& a;
    const CapturePoint& b;
    ClockRelation clocks;
    Life life_of_a, life_of_b;
};

/// All segments of the connection in the order of their times.
std::vector<Crossing> judge(const TwoPoints& points, const PairedConnection& connection, bool client_at_a);

}  // namespace tcpstate

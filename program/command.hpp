// SPDX-License-Identifier: GPL-2.0-or-later
/// What a subcommand does with the segments that pass.
#pragma once
#include "bytes.hpp"
#include "connection_rows.hpp"
#include "segment.hpp"
#include "session.hpp"
#include "tracker.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// A TCP header with its verdict, or an ICMP error that quotes one. Lasts as long as the call that hands it over.
struct Observed {
    const Path& path;
    const Verdict& verdict;
    Moment when;
    uint16_t header_id;                ///< tells the headers of a frame apart
    const Segment* segment = nullptr;  ///< null: it is an ICMP error
    Bytes payload{};                   ///< what was captured of it; empty where Wireshark dissected the frame
    const IcmpError* error = nullptr;  ///< null: it is a segment

    /// Blank where there is none.
    const Segment& header() const {
        static const Segment none;
        return segment != nullptr ? *segment : none;
    }
};

class Command {
public:
    virtual ~Command() = default;
    /// Before the first packet. The session stays while the command does; `explain_resets`: people want that.
    virtual void begin(const Session& /*session*/, bool /*explain_resets*/) {}
    /// Each header, in the order of the capture.
    virtual void note(const Observed& observed, const Tracker& tracker) = 0;
    /// The time of each packet, whatever it is.
    virtual void note_time(int64_t /*time*/) {}
    /// The connection was silent for so long that nothing will be known of it any more.
    virtual void forget(uint32_t /*conn*/, const Tracker& /*tracker*/) {}
    /// The capture is at its end.
    virtual void finish(const Tracker& tracker) = 0;
};

}  // namespace tcpstate

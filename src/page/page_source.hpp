// SPDX-License-Identifier: GPL-2.0-or-later
/// What a page is made from: a capture that was read to its end.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "connection_rows.hpp"
#include "segment_log.hpp"
#include "tracker.hpp"

namespace tcpstate {

class FarSide;

struct PageSource {
    /// Fills in the verdict on a header; false when it got none.
    using Recall = std::function<bool(uint32_t frame, uint16_t header_id, Verdict& verdict)>;

    const Tracker& tracker;
    const ConnectionRows& rows;
    const SegmentLog& log;
    Recall recall;
    uint64_t packets = 0;
    int64_t first = 0, last = 0;         ///< times of the first and the latest packet
    std::vector<std::string> remarks{};  ///< what is wrong with the capture
    const FarSide* far = nullptr;        ///< other capture points, where there are some
};

}  // namespace tcpstate

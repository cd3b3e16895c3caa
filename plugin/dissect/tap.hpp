// SPDX-License-Identifier: GPL-2.0-or-later
/// The tap "tcpstate": every segment with its verdict, for statistics.
#pragma once
#include "compat.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// What listeners of the tap get. It lives as long as the frame is dissected.
struct Tapped {
    Path path;
    Verdict verdict;
    int64_t time;
    uint32_t session;  ///< Session::serial
    uint32_t frame;
    uint16_t header_id;
    Segment segment;  ///< blank if its header is quoted and cut short
    IcmpError error;  ///< that quotes it; blank if none does
};

void register_tcpstate_tap();
/// Whether anybody listens.
bool is_tapped();
void tap(packet_info* pinfo, const Tapped* tapped);

}  // namespace tcpstate

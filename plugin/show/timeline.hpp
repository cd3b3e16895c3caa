// SPDX-License-Identifier: GPL-2.0-or-later
/// tshark -z tcpstate,timeline,CONN, and the same for the window.
#pragma once
#include "timeline_text.hpp"

namespace tcpstate {

/// In the window: fills the timeline by going through the packets of the open file again. It stays empty when Wireshark
/// is busy with them.
void gather(Timeline& timeline);
void register_timeline();

}  // namespace tcpstate

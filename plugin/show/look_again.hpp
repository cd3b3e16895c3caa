// SPDX-License-Identifier: GPL-2.0-or-later
/// While the window loads a file or captures, a filter or a colour that depends on later packets is asked too early.
/// When the reading is over, the display filter is applied once more: then everything is known.
#pragma once

namespace tcpstate {

/// Applies the display filter, or none, to all packets again. Does not dissect anew, which would forget again.
void look_again();

/// Wireshark is about to read packets: watch whether it asks too early. Does nothing in tshark.
void watch_reading();

}  // namespace tcpstate

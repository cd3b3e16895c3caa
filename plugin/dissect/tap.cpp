// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap.hpp"

#include "dissection.hpp"

namespace tcpstate {
void register_tcpstate_tap() { dissection().tap = register_tap("tcpstate"); }
bool is_tapped() { return have_tap_listener(dissection().tap); }
void tap(packet_info* pinfo, const Tapped* tapped) { tap_queue_packet(dissection().tap, pinfo, tapped); }

}  // namespace tcpstate

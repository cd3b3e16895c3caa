// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap.hpp"

namespace tcpstate {
namespace {

int id = 0;

}  // namespace

void register_tcpstate_tap() { id = register_tap("tcpstate"); }
bool is_tapped() { return have_tap_listener(id); }
void tap(packet_info* pinfo, const Tapped* tapped) { tap_queue_packet(id, pinfo, tapped); }

}  // namespace tcpstate

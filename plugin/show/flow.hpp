// SPDX-License-Identifier: GPL-2.0-or-later
/// The flow graph "TCP State", also tshark -z flow,tcpstate,network: states and events on the arrows.
#pragma once

namespace tcpstate {

void register_flow();

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// -z tcpstate,frames: which frames carry or quote TCP between which two sockets, as JSON lines for programs that cut
/// captures by connection. Packets in other frames cannot change what is said about these sockets.
#pragma once
#include "compat.hpp"

namespace tcpstate {

void register_frames();

/// Whether somebody asked for the statistic.
bool lists_frames();
/// Takes down the TCP header at the start of `tvb`, also a quoted one. Only if the statistic is asked for.
void note_header(tvbuff_t* tvb, const packet_info* pinfo);

}  // namespace tcpstate

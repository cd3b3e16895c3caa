// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace tcpstate {

/// Whether the command line asks for the field by `-e tcpstate.NAME`. For that, tshark dissects as for -V: nothing else
/// tells who asks.
bool is_asked_for_by_name(const char* field);

}  // namespace tcpstate

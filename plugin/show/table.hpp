// SPDX-License-Identifier: GPL-2.0-or-later
/// Statistics > TCP State: connections, a table that can be sorted. Also tshark -z tcpstate,table.
#pragma once

namespace tcpstate {

void register_table();

}  // namespace tcpstate

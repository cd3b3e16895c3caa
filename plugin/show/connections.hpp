// SPDX-License-Identifier: GPL-2.0-or-later
/// tshark -z tcpstate,connections[,tsv|json][,FILTER]: one row per connection at the end of the capture.
#pragma once

namespace tcpstate {

void register_connections();

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// Statistics > TCP State and tshark -z tcpstate,tree: how many connections ended how, and why.
#pragma once

namespace tcpstate {

void register_statistics();

}  // namespace tcpstate

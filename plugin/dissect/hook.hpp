// SPDX-License-Identifier: GPL-2.0-or-later
/// How every TCP header that Wireshark dissects comes by: a dissector in front of Wireshark's own one.
#pragma once

namespace tcpstate {

/// Puts the hooks into place. When all dissectors are registered.
void install_hooks();

}  // namespace tcpstate

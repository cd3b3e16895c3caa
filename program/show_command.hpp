// SPDX-License-Identifier: GPL-2.0-or-later
/// `tcpstate CAPTURE`, `--gui` and `--timeline` of the package: the command tcpstate-show, which runs tshark or
/// Wireshark.
#pragma once

namespace tcpstate {

/// Becomes that command when the arguments are meant for it and it is installed beside this program; else returns.
void hand_over_to_show(int count, char** arguments);

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// Tools > TCP State: filters, the timeline of the selected connection, about.
#pragma once

namespace tcpstate {

void register_menu();

}  // namespace tcpstate

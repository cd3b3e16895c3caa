// SPDX-License-Identifier: GPL-2.0-or-later
/// -z tcpstate,help
#pragma once

namespace tcpstate {
void register_help();
}

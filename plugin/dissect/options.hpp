// SPDX-License-Identifier: GPL-2.0-or-later
/// The preferences: what people can change in Edit > Preferences > Protocols > TCP State, or with -o
/// tcpstate.NAME:VALUE.
#pragma once
#include "preferences.hpp"

namespace tcpstate {

/// Registers them for the protocol `proto`.
void register_options(int proto);

/// Those that change verdicts, as they are set now.
Preferences core_preferences();
bool shows_explanations();
bool writes_info_column();
/// Wireshark's own preference to verify TCP checksums.
bool tcp_checks_checksum();

}  // namespace tcpstate

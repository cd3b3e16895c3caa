// SPDX-License-Identifier: GPL-2.0-or-later
/// What a RST says of its own reason: in words, in a code, in an option, in its window.
#pragma once
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// The window is one of NetScaler's codes (CTX200852).
bool is_netscaler_code(uint16_t window);
/// `coded`: its sender puts codes in place of windows.
Declared declared_by(const Segment& reset, bool coded);

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// The path of nearly all segments, as header prediction in a host's TCP (Jacobson 1990): data that follow on, or an
/// acknowledgment, between two ends of which nothing is pending. `analyse` and `apply` would come to the same verdict
/// and the same numbers by asking every question there is; this asks only whether one of those questions could matter.
#pragma once
#include "connection.hpp"
#include "preferences.hpp"

namespace tcpstate {

/// Whether the next segment of the connection may take the fast path. To be asked after each segment that did not; what
/// takes it changes nothing of the answer.
bool may_take_fast_path(Connection& connection);

/// Takes in a segment. False, and nothing is done, when it is not as expected. `verdict` is the one on the latest
/// segment that took the fast path, of any connection: its parts are blank, and most of them stay so.
bool take_fast_path(Connection& connection, const Segment& segment, Side from, const Preferences& preferences,
                    Verdict& verdict);

}  // namespace tcpstate

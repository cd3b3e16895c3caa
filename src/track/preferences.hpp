// SPDX-License-Identifier: GPL-2.0-or-later
/// What a user can set about the verdicts.
#pragma once
#include <cstdint>

namespace tcpstate {

struct Preferences {
    /// Repeats without any answer before an endpoint is suspected to be gone. RFC 9293 3.8.4: one missed probe
    /// is no death. At least 1: nobody is suspected for nothing.
    uint32_t attempts_before_suspicion = 4;
    /// Nanoseconds that have passed since the first unanswered send by then.
    int64_t before_suspicion = 3'000'000'000;
    /// Nanoseconds after the acknowledgment of the first FIN from which a half-closed connection is called long. Never
    /// less than three round trips.
    int64_t half_closed_threshold = 30'000'000'000;
    /// A RST that comes from more hops farther or nearer than this is called foreign.
    int ttl_tolerance = 3;
    /// Nanoseconds of idleness from which a timeout is likelier than a crash.
    int64_t idle_timeout_from = 60'000'000'000;
};

}  // namespace tcpstate

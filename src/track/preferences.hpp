// SPDX-License-Identifier: GPL-2.0-or-later
/// What a user can set about the verdicts.
#pragma once
#include <cstdint>

namespace tcpstate {

struct Preferences {
    /// Repeats without any answer before an endpoint is suspected to be gone. RFC 9293 3.8.4: one missed probe
    /// is no death. At least 1: nobody is suspected for nothing.
    uint32_t attempts_before_suspicion = 2;
    /// Nanoseconds after the first FIN from which a half-closed connection is called long.
    int64_t half_closed_threshold = 1'000'000'000;
    /// A RST whose TTL differs by more than this from its endpoint's usual one is called foreign.
    int ttl_tolerance = 3;
};

}  // namespace tcpstate

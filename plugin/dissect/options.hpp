// SPDX-License-Identifier: GPL-2.0-or-later
/// The preferences: what people can change in Edit > Preferences > Protocols > TCP State, or with -o
/// tcpstate.NAME:VALUE.
#pragma once
#include "clock.hpp"
#include "compat.hpp"
#include "preferences.hpp"

namespace tcpstate {

/// As Wireshark keeps them: it writes into this.
struct Options {
    unsigned attempts = Preferences{}.attempts_before_suspicion;
    unsigned seconds_before_suspicion = static_cast<unsigned>(Preferences{}.before_suspicion / second);
    unsigned idle_timeout_seconds = static_cast<unsigned>(Preferences{}.idle_timeout_from / second);
    unsigned half_closed_milliseconds = static_cast<unsigned>(Preferences{}.half_closed_threshold / 1'000'000);
    unsigned ttl_tolerance = static_cast<unsigned>(Preferences{}.ttl_tolerance);
    compat::Bool explanations = true;
    compat::Bool info_column = false;
};

/// Registers them for the protocol `proto`. Wireshark keeps the address of `options`.
void register_options(int proto, Options& options);

/// Those that change verdicts.
Preferences core_preferences(const Options& options);
/// Wireshark's own preference to verify TCP checksums.
bool tcp_checks_checksum();

}  // namespace tcpstate

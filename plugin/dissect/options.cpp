// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include "clock.hpp"
#include "compat.hpp"

namespace tcpstate {

void register_options(int proto, Options& options) {
    // Every change makes Wireshark dissect the open file anew, so there is nothing to do when they are applied.
    module_t* const module = prefs_register_protocol(proto, nullptr);
    prefs_register_uint_preference(
        module, "attempts_before_suspicion", "Unanswered attempts before half-open is suspected",
        "How many attempts of an endpoint (retransmissions, keepalive or zero-window probes) must have failed before "
        "its silent peer is suspected to be gone. An attempt has failed once it is repeated without any answer.",
        10, &options.attempts);
    prefs_register_uint_preference(
        module, "seconds_before_suspicion", "Seconds before half-open is suspected",
        "Nor is a silent peer suspected before this many seconds have passed since the first send that was not "
        "answered.",
        10, &options.seconds_before_suspicion);
    prefs_register_uint_preference(
        module, "half_closed_threshold", "Half-closed for long after (milliseconds)",
        "A connection that is half-closed for longer than this after the FIN was acknowledged, and for at least three "
        "round trips, is reported as half-closed-long.",
        10, &options.half_closed_milliseconds);
    prefs_register_uint_preference(
        module, "idle_timeout_from", "Idle timeout likelier than a crash from (seconds)",
        "Where a connection had been idle for this long before a RST that looks like a crash, an idle timeout of a "
        "server or a middlebox is named first.",
        10, &options.idle_timeout_seconds);
    prefs_register_uint_preference(module, "ttl_tolerance", "Tolerated difference in TTL",
                                   "A RST whose TTL or hop limit is further than this from the usual one of its sender "
                                   "is called foreign: somebody else "
                                   "made it. A smaller difference only lowers the confidence.",
                                   10, &options.ttl_tolerance);
    prefs_register_bool_preference(
        module, "explanations", "Explain resets",
        "Add a sentence or two to each RST: why this cause, and what looks the same on the wire.",
        &options.explanations);
    prefs_register_bool_preference(
        module, "info_column", "Show events in the Info column",
        "Append the summary of every event of severity note and above to the Info column of the packet list.",
        &options.info_column);
}

Preferences core_preferences(const Options& options) {
    Preferences preferences;
    preferences.attempts_before_suspicion = options.attempts;
    preferences.before_suspicion = static_cast<int64_t>(options.seconds_before_suspicion) * second;
    preferences.idle_timeout_from = static_cast<int64_t>(options.idle_timeout_seconds) * second;
    preferences.half_closed_threshold = static_cast<int64_t>(options.half_closed_milliseconds) * 1'000'000;
    preferences.ttl_tolerance = static_cast<int>(options.ttl_tolerance < 255 ? options.ttl_tolerance : 255);
    return preferences;
}

bool tcp_checks_checksum() {
    module_t* const module = prefs_find_module("tcp");
    pref_t* const preference = module != nullptr ? prefs_find_preference(module, "check_checksum") : nullptr;
    return preference != nullptr && prefs_get_bool_value(preference, pref_current);
}

}  // namespace tcpstate

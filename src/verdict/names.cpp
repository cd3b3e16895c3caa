// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.hpp"

#include <cstddef>

namespace tcpstate {

namespace {

/// The name of a value. One name for each enumerator, or it does not compile.
template <typename Enum, size_t size>
const char* pick(const char* const (&names)[size], Enum value) {
    static_assert(size == static_cast<size_t>(Enum::Count), "an enumerator has no name");
    auto const i = static_cast<size_t>(value);
    return i < size ? names[i] : "";
}

}  // namespace

const char* name(Role role) { return role == Role::Client ? "client" : "server"; }
const char* name(MaybeRole role) {
    static constexpr const char* names[] = {"", "client", "server"};
    return pick(names, role);
}
const char* name(Phase phase) {
    static constexpr const char* names[] = {"opening", "open",   "half-open", "half-closed",
                                            "closing", "closed", "reset"};
    return pick(names, phase);
}
const char* name(HalfOpenKind kind) {
    static constexpr const char* names[] = {"", "suspected", "confirmed"};
    return pick(names, kind);
}
const char* name(Discovery discovery) {
    static constexpr const char* names[] = {"", "rst", "syn"};
    return pick(names, discovery);
}
const char* name(EmbryonicKind kind) {
    static constexpr const char* names[] = {"", "syn-unanswered", "syn-ack-unanswered", "ack-not-accepted"};
    return pick(names, kind);
}
const char* name(Keepalive keepalive) {
    static constexpr const char* names[] = {"", "probe", "answer"};
    return pick(names, keepalive);
}
const char* name(ResetKind kind) {
    static constexpr const char* names[] = {"unknown", "reply", "active"};
    return pick(names, kind);
}
const char* name(ResetEffect effect) {
    static constexpr const char* names[] = {"unknown", "accepted", "challenged", "ignored"};
    return pick(names, effect);
}
const char* name(Confidence confidence) {
    static constexpr const char* names[] = {"possible", "likely", "certain"};
    return pick(names, confidence);
}
const char* name(Settled settled) {
    static constexpr const char* names[] = {"", "accepted", "rejected"};
    return pick(names, settled);
}
const char* name(Cause cause) {
    static constexpr const char* names[] = {"foreign",
                                            "unsolicited",
                                            "after-close",
                                            "refused",
                                            "handshake-abort",
                                            "handshake-rejected",
                                            "crash-reconnect",
                                            "keepalive-timeout",
                                            "retransmission-timeout",
                                            "data-after-close",
                                            "middlebox",
                                            "crash",
                                            "abort",
                                            "unknown"};
    return pick(names, cause);
}
const char* name(Outcome outcome) {
    static constexpr const char* names[] = {"unknown",     "open",      "unanswered", "embryonic", "refused",
                                            "half-closed", "half-open", "crashed",    "aborted",   "timed-out",
                                            "closed",      "forgotten", "probe"};
    return pick(names, outcome);
}
const char* name(Remark remark) {
    static constexpr const char* names[] = {"",
                                            "packets seen several times",
                                            "one direction only",
                                            "clock goes back",
                                            "file repeats itself",
                                            "two clocks merged"};
    return pick(names, remark);
}
const char* name(IcmpVerdict verdict) {
    static constexpr const char* names[] = {
        "", "unreachable", "port-unreachable", "prohibited", "too-big", "time-exceeded", "other"};
    return pick(names, verdict);
}
const char* name(Severity severity) {
    static constexpr const char* names[] = {"chat", "note", "warn", "error"};
    return pick(names, severity);
}

}  // namespace tcpstate

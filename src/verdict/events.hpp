// SPDX-License-Identifier: GPL-2.0-or-later
/// Events: one row each. Expert infos, the field tcpstate.event, docs and tests read the same rows.
#pragma once
#include <cstdint>
#include <span>

namespace tcpstate {

enum class Event : uint8_t {
    SynUnanswered,
    HandshakeStalled,
    SimultaneousOpen,
    SimultaneousClose,
    HalfOpenSuspected,
    HalfOpenRecovered,
    HalfOpenConfirmed,
    RstAfterCrash,
    HalfClosed,
    DataWhileHalfClosed,
    HalfClosedLong,
    RstRefused,
    RstAbort,
    RstDataAfterClose,
    RstKeepaliveTimeout,
    RstRetransmissionTimeout,
    RstMiddlebox,
    RstAfterClose,
    RstHandshakeAbort,
    RstHandshakeRejected,
    RstChallenged,
    RstIgnored,
    RstSuspicious,
    RstUnsolicited,
    ChallengeAck,
    NewIncarnation,
    PickedUpMidstream,
    CaptureRemark,
    Count
};

enum class Severity : uint8_t { Chat, Note, Warn, Error, Count };

struct EventRow {
    Event id;
    const char* name;  ///< as in tcpstate.event; the expert filter has _ for -
    Severity severity;
    const char* summary;             ///< one line for the expert info's registration and the docs
    const char* source;              ///< RFC section or measured fact
    const char* possible = nullptr;  ///< name where the cause is possible only: a warning then

    /// An error is for what is at least likely.
    Severity told_as(bool possible_only) const {
        return possible_only && possible != nullptr ? Severity::Warn : severity;
    }
};

std::span<const EventRow> events();
constexpr uint32_t bit(Event e) { return 1U << static_cast<unsigned>(e); }

}  // namespace tcpstate

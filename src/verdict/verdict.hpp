// SPDX-License-Identifier: GPL-2.0-or-later
/// The one output of the core: what one segment meant. Everything here depends on this frame and earlier ones
/// only ("online"); what later frames teach is in Connection, SuspicionHindsight and ResetHindsight ("hindsight").
#pragma once
#include <array>
#include <cstdint>

#include "segment.hpp"
#include "states.hpp"

namespace tcpstate {

enum class Role : uint8_t { Client, Server };
constexpr Role other(Role r) { return r == Role::Client ? Role::Server : Role::Client; }

/// Nothing, or a role.
enum class MaybeRole : uint8_t { None, Client, Server };
constexpr MaybeRole maybe(Role r) { return r == Role::Client ? MaybeRole::Client : MaybeRole::Server; }

enum class Phase : uint8_t { Opening, Open, HalfOpen, HalfClosed, Closing, Closed, Reset };

enum class HalfOpenKind : uint8_t { None, Suspected, Confirmed };
enum class Discovery : uint8_t { None, Rst, Syn };
enum class EmbryonicKind : uint8_t { None, SynUnanswered, SynAckUnanswered, AckNotAccepted };
enum class Keepalive : uint8_t { None, Probe, Answer };

enum class ResetKind : uint8_t { Unknown, Reply, Active };
enum class ResetEffect : uint8_t { Unknown, Accepted, Challenged, Ignored };
enum class Confidence : uint8_t { Possible, Likely, Certain };
enum class Settled : uint8_t { Open, Accepted, Rejected };
/// Order is that of the decision (resets.cpp): the first that the evidence supports.
enum class Cause : uint8_t {
    Foreign,
    Unsolicited,
    AfterClose,
    Refused,
    HandshakeAbort,
    HandshakeRejected,
    CrashReconnect,
    KeepaliveTimeout,
    DataAfterClose,
    Crash,
    Abort,
    Unknown,
    Count
};

/// How a connection ended, as the whole capture shows it.
enum class Outcome : uint8_t {
    Unknown,
    Open,
    Unanswered,
    Embryonic,
    Refused,
    HalfClosed,
    HalfOpen,
    Crashed,
    Aborted,
    TimedOut,
    Closed
};

/// Index into a hindsight list, or none.
inline constexpr uint32_t no_index = 0xffffffff;

/// One endpoint is gone and the other still holds its side (RFC 9293 3.5.1).
struct HalfOpen {
    uint64_t lost_bytes = 0;        ///< payload of the survivor that was never acknowledged
    int64_t duration = 0;           ///< ns from the last sign of life to this frame
    uint32_t since = 0;             ///< frame of the last sign of life of the endpoint that is gone
    uint32_t attempts = 0;          ///< unanswered attempts of the survivor
    uint32_t suspicion = no_index;  ///< index of its SuspicionHindsight
    HalfOpenKind kind = HalfOpenKind::None;
    Role gone = Role::Client;
    Discovery discovered_by = Discovery::None;
};

/// Exactly one endpoint has sent FIN. Closer and time of the FIN are in Verdict and Connection.
struct HalfClosed {
    uint64_t bytes = 0;  ///< payload of the other direction since the FIN, without retransmissions
    uint32_t segments = 0;
};

struct Embryonic {
    int64_t duration = 0;   ///< ns since the first SYN or SYN-ACK
    uint32_t attempts = 0;  ///< repeats without success
    EmbryonicKind kind = EmbryonicKind::None;
};

struct Reset {
    int32_t offset = 0;             ///< sequence number of the RST minus RCV.NXT of its receiver
    uint32_t trigger = 0;           ///< frame that a reply RST answers, 0 if none
    uint32_t hindsight = no_index;  ///< index of its ResetHindsight
    uint32_t fin_frame = 0;         ///< frame of the FIN of the RST's sender, 0 if none
    uint32_t heard_frame = 0;       ///< last frame from the RST's sender before it, 0 if none
    uint32_t challenge_due_to = 0;  ///< for `foreign`: frame that the RST contradicts, 0 if none
    uint16_t alternatives = 0;      ///< bit set of Cause: later rows that hold too
    uint16_t probes = 0;            ///< unanswered attempts of the RST's sender before it
    int16_t ttl_delta = 0;          ///< TTL minus the usual one of that endpoint
    Cause cause = Cause::Unknown;
    Confidence confidence = Confidence::Possible;
    ResetKind kind = ResetKind::Unknown;
    ResetEffect effect = ResetEffect::Unknown;
};

/// Payload sent and not acknowledged, by endpoint.
struct Unacked {
    uint32_t client = 0, server = 0;
};

/// The rare small annotations.
struct Annotations {
    uint32_t challenge_ack = 0;  ///< frame of the segment that this ACK challenges, 0 if none
    Keepalive keepalive = Keepalive::None;
    IcmpVerdict icmp = IcmpVerdict::None;
    Outcome previous = Outcome::Unknown;  ///< with event new-incarnation: what became of the one before
};

/// A change of state: the rule (an index into `rules`) and the endpoint that it moved.
struct Change {
    uint8_t rule = 0;
    Role who = Role::Client;
};
/// Usually no more than two per endpoint (a FIN that is also the awaited ACK); four when an endpoint goes on after
/// a RST and has to be put back where its own segments had brought it. On a connection to itself each counts twice.
inline constexpr int max_changes = 12;

/// What holds after a segment, in one word: records keep it as it is.
struct alignas(uint32_t) Snapshot {
    State client_state : 4;
    State server_state : 4;
    Phase phase : 3;
    Role sender : 1;
    bool client_presumed : 1;
    bool server_presumed : 1;
    bool guessed : 1;           ///< roles guessed by port numbers
    bool is_segment : 1;        ///< false for an ICMP error
    MaybeRole half_closed : 2;  ///< the closer, while half-closed
    MaybeRole closed_first : 2;
    bool known : 1;  ///< false where there is no verdict

    State state_of(Role r) const { return r == Role::Client ? client_state : server_state; }
    std::array<State, 2> states() const { return {client_state, server_state}; }  ///< by Role
    friend bool operator==(const Snapshot& a, const Snapshot& b) = default;
};
static_assert(sizeof(Snapshot) == sizeof(uint32_t) && static_cast<unsigned>(State::Count) <= 16);

/// Of a segment about which nothing is known yet.
constexpr Snapshot initial_snapshot() {
    Snapshot snapshot{};
    snapshot.is_segment = snapshot.known = true;
    return snapshot;
}

struct Verdict : Snapshot {
    Verdict() : Snapshot(initial_snapshot()) {}

    uint32_t conn = 0;
    int64_t idle = -1;   ///< ns since the last real activity; -1 on the first segment
    bool plain = false;  ///< known to be open and to have nothing but what stands above; false says nothing
    uint8_t changes = 0;
    std::array<Change, max_changes> change{};

    uint32_t events = 0;           ///< bit set of Event
    HalfOpen half_open;            ///< present when kind is not None
    HalfClosed half_closed_count;  ///< present while half-closed
    Embryonic embryonic;           ///< present when kind is not None
    bool is_reset = false;
    Reset reset;               ///< present when is_reset
    bool has_unacked = false;  ///< on RST, FIN, half-open
    Unacked unacked;
    Annotations annotations;

    /// As it was made, but for `change`. Costs less, because only what is present is written.
    void clear();
};

inline void Verdict::clear() {
    static_cast<Snapshot&>(*this) = initial_snapshot();
    idle = -1;
    plain = false;
    changes = 0;
    events = 0;
    if (half_open.kind != HalfOpenKind::None) half_open = {};
    half_closed_count = {};
    if (embryonic.kind != EmbryonicKind::None) embryonic = {};
    if (is_reset) reset = {};
    is_reset = false;
    if (has_unacked) unacked = {};
    has_unacked = false;
    annotations = {};
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// The one output of the core: what one segment meant. Everything here depends on this frame and earlier ones
/// only ("online"); what later frames teach is in Connection, SuspicionHindsight and ResetHindsight ("hindsight").
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <tuple>

#include "events.hpp"
#include "segment.hpp"
#include "states.hpp"

namespace tcpstate {

enum class Role : uint8_t { Client, Server };
constexpr Role other(Role r) { return r == Role::Client ? Role::Server : Role::Client; }
constexpr size_t index(Role r) { return static_cast<size_t>(r); }  ///< into what there is of both

/// Nothing, or a role.
enum class MaybeRole : uint8_t { None, Client, Server, Count };
constexpr MaybeRole maybe(Role r) { return r == Role::Client ? MaybeRole::Client : MaybeRole::Server; }

enum class Phase : uint8_t { Opening, Open, HalfOpen, HalfClosed, Closing, Closed, Reset, Count };

enum class HalfOpenKind : uint8_t { None, Suspected, Confirmed, Count };
enum class Discovery : uint8_t { None, Rst, Syn, Count };
enum class EmbryonicKind : uint8_t { None, SynUnanswered, SynAckUnanswered, AckNotAccepted, Count };
enum class Keepalive : uint8_t { None, Probe, Answer, Count };
/// What is wrong with the capture.
enum class Remark : uint8_t { None, Copies, OneDirection, ClockGoesBack, FileRepeats, TwoClocks, Count };
/// What ends a suspicion: an answer; one by which what was repeated had arrived (D-SACK, RFC 2883); or the survivor
/// goes on in a way that shows that it hears its peer.
enum class Recovery : uint8_t { None, Answered, HadArrived, WentOn };

enum class ResetKind : uint8_t { Unknown, Reply, Active, Count };
enum class ResetEffect : uint8_t { Unknown, Accepted, Challenged, Ignored, Count };
enum class Confidence : uint8_t { Possible, Likely, Certain, Count };
enum class Settled : uint8_t { Open, Accepted, Rejected, Count };
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
    RetransmissionTimeout,
    DataAfterClose,
    Middlebox,
    Crash,
    Abort,
    Unknown,
    Count
};

/// What the explanation of a RST says besides its cause.
enum class ResetNote : uint8_t {
    IdleTimeout,   ///< the connection had been idle for so long that a timeout is likelier than a crash
    Mirrored,      ///< it has the IP identification and the window of what it answers
    WithdrawsSyn,  ///< nothing had answered its sender's SYN
    BareAck,       ///< figure 9 in the handshake: the old connection is not in the capture
    ResetBefore,   ///< its sender had ended the connection by an earlier RST
    Restart,       ///< other connections of its sender ended so within seconds
    SeveralHosts,  ///< other hosts, too, no longer knew their connections to its receiver within a minute
    AckScan,
    FinScan,
    NullScan,
    XmasScan,
};
constexpr uint16_t bit(ResetNote note) { return static_cast<uint16_t>(1U << static_cast<unsigned>(note)); }

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
    Closed,
    Forgotten,
    Probe,
    Count
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
    bool operator==(const HalfOpen&) const = default;
};

/// The half-close: from the first FIN on until the second FIN, or a RST, has ended it.
struct HalfClose {
    uint64_t bytes = 0;     ///< payload of the other direction since the FIN, without retransmissions
    int64_t duration = 0;   ///< ns since the FIN
    uint32_t segments = 0;  ///< segments that carried this payload
    uint32_t since = 0;     ///< frame of the FIN, 0 if there is no half-close
    bool operator==(const HalfClose&) const = default;
};

/// A handshake that has begun, is not finished and is overdue.
struct Embryonic {
    int64_t duration = 0;   ///< ns since the first SYN or SYN,ACK
    uint32_t attempts = 0;  ///< repeats without success
    EmbryonicKind kind = EmbryonicKind::None;
    bool deferred = false;  ///< perhaps the server waits for data before it accepts
    bool operator==(const Embryonic&) const = default;
};

struct Reset {
    int32_t offset = 0;             ///< sequence number of the RST minus RCV.NXT of its receiver
    uint32_t trigger = 0;           ///< frame that a reply RST answers, 0 if none
    uint32_t hindsight = no_index;  ///< index of its ResetHindsight
    uint32_t fin_frame = 0;         ///< frame of the FIN of the RST's sender, 0 if none
    uint32_t heard_frame = 0;       ///< last frame from the RST's sender before it, 0 if none
    uint32_t probes = 0;            ///< unanswered attempts of the RST's sender before it
    uint16_t alternatives = 0;      ///< bit set of Cause: later rows that hold too
    uint16_t notes = 0;             ///< bit set of ResetNote
    int16_t ttl_delta = 0;          ///< TTL minus the usual one of that endpoint; 0 also where one is unknown
    int16_t hops_delta = 0;         ///< hop count minus the usual one of that endpoint; 0 also where one is unknown
    Cause cause = Cause::Unknown;
    Confidence confidence = Confidence::Possible;
    ResetKind kind = ResetKind::Unknown;
    ResetEffect effect = ResetEffect::Unknown;
    bool notes_that(ResetNote note) const { return (notes & bit(note)) != 0; }
    bool operator==(const Reset&) const = default;
};

/// Why a RST was sent, in its own words; empty if it does not say.
struct Declared {
    char text[64] = {};  ///< ends in 0; what does not fit is cut off
    bool operator==(const Declared& other) const { return std::memcmp(text, other.text, sizeof text) == 0; }
};

/// Payload sent and not acknowledged, by endpoint.
struct Unacked {
    uint32_t client = 0, server = 0;
    bool operator==(const Unacked&) const = default;
};

/// What is said of few segments, and in few bytes.
struct Annotations {
    uint32_t challenge_ack = 0;                   ///< frame of the segment that this ACK challenges, 0 if none
    uint32_t copy_of = 0;                         ///< frame that first showed this packet, 0 if this one did
    uint32_t previous = no_index;                 ///< with event new-incarnation: index of the incarnation before
    Outcome previous_outcome = Outcome::Unknown;  ///< and what became of it
    Keepalive keepalive = Keepalive::None;
    Recovery recovery = Recovery::None;
    Remark remark = Remark::None;
    IcmpVerdict icmp = IcmpVerdict::None;
    bool operator==(const Annotations&) const = default;
};

/// A change of state: the rule (an index into `rules`) and the endpoint that it moved.
struct Change {
    uint8_t rule = 0;
    Role who = Role::Client;
    bool operator==(const Change&) const = default;
};

/// The changes of state by one segment, in order. Usually no more than two per endpoint (a FIN that is also the awaited
/// ACK); four when an endpoint goes on after a RST and has to be put back where its own segments had brought it. On a
/// connection to itself each counts twice.
class Changes {
public:
    static constexpr size_t capacity = 12;
    /// What does not fit is left out.
    void add(Change change) {
        if (size_ < capacity) list_[size_++] = change;
    }
    size_t size() const { return size_; }
    const Change& operator[](size_t i) const { return list_[i]; }
    const Change* begin() const { return list_.data(); }
    const Change* end() const { return list_.data() + size_; }
    bool operator==(const Changes&) const = default;

private:
    std::array<Change, capacity> list_{};
    uint8_t size_ = 0;
};

/// What holds after a segment, in one word: the store keeps it as it is.
struct alignas(uint32_t) Snapshot {
    Role sender : 1;
    State client_state : 4;
    State server_state : 4;
    Phase phase : 3;
    bool client_presumed : 1;
    bool server_presumed : 1;
    bool guessed : 1;           ///< roles guessed by port numbers
    bool is_segment : 1;        ///< false for an ICMP error
    MaybeRole half_closed : 2;  ///< the closer, while half-closed
    MaybeRole closed_first : 2;
    bool known : 1;  ///< false where there is no verdict

    State state_of(Role r) const { return r == Role::Client ? client_state : server_state; }
    std::array<State, 2> states() const { return {client_state, server_state}; }  ///< by Role
    bool operator==(const Snapshot&) const = default;
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

    uint32_t conn = 0;         ///< index of the connection (incarnation), in order of appearance
    uint32_t incarnation = 1;  ///< which life of its 4-tuple, 1-based
    int64_t idle = -1;         ///< ns since the last real activity; -1 on the first segment
    Changes changes;
    /// The incarnation is the first, nothing changed, and none of the parts is there; false says nothing. No part of
    /// the verdict: a hint for what keeps verdicts.
    struct Hint {
        bool value = false;
        bool operator==(const Hint&) const { return true; }
    } plain;

    /// \name Parts: each is there when it is not as it was made
    /// @{
    uint32_t events = 0;  ///< bit set of Event
    HalfOpen half_open;
    HalfClose half_close;
    Embryonic embryonic;
    Reset reset;
    Declared declared;
    Unacked unacked;
    bool has_unacked = false;  ///< on RST, FIN, half-open
    Annotations annotations;
    /// @}

    bool is_reset() const { return reset.hindsight != no_index; }
    bool has(Event event) const { return (events & bit(event)) != 0; }
    void tell(Event event) { events |= bit(event); }
    bool operator==(const Verdict&) const = default;
};

/// The parts of a verdict that most verdicts do not have: what keeps verdicts, and gives them back, goes through this
/// list.
inline constexpr std::tuple verdict_parts{
    &Verdict::events,      &Verdict::half_open, &Verdict::half_close,  &Verdict::embryonic, &Verdict::reset,
    &Verdict::has_unacked, &Verdict::unacked,   &Verdict::annotations, &Verdict::declared,  &Verdict::changes};

}  // namespace tcpstate

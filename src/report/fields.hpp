// SPDX-License-Identifier: GPL-2.0-or-later
/// The fields: one row each. Registration in Wireshark, docs/filters.md and the tests read the same rows.
#pragma once
#include <cstdint>
#include <span>

#include "text.hpp"
#include "tracker.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// In the order of the rows.
enum class FieldId : uint8_t {
    Summary,
    RstCause,
    RstConfidence,
    RstKind,
    RstEffect,
    RstTrigger,
    RstExplanation,
    RstContradictedIn,
    RstSettled,
    RstDeclared,
    RstHopsDelta,
    RstTtlDelta,
    HalfOpen,
    HalfOpenGone,
    HalfOpenSince,
    HalfOpenDuration,
    HalfOpenAttempts,
    HalfOpenLostBytes,
    HalfOpenDiscoveredBy,
    HalfOpenDiscoveredIn,
    HalfOpenRecoveredIn,
    HalfClosed,
    HalfClosedSince,
    HalfClosedDuration,
    HalfClosedBytes,
    HalfClosedSegments,
    HalfClosedEndedIn,
    HalfClosedEndedBy,
    Embryonic,
    EmbryonicAttempts,
    EmbryonicDuration,
    Event,
    Transition,
    Rule,
    ClientState,
    ServerState,
    ClientPresumed,
    ServerPresumed,
    States,
    Segment,
    Phase,
    ChallengeAck,
    Keepalive,
    CopyOf,
    Remark,
    Icmp,
    ClientUnacked,
    ServerUnacked,
    Sender,
    Idle,
    Conn,
    Incarnation,
    Previous,
    Next,
    Roles,
    ClosedFirst,
    Outcome,
    CloseIdle,
    ConnState,
    History,
    Count
};

enum class FieldType : uint8_t {
    Bool,
    Uint32,
    Uint64,
    Int32,
    Frame,
    Duration,  ///< relative time, nanoseconds
    String
};

/// For FieldType::Frame: which arrow Wireshark draws in the packet list.
enum class Link : uint8_t { None, Request, Response };

/// Which subtree of the packet details a field stands in. Its first row in the table is its title: where that one is
/// absent, there is no subtree, and the others stand in the tree itself.
enum class Subtree : uint8_t { None, Rst, HalfOpen, HalfClosed, Handshake, Connection, Count };

/// What a getter needs to answer: the verdict of the frame, and the connection as far as it is known by now.
struct View {
    const Verdict& verdict;
    const Tracker& tracker;
    uint32_t frame;
    int64_t time;                      ///< of the frame, ns since the epoch
    bool hindsight;                    ///< whether the whole capture has been seen
    const Segment* segment = nullptr;  ///< its header, where somebody reads a field that needs it
};

/// A value of any FieldType. Text is fixed storage: nothing here needs a destructor (a longjmp may pass).
struct Value {
    uint64_t number = 0;        ///< Bool, Uint32, Uint64, Frame
    int64_t signed_number = 0;  ///< Int32, Duration
    Text text;                  ///< String
};

struct Field {
    FieldId id;
    const char* name;  ///< without the prefix "tcpstate."
    const char* label;
    Subtree subtree;
    FieldType type;
    const char* when;  ///< when it is present, in words
    const char* help;
    /// Fills the index-th value and returns true, or returns false when there is none.
    bool (*get)(const View&, int index, Value&);
    bool hindsight = false;
    bool repeats = false;  ///< more than one value may be present
    Link link = Link::None;
};

/// What ended the half-close of a connection: fin, rst, or capture-end: an endpoint has acknowledged the FIN and stays
/// in CLOSE-WAIT. "" where a FIN that never ended was not acknowledged: it may not have arrived.
const char* half_close_ended_by(const Connection& connection);

std::span<const Field> fields();
const Field& field(FieldId id);

}  // namespace tcpstate

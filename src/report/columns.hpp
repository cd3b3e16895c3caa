// SPDX-License-Identifier: GPL-2.0-or-later
/// The columns of the table of connections: one row each. What the table prints, the window's table, the archive's
/// database, docs/filters.md and the tests read the same rows. Scripts rely on the names: add, do not rename.
#pragma once
#include <cstdint>
#include <span>

#include "connection_rows.hpp"
#include "fields.hpp"

namespace tcpstate {

enum class ColumnType : uint8_t {
    Index,     ///< of the connection: counted from 0 in each capture
    Number,    ///< not negative, below 2^32
    Signed,    ///< a number of 32 bits with its sign
    Bytes,     ///< a number below 2^64
    Frame,     ///< the number of a frame
    Duration,  ///< nanoseconds, printed as seconds
    Time,      ///< nanoseconds since the epoch, printed as seconds
    String,
    Prose,  ///< text for people: it names frames, as "frame 7"
    Count
};
const char* name(ColumnType type);
constexpr bool is_text(ColumnType type) { return type == ColumnType::String || type == ColumnType::Prose; }

/// In the order of the rows.
enum class ColumnId : uint8_t {
    Conn,
    Client,
    ClientPort,
    Server,
    ServerPort,
    Roles,
    Incarnation,
    Start,
    Duration,
    FirstFrame,
    LastFrame,
    ClientFrames,
    ServerFrames,
    ClientBytes,
    ServerBytes,
    ClientState,
    ServerState,
    Outcome,
    ClosedFirst,
    HalfOpen,
    HalfOpenGone,
    HalfOpenSince,
    HalfOpenDuration,
    HalfOpenAttempts,
    HalfOpenLostBytes,
    HalfOpenDiscoveredBy,
    HalfOpenDiscoveredIn,
    HalfOpenRecoveredIn,
    HalfOpenTime,
    HalfClosed,
    HalfClosedSince,
    HalfClosedDuration,
    HalfClosedBytes,
    HalfClosedEndedBy,
    Embryonic,
    RstCause,
    RstBy,
    RstConfidence,
    RstEffect,
    RstFrame,
    RstTime,
    RstIdle,
    ConnState,
    History,
    CloseIdle,
    CloseWaitSince,
    CloseWait,
    RstTrigger,
    RstTtlDelta,
    RstHopsDelta,
    RstExplanation,
    Sentence,
    Count
};

/// One connection at the end of the capture.
struct ConnectionView {
    const ConnectionRow& row;
    const Tracker& tracker;
    uint32_t conn;
    int64_t capture_end;  ///< time of the latest packet
    const Connection& connection() const { return tracker.connection(conn); }
    /// The segment that was noted, with all that is known at the end.
    View at(const NotedSegment& segment) const { return {segment.verdict, tracker, segment.frame, segment.time, true}; }
};

struct Column {
    ColumnId id;
    const char* name;
    ColumnType type;
    const char* help;
    /// Fills the value: `number`, `signed_number` for times and signed numbers, or `text`. False when the cell is
    /// empty.
    bool (*get)(const ConnectionView&, Value&);
};

/// What happened to the connection, in words; nothing if it was ordinary.
void describe(const ConnectionView& connection, Text& text);

std::span<const Column> columns();
const Column& column(ColumnId id);
/// The text of a cell; false when it is empty.
bool print_cell(const Column& column, const ConnectionView& connection, Text& text);

}  // namespace tcpstate

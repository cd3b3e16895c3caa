// SPDX-License-Identifier: GPL-2.0-or-later
#include "columns.hpp"

#include <array>
#include <cinttypes>

#include "names.hpp"
#include "printing.hpp"
#include "zeek.hpp"

namespace tcpstate {

const char* name(ColumnType type) {
    static constexpr const char* names[] = {"index",    "number", "signed", "bytes", "frame",
                                            "duration", "time",   "string", "prose"};
    static_assert(std::size(names) == static_cast<size_t>(ColumnType::Count));
    return names[static_cast<size_t>(type)];
}

namespace {

using C = const ConnectionView&;

bool number(Value& out, uint64_t n) {
    out.number = n;
    return true;
}
bool frame(Value& out, uint32_t n) { return n != 0 && number(out, n); }
bool time(Value& out, int64_t nanoseconds) {
    out.signed_number = nanoseconds;
    return true;
}
bool text(Value& out, const char* s) {
    out.text.clear();
    out.text.add_text(s);
    return !out.text.empty();
}
bool address(Value& out, const Socket& socket) {
    out.text.clear();
    add_address(socket.address, out.text);
    return true;
}
bool history(Value& out, const Connection& connection) {
    out.text.clear();
    print(connection.history, out.text);
    return !out.text.empty();
}

bool sentence(Value& out, C c) {
    out.text.clear();
    describe(c, out.text);
    return !out.text.empty();
}

/// An endpoint is in CLOSE-WAIT at the end of the capture, and its own acknowledgment of the FIN shows it.
bool is_in_close_wait(C c) {
    const Snapshot& latest = c.row.latest;
    if (latest.half_closed == MaybeRole::None) return false;
    bool const by_client = latest.half_closed == MaybeRole::Client;
    return latest.state_of(by_client ? Role::Server : Role::Client) == State::CloseWait &&
           !(by_client ? latest.server_presumed : latest.client_presumed);
}

bool is_half_closed(C c) { return c.row.half_closed != MaybeRole::None; }

/// The value of a field on a segment that was noted.
template <FieldId id, std::unique_ptr<NotedSegment> ConnectionRow::*segment>
bool field_at(C c, Value& out) {
    const auto& noted = c.row.*segment;
    return noted != nullptr && field(id).get(c.at(*noted), 0, out);
}
template <FieldId id>
constexpr auto half_open = field_at<id, &ConnectionRow::half_open>;
template <FieldId id>
constexpr auto reset = field_at<id, &ConnectionRow::reset>;

// clang-format off
#define GET(expression) [](C c, Value& out) -> bool { return expression; }

using Id = ColumnId;
using Type = ColumnType;

constexpr std::array table{
    Column{Id::Conn, "conn", Type::Index, "index of the connection, tcpstate.conn", GET(number(out, c.conn))},
    Column{Id::Client, "client", Type::String, "address of the client", GET(address(out, c.row.client))},
    Column{Id::ClientPort, "client_port", Type::Number, "port of the client", GET(number(out, c.row.client.port))},
    Column{Id::Server, "server", Type::String, "address of the server", GET(address(out, c.row.server))},
    Column{Id::ServerPort, "server_port", Type::Number, "port of the server", GET(number(out, c.row.server.port))},
    Column{Id::Roles, "roles", Type::String, "handshake or guessed", GET(text(out, c.row.latest.guessed ? "guessed" : "handshake"))},
    Column{Id::Incarnation, "incarnation", Type::Number, "which life of these addresses and ports, from the second on",
           GET(c.connection().incarnation > 1 && number(out, c.connection().incarnation))},
    Column{Id::Start, "start", Type::Time, "time of the first segment, seconds since the epoch", GET(time(out, c.row.first.time))},
    Column{Id::Duration, "duration", Type::Duration, "from the first to the last segment", GET(time(out, c.row.last.time - c.row.first.time))},
    Column{Id::FirstFrame, "first_frame", Type::Frame, "number of the first frame", GET(frame(out, c.row.first.frame))},
    Column{Id::LastFrame, "last_frame", Type::Frame, "number of the last frame", GET(frame(out, c.row.last.frame))},
    Column{Id::ClientFrames, "client_frames", Type::Number, "segments of the client", GET(number(out, c.connection().client().frames))},
    Column{Id::ServerFrames, "server_frames", Type::Number, "segments of the server", GET(number(out, c.connection().server().frames))},
    Column{Id::ClientBytes, "client_bytes", Type::Bytes, "payload of the client, retransmissions not counted twice",
           GET(number(out, c.connection().client().bytes))},
    Column{Id::ServerBytes, "server_bytes", Type::Bytes, "payload of the server, retransmissions not counted twice",
           GET(number(out, c.connection().server().bytes))},
    Column{Id::ClientState, "client_state", Type::String, "state of the client at the end", GET(text(out, name(c.row.latest.client_state)))},
    Column{Id::ServerState, "server_state", Type::String, "state of the server at the end", GET(text(out, name(c.row.latest.server_state)))},
    Column{Id::Outcome, "outcome", Type::String, "how it ended", GET(text(out, name(c.connection().outcome())))},
    Column{Id::ClosedFirst, "closed_first", Type::String, "who sent the first FIN or accepted RST, unless the RST shows that there is no such connection", GET(text(out, name(c.row.latest.closed_first)))},
    Column{Id::HalfOpen, "half_open", Type::String, "suspected or confirmed, also when it recovered later", half_open<FieldId::HalfOpen>},
    Column{Id::HalfOpenGone, "half_open_gone", Type::String, "the endpoint that is gone", half_open<FieldId::HalfOpenGone>},
    Column{Id::HalfOpenSince, "half_open_since", Type::Frame, "frame of its last sign of life", half_open<FieldId::HalfOpenSince>},
    Column{Id::HalfOpenDuration, "half_open_duration", Type::Duration, "from there to the last half-open segment", half_open<FieldId::HalfOpenDuration>},
    Column{Id::HalfOpenAttempts, "half_open_attempts", Type::Number, "unanswered attempts of the survivor", half_open<FieldId::HalfOpenAttempts>},
    Column{Id::HalfOpenLostBytes, "half_open_lost_bytes", Type::Bytes, "payload of the survivor that was never acknowledged",
           half_open<FieldId::HalfOpenLostBytes>},
    Column{Id::HalfOpenDiscoveredBy, "half_open_discovered_by", Type::String, "rst or syn", half_open<FieldId::HalfOpenDiscoveredBy>},
    Column{Id::HalfOpenDiscoveredIn, "half_open_discovered_in", Type::Frame, "frame of the discovery", half_open<FieldId::HalfOpenDiscoveredIn>},
    Column{Id::HalfOpenRecoveredIn, "half_open_recovered_in", Type::Frame, "frame in which the silent endpoint answered again",
           half_open<FieldId::HalfOpenRecoveredIn>},
    Column{Id::HalfOpenTime, "half_open_time", Type::Time, "when the last half-open segment was seen, seconds since the epoch",
           GET(c.row.half_open && time(out, c.row.half_open->time))},
    Column{Id::HalfClosed, "half_closed", Type::String, "the closer", GET(text(out, name(c.row.half_closed)))},
    Column{Id::HalfClosedSince, "half_closed_since", Type::Frame, "frame of the FIN", GET(is_half_closed(c) && number(out, c.row.half_close.since))},
    Column{Id::HalfClosedDuration, "half_closed_duration", Type::Duration, "from there to the last half-closed segment",
           GET(is_half_closed(c) && time(out, c.row.half_close.duration))},
    Column{Id::HalfClosedBytes, "half_closed_bytes", Type::Bytes, "payload of the other direction since the FIN",
           GET(is_half_closed(c) && number(out, c.row.half_close.bytes))},
    Column{Id::HalfClosedEndedBy, "half_closed_ended_by", Type::String, "fin, rst or capture-end",
           GET(is_half_closed(c) && text(out, half_close_ended_by(c.connection())))},
    Column{Id::Embryonic, "embryonic", Type::String, "why the handshake was overdue", GET(text(out, name(c.row.embryonic)))},
    Column{Id::RstCause, "rst_cause", Type::String, "cause of the RST that ended it, else of the latest RST", reset<FieldId::RstCause>},
    Column{Id::RstBy, "rst_by", Type::String, "who sent it", reset<FieldId::Sender>},
    Column{Id::RstConfidence, "rst_confidence", Type::String, "certain, likely or possible", reset<FieldId::RstConfidence>},
    Column{Id::RstEffect, "rst_effect", Type::String, "accepted, challenged, ignored or unknown", reset<FieldId::RstEffect>},
    Column{Id::RstFrame, "rst_frame", Type::Frame, "its frame", GET(c.row.reset && frame(out, c.row.reset->frame))},
    Column{Id::RstTime, "rst_time", Type::Time, "when it was seen, seconds since the epoch", GET(c.row.reset && time(out, c.row.reset->time))},
    Column{Id::RstIdle, "rst_idle", Type::Duration, "how long the connection had been idle before it", reset<FieldId::Idle>},
    Column{Id::ConnState, "conn_state", Type::String, "Zeek's conn_state", GET(text(out, zeek_state(c.connection())))},
    Column{Id::History, "history", Type::String, "Zeek's history", GET(history(out, c.connection()))},
    Column{Id::CloseIdle, "close_idle", Type::Duration, "how long the connection had been idle before what ended it: the first FIN, a RST, or what the RST answered",
           GET(c.connection().close_idle() >= 0 && time(out, c.connection().close_idle()))},
    Column{Id::CloseWaitSince, "close_wait_since", Type::Time, "since when an endpoint has been in CLOSE-WAIT that still is at the end of the capture, seconds since the epoch",
           GET(is_in_close_wait(c) && time(out, c.connection().first_fin_time))},
    Column{Id::CloseWait, "close_wait", Type::Duration, "how long that is, to the last packet of the capture",
           GET(is_in_close_wait(c) && time(out, c.capture_end - c.connection().first_fin_time))},
    Column{Id::RstTrigger, "rst_trigger", Type::Frame, "frame of the segment that the RST answers", reset<FieldId::RstTrigger>},
    Column{Id::RstTtlDelta, "rst_ttl_delta", Type::Signed, "its TTL or hop limit minus the usual one of its sender, when not 0", reset<FieldId::RstTtlDelta>},
    Column{Id::RstHopsDelta, "rst_hops_delta", Type::Signed, "its hop count minus the usual one of its sender, when not 0", reset<FieldId::RstHopsDelta>},
    Column{Id::RstExplanation, "rst_explanation", Type::Prose, "why this cause, and what looks the same on the wire", reset<FieldId::RstExplanation>},
    Column{Id::Sentence, "sentence", Type::Prose, "what happened, in words", GET(sentence(out, c))},
};
// clang-format on

#undef GET

constexpr bool has_a_row_for_each_id() {
    for (size_t i = 0; i < table.size(); ++i)
        if (table[i].id != static_cast<ColumnId>(i)) return false;
    return table.size() == static_cast<size_t>(ColumnId::Count);
}
static_assert(has_a_row_for_each_id(), "the rows of columns are in the order of ColumnId");

}  // namespace

std::span<const Column> columns() { return table; }
const Column& column(ColumnId id) { return table[static_cast<size_t>(id)]; }

bool print_cell(const Column& column, const ConnectionView& connection, Text& text) {
    Value value;
    if (!column.get(connection, value)) return false;
    switch (column.type) {
        case ColumnType::Duration:
        case ColumnType::Time: add_seconds(value.signed_number, text); break;
        case ColumnType::Signed: text.add("%" PRId64, value.signed_number); break;
        case ColumnType::String:
        case ColumnType::Prose: text.add_text(value.text.view()); break;
        default: text.add_number(value.number);
    }
    return true;
}

}  // namespace tcpstate

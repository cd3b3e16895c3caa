// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection_rows.hpp"

#include <cinttypes>
#include <cstring>

namespace tcpstate {

void add_address(const Socket& socket, Text& text) {
    address shown;
    set_address(&shown, socket.address.length == 4 ? AT_IPv4 : AT_IPv6, socket.address.length,
                socket.address.bytes.data());
    char buffer[WS_INET6_ADDRSTRLEN];
    address_to_str_buf(&shown, buffer, sizeof buffer);
    text.add("%s", buffer);
}

void add_seconds(int64_t nanoseconds, Text& text) {
    bool const negative = nanoseconds < 0;
    uint64_t const size = negative ? 0 - static_cast<uint64_t>(nanoseconds) : static_cast<uint64_t>(nanoseconds);
    text.add("%s%" PRIu64 ".%09" PRIu64, negative ? "-" : "", size / 1'000'000'000, size % 1'000'000'000);
}

namespace {

const Field* field_named(const char* name) {
    for (const Field& field : fields()) {
        if (std::strcmp(field.name, name) == 0) return &field;
    }
    return nullptr;
}

/// The value of a field in the verdict at `where`, told with all that is known at the end.
bool field_value(const char* name, const Session& session, const SegmentRef& where, Text& text) {
    const Field* const field = field_named(name);
    Verdict verdict;
    if (field == nullptr || where.frame == 0 || !session.recall(where.frame, where.header_id, verdict)) return false;
    View const view = session.view(verdict, where.frame, where.time, true);
    Value value;
    if (!field->get(view, 0, value)) return false;
    switch (field->type) {
        case FieldType::Bool:
        case FieldType::Uint32:
        case FieldType::Uint64:
        case FieldType::Frame: text.add("%" PRIu64, value.number); break;
        case FieldType::Int32: text.add("%" PRId64, value.signed_number); break;
        case FieldType::Duration: add_seconds(value.signed_number, text); break;
        case FieldType::String: text.add("%s", value.text.c_str()); break;
    }
    return true;
}

bool add_number(Text& text, uint64_t number) {
    text.add("%" PRIu64, number);
    return true;
}

bool add_time(const SegmentRef& where, Text& text) {
    if (where.frame == 0) return false;
    add_seconds(where.time, text);
    return true;
}

using S = const Session&;
using E = const ConnectionRow&;

constexpr auto none = &ConnectionRow::latest;  // for columns that are no field

// clang-format off
constexpr Column table[] = {
    {"conn", ColumnType::Number, "index of the connection, tcpstate.conn", nullptr, none,
     [](S, E, uint32_t conn, Text& text) { return add_number(text, conn); }},
    {"client", ColumnType::Text, "address of the client", nullptr, none,
     [](S, E row, uint32_t, Text& text) { add_address(row.client, text); return true; }},
    {"client_port", ColumnType::Number, "port of the client", nullptr, none,
     [](S, E row, uint32_t, Text& text) { return add_number(text, row.client.port); }},
    {"server", ColumnType::Text, "address of the server", nullptr, none,
     [](S, E row, uint32_t, Text& text) { add_address(row.server, text); return true; }},
    {"server_port", ColumnType::Number, "port of the server", nullptr, none,
     [](S, E row, uint32_t, Text& text) { return add_number(text, row.server.port); }},
    {"roles", ColumnType::Text, "handshake or guessed", "roles", &ConnectionRow::latest, nullptr},
    {"incarnation", ColumnType::Number, "which life of these addresses and ports, from the second on", "incarnation", &ConnectionRow::latest, nullptr},
    {"start", ColumnType::Seconds, "time of the first segment, seconds since the epoch", nullptr, none,
     [](S, E row, uint32_t, Text& text) { add_seconds(row.first.time, text); return true; }},
    {"duration", ColumnType::Seconds, "from the first to the last segment", nullptr, none,
     [](S, E row, uint32_t, Text& text) { add_seconds(row.last.time - row.first.time, text); return true; }},
    {"first_frame", ColumnType::Number, "number of the first frame", nullptr, none,
     [](S, E row, uint32_t, Text& text) { return add_number(text, row.first.frame); }},
    {"last_frame", ColumnType::Number, "number of the last frame", nullptr, none,
     [](S, E row, uint32_t, Text& text) { return add_number(text, row.last.frame); }},
    {"client_frames", ColumnType::Number, "segments of the client", nullptr, none,
     [](S session, E, uint32_t conn, Text& text) { return add_number(text, session.tracker()->connection(conn).client().frames); }},
    {"server_frames", ColumnType::Number, "segments of the server", nullptr, none,
     [](S session, E, uint32_t conn, Text& text) { return add_number(text, session.tracker()->connection(conn).server().frames); }},
    {"client_bytes", ColumnType::Number, "payload of the client, retransmissions not counted twice", nullptr, none,
     [](S session, E, uint32_t conn, Text& text) { return add_number(text, session.tracker()->connection(conn).client().bytes); }},
    {"server_bytes", ColumnType::Number, "payload of the server, retransmissions not counted twice", nullptr, none,
     [](S session, E, uint32_t conn, Text& text) { return add_number(text, session.tracker()->connection(conn).server().bytes); }},
    {"client_state", ColumnType::Text, "state of the client at the end", "client.state", &ConnectionRow::latest, nullptr},
    {"server_state", ColumnType::Text, "state of the server at the end", "server.state", &ConnectionRow::latest, nullptr},
    {"outcome", ColumnType::Text, "how it ended", "outcome", &ConnectionRow::latest, nullptr},
    {"closed_first", ColumnType::Text, "who sent the first FIN or accepted RST", "closed_first", &ConnectionRow::latest, nullptr},
    {"half_open", ColumnType::Text, "suspected or confirmed, also when it recovered later", "half_open", &ConnectionRow::half_open, nullptr},
    {"half_open_gone", ColumnType::Text, "the endpoint that is gone", "half_open.gone", &ConnectionRow::half_open, nullptr},
    {"half_open_since", ColumnType::Number, "frame of its last sign of life", "half_open.since", &ConnectionRow::half_open, nullptr},
    {"half_open_duration", ColumnType::Seconds, "from there to the last half-open segment", "half_open.duration", &ConnectionRow::half_open, nullptr},
    {"half_open_attempts", ColumnType::Number, "unanswered attempts of the survivor", "half_open.attempts", &ConnectionRow::half_open, nullptr},
    {"half_open_lost_bytes", ColumnType::Number, "payload of the survivor that was never acknowledged", "half_open.lost_bytes", &ConnectionRow::half_open, nullptr},
    {"half_open_discovered_by", ColumnType::Text, "rst or syn", "half_open.discovered_by", &ConnectionRow::half_open, nullptr},
    {"half_open_discovered_in", ColumnType::Number, "frame of the discovery", "half_open.discovered_in", &ConnectionRow::half_open, nullptr},
    {"half_open_recovered_in", ColumnType::Number, "frame in which the silent endpoint answered again", "half_open.recovered_in", &ConnectionRow::half_open, nullptr},
    {"half_open_time", ColumnType::Seconds, "when the last half-open segment was seen, seconds since the epoch", nullptr, none,
     [](S, E row, uint32_t, Text& text) { return add_time(row.half_open, text); }},
    {"half_closed", ColumnType::Text, "the closer", "half_closed", &ConnectionRow::half_closed, nullptr},
    {"half_closed_since", ColumnType::Number, "frame of the FIN", "half_closed.since", &ConnectionRow::half_closed, nullptr},
    {"half_closed_duration", ColumnType::Seconds, "from there to the last half-closed segment", "half_closed.duration", &ConnectionRow::half_closed, nullptr},
    {"half_closed_bytes", ColumnType::Number, "payload of the other direction since the FIN", "half_closed.bytes", &ConnectionRow::half_closed, nullptr},
    {"half_closed_ended_by", ColumnType::Text, "fin, rst or capture-end", "half_closed.ended_by", &ConnectionRow::half_closed, nullptr},
    {"embryonic", ColumnType::Text, "why the handshake was overdue", "embryonic", &ConnectionRow::embryonic, nullptr},
    {"rst_cause", ColumnType::Text, "cause of the RST that ended it, else of the latest RST", "rst.cause", &ConnectionRow::reset, nullptr},
    {"rst_by", ColumnType::Text, "who sent it", "sender", &ConnectionRow::reset, nullptr},
    {"rst_confidence", ColumnType::Text, "certain, likely or possible", "rst.confidence", &ConnectionRow::reset, nullptr},
    {"rst_effect", ColumnType::Text, "accepted, challenged, ignored or unknown", "rst.effect", &ConnectionRow::reset, nullptr},
    {"rst_frame", ColumnType::Number, "its frame", nullptr, none,
     [](S, E row, uint32_t, Text& text) { return row.reset.frame != 0 && add_number(text, row.reset.frame); }},
    {"rst_time", ColumnType::Seconds, "when it was seen, seconds since the epoch", nullptr, none,
     [](S, E row, uint32_t, Text& text) { return add_time(row.reset, text); }},
    {"rst_idle", ColumnType::Seconds, "how long the connection had been idle before it", "idle", &ConnectionRow::reset, nullptr},
    {"conn_state", ColumnType::Text, "Zeek's conn_state", "conn_state", &ConnectionRow::latest, nullptr},
    {"history", ColumnType::Text, "Zeek's history", "history", &ConnectionRow::latest, nullptr},
};
// clang-format on

}  // namespace

std::span<const Column> columns() { return table; }

bool cell(const Column& column, const Session& session, const ConnectionRow& row, uint32_t conn, Text& text) {
    if (column.get != nullptr) return column.get(session, row, conn, text);
    return field_value(column.field, session, row.*column.at, text);
}

ConnectionRow& ConnectionRows::row(uint32_t session, uint32_t conn) {
    if (session != session_) clear();  // another file: its connections are counted from 0 again
    session_ = session;
    if (conn >= rows_.size()) rows_.resize(size_t{conn} + 1);
    return rows_[conn];
}

void ConnectionRows::note(const Tapped& tapped) {
    const Verdict& verdict = tapped.verdict;
    ConnectionRow& mine = row(tapped.session, verdict.conn);
    SegmentRef const here{tapped.time, tapped.frame, tapped.header_id};
    mine.latest = here;
    if (!verdict.is_segment) return;
    if (mine.first.frame == 0) mine.first = here;
    mine.last = here;
    bool const by_client = verdict.sender == Role::Client;
    mine.client = by_client ? tapped.path.source : tapped.path.destination;
    mine.server = by_client ? tapped.path.destination : tapped.path.source;
    if (verdict.half_open.kind != HalfOpenKind::None) mine.half_open = here;
    if (verdict.half_closed != MaybeRole::None) mine.half_closed = here;
    if (verdict.embryonic.kind != EmbryonicKind::None) mine.embryonic = here;
    // Once a RST was accepted, later ones tell no more about the end.
    if (verdict.is_reset() && !mine.was_reset) {
        mine.reset = here;
        mine.was_reset = verdict.reset.effect == ResetEffect::Accepted;
    }
}

void ConnectionRows::select(const Tapped& tapped) { row(tapped.session, tapped.verdict.conn).selected = true; }

}  // namespace tcpstate

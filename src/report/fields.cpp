// SPDX-License-Identifier: GPL-2.0-or-later
#include "fields.hpp"

#include <array>

#include "events.hpp"
#include "names.hpp"
#include "printing.hpp"
#include "sentences.hpp"
#include "zeek.hpp"

namespace tcpstate {

namespace {

using V = const View&;

const Connection& connection(V v) { return v.tracker.connection(v.verdict.conn); }

bool number(Value& out, uint64_t n, bool present = true) {
    out.number = n;
    return present;
}
bool signed_number(Value& out, int64_t n, bool present = true) {
    out.signed_number = n;
    return present;
}
bool text(Value& out, const char* s) {
    if (s[0] == '\0') return false;
    out.text.clear();
    out.text.add_text(s);
    return true;
}

/// Getters of fields that have one value at most.
using Get = bool (*)(V, Value&);
template <Get get>
bool once(V v, int index, Value& out) {
    return index == 0 && get(v, out);
}

bool transition(V v, int index, Value& out) {
    if (static_cast<size_t>(index) >= v.verdict.changes.size()) return false;
    const Change& change = v.verdict.changes[static_cast<size_t>(index)];
    const Rule& rule = rules[change.rule];
    out.text.clear();
    out.text.add("%s %s -> %s", name(change.who), name(rule.from), name(rule.to));
    return true;
}

bool rule(V v, int index, Value& out) {
    return static_cast<size_t>(index) < v.verdict.changes.size() &&
           text(out, rules[v.verdict.changes[static_cast<size_t>(index)].rule].why);
}

bool event(V v, int index, Value& out) {
    for (const EventRow& row : events())
        if ((v.verdict.events & bit(row.id)) != 0 && index-- == 0) return text(out, row.name);
    return false;
}

bool is_half_open(V v) { return v.verdict.half_open.kind != HalfOpenKind::None; }
bool is_half_closed(V v) { return v.verdict.half_closed != MaybeRole::None; }
bool is_embryonic(V v) { return v.verdict.embryonic.kind != EmbryonicKind::None; }
bool is_confirmed(V v) { return v.verdict.half_open.kind == HalfOpenKind::Confirmed; }

void write_states(V v, Text& out) {
    const Verdict& verdict = v.verdict;
    out.clear();
    out.add("%s%s / %s%s", name(verdict.state_of(Role::Client)), verdict.client_presumed ? "?" : "",
            name(verdict.state_of(Role::Server)), verdict.server_presumed ? "?" : "");
}

bool write_segment(V v, Text& out) {
    if (v.segment == nullptr) return false;
    out.clear();
    add_flags(v.segment->flags, out);
    if (v.segment->length != 0) out.add(" %u", v.segment->length);
    return true;
}

Settled settled(V v) {
    const Reset& reset = v.verdict.reset;
    bool const asks = v.verdict.is_reset() && reset.effect == ResetEffect::Unknown;
    return asks ? v.tracker.reset(reset.hindsight).settled : Settled::Open;
}

// clang-format off
#define GET(expression) once<[](V v, Value& out) -> bool { return expression; }>

using Id = FieldId;
constexpr auto u32 = FieldType::Uint32;
constexpr auto u64 = FieldType::Uint64;
constexpr auto string = FieldType::String;
constexpr auto frame = FieldType::Frame;
constexpr auto duration = FieldType::Duration;
constexpr auto boolean = FieldType::Bool;

constexpr auto main_tree = Subtree::None;
constexpr auto of_rst = Subtree::Rst;
constexpr auto of_half_open = Subtree::HalfOpen;
constexpr auto of_half_closed = Subtree::HalfClosed;
constexpr auto of_handshake = Subtree::Handshake;
constexpr auto of_connection = Subtree::Connection;

// In the order of the tree: what matters most comes first.
constexpr std::array table{
    Field{Id::Summary, "summary", "Summary", main_tree, string, "on event", "The most important event as a sentence, with its evidence",
          GET((out.text.clear(), summarize(v, out.text), !out.text.empty()))},
    Field{Id::RstCause, "rst.cause", "RST cause", of_rst, string, "on RST", "Why the RST was sent",
          GET(v.verdict.is_reset() && text(out, name(v.verdict.reset.cause)))},
    Field{Id::RstConfidence, "rst.confidence", "RST cause: confidence", of_rst, string, "on RST",
          "certain: the numbers prove it; likely: the usual reading; possible",
          GET(v.verdict.is_reset() && text(out, name(v.verdict.reset.confidence)))},
    Field{Id::RstKind, "rst.kind", "RST kind", of_rst, string, "on RST",
          "reply: made without a connection (RFC 9293 3.10.7.1); active: by a connection that still existed; unknown",
          GET(v.verdict.is_reset() && text(out, name(v.verdict.reset.kind)))},
    Field{Id::RstEffect, "rst.effect", "RST effect", of_rst, string, "on RST",
          "accepted, challenged (RFC 5961: in the window, not exact), ignored (outside), unknown",
          GET(v.verdict.is_reset() && text(out, name(v.verdict.reset.effect)))},
    Field{Id::RstTrigger, "rst.trigger", "RST trigger", of_rst, frame, "on reply RST", "The segment that it answers",
          GET(number(out, v.verdict.reset.trigger, v.verdict.is_reset() && v.verdict.reset.trigger != 0)), false, false,
          Link::Request},
    Field{Id::RstExplanation, "rst.explanation", "Explanation", of_rst, string, "on RST",
          "Why this cause, by which RFC section, and what looks the same on the wire",
          GET((out.text.clear(), explain(v, out.text), !out.text.empty()))},
    Field{Id::RstContradictedIn, "rst.contradicted_in", "RST contradicted in", of_rst, frame, "on RST",
          "Where its supposed sender, or its victim, goes on as if nothing had happened",
          GET(v.hindsight && v.verdict.is_reset() &&
              number(out, v.tracker.reset(v.verdict.reset.hindsight).contradicted_in,
                     v.tracker.reset(v.verdict.reset.hindsight).contradicted_in != 0)), true},
    Field{Id::RstSettled, "rst.settled", "RST settled", of_rst, string, "on RST with effect unknown", "accepted or rejected, by what followed",
          GET(v.hindsight && text(out, name(settled(v)))), true},
    Field{Id::RstDeclared, "rst.declared", "RST's own reason", of_rst, string, "on RST that says why",
          "Its own words or code: payload (RFC 1122 4.2.2.12, draft-ietf-tcpm-rst-diagnostic-payload), MP_TCPRST (RFC 8684), "
          "NetScaler's window code",
          GET(text(out, v.verdict.declared.text))},
    Field{Id::RstHopsDelta, "rst.hops_delta", "RST hop count difference", of_rst, FieldType::Int32, "on RST, when not 0",
          "Hop count of the RST (initial TTL 32, 64, 128 or 255 minus TTL) minus the usual one of that endpoint",
          GET(signed_number(out, v.verdict.reset.hops_delta, v.verdict.is_reset() && v.verdict.reset.hops_delta != 0))},
    Field{Id::RstTtlDelta, "rst.ttl_delta", "RST TTL difference", of_rst, FieldType::Int32, "on RST, when not 0",
          "TTL or hop limit of the RST minus the usual one of that endpoint",
          GET(signed_number(out, v.verdict.reset.ttl_delta, v.verdict.is_reset() && v.verdict.reset.ttl_delta != 0))},
    Field{Id::HalfOpen, "half_open", "Half-open", of_half_open, string, "while so",
          "suspected or confirmed: one endpoint is gone and the other still holds its side (RFC 9293 3.5.1)",
          GET(text(out, name(v.verdict.half_open.kind)))},
    Field{Id::HalfOpenGone, "half_open.gone", "Half-open: gone", of_half_open, string, "with half_open", "The endpoint that is gone: client or server",
          GET(is_half_open(v) && text(out, name(v.verdict.half_open.gone)))},
    Field{Id::HalfOpenSince, "half_open.since", "Half-open: last sign of life", of_half_open, frame, "with half_open",
          "Frame of the last sign of life of the endpoint that is gone",
          GET(number(out, v.verdict.half_open.since, is_half_open(v) && v.verdict.half_open.since != 0)), false, false,
          Link::Request},
    Field{Id::HalfOpenDuration, "half_open.duration", "Half-open: duration", of_half_open, duration, "with half_open", "Time from the last sign of life to this frame",
          GET(signed_number(out, v.verdict.half_open.duration, is_half_open(v)))},
    Field{Id::HalfOpenAttempts, "half_open.attempts", "Half-open: failed attempts", of_half_open, u32, "with half_open",
          "Repeats of the survivor (data, FIN, keepalive or zero-window probe) without any answer",
          GET(number(out, v.verdict.half_open.attempts, is_half_open(v)))},
    Field{Id::HalfOpenLostBytes, "half_open.lost_bytes", "Half-open: bytes lost", of_half_open, u64, "with half_open",
          "Payload of the survivor that was never acknowledged",
          GET(number(out, v.verdict.half_open.lost_bytes, is_half_open(v)))},
    Field{Id::HalfOpenDiscoveredBy, "half_open.discovered_by", "Half-open: discovered by", of_half_open, string, "when confirmed",
          "rst: by the answer to a segment (figure 10); syn: by a new SYN of the endpoint that lost its memory (figure 9)",
          GET(is_confirmed(v) && text(out, name(v.verdict.half_open.discovered_by)))},
    Field{Id::HalfOpenDiscoveredIn, "half_open.discovered_in", "Half-open: discovered in", of_half_open, frame, "on every frame from the last sign of life on",
          "Where the half-open connection was confirmed: this paints the silent interval",
          GET(v.hindsight && number(out, connection(v).cold().discovered_in,
                     connection(v).cold().discovered_in != 0 && v.frame >= connection(v).cold().gone_since)),
          true, false, Link::Response},
    Field{Id::HalfOpenRecoveredIn, "half_open.recovered_in", "Half-open: recovered in", of_half_open, frame, "suspected, then answered",
          "Where the silent endpoint answered again",
          GET(v.hindsight && v.verdict.half_open.suspicion != no_index &&
              number(out, v.tracker.suspicion(v.verdict.half_open.suspicion).recovered_in,
                     v.tracker.suspicion(v.verdict.half_open.suspicion).recovered_in != 0)), true},
    Field{Id::HalfClosed, "half_closed", "Half-closed", of_half_closed, string, "while so", "The closer, client or server: it has sent FIN, the other has not",
          GET(text(out, name(v.verdict.half_closed)))},
    Field{Id::HalfClosedSince, "half_closed.since", "Half-closed: FIN", of_half_closed, frame, "with half_closed", "Frame of the FIN",
          GET(number(out, v.verdict.half_close.since, is_half_closed(v)))},
    Field{Id::HalfClosedDuration, "half_closed.duration", "Half-closed: duration", of_half_closed, duration, "with half_closed", "Time since the FIN",
          GET(signed_number(out, v.verdict.half_close.duration, is_half_closed(v)))},
    Field{Id::HalfClosedBytes, "half_closed.bytes", "Half-closed: bytes since", of_half_closed, u64, "with half_closed",
          "Payload of the other direction since the FIN, retransmissions not counted twice",
          GET(number(out, v.verdict.half_close.bytes, is_half_closed(v)))},
    Field{Id::HalfClosedSegments, "half_closed.segments", "Half-closed: segments since", of_half_closed, u32, "with half_closed",
          "Segments that carried that payload",
          GET(number(out, v.verdict.half_close.segments, is_half_closed(v)))},
    Field{Id::HalfClosedEndedIn, "half_closed.ended_in", "Half-closed: ended in", of_half_closed, frame, "with half_closed", "Frame of the second FIN or of the RST",
          GET(v.hindsight && is_half_closed(v) &&
              number(out, connection(v).half_closed_ended_in(), connection(v).half_closed_ended_in() != 0)), true},
    Field{Id::HalfClosedEndedBy, "half_closed.ended_by", "Half-closed: ended by", of_half_closed, string, "with half_closed",
          "fin, rst, or capture-end: the FIN was acknowledged and the other end never closed (a CLOSE-WAIT leak)",
          GET(v.hindsight && is_half_closed(v) && text(out, half_close_ended_by(connection(v)))), true},
    Field{Id::Embryonic, "embryonic", "Handshake", of_handshake, string, "handshake overdue",
          "syn-unanswered, syn-ack-unanswered, or ack-not-accepted: SYN,ACK repeated although its ACK was seen",
          GET(text(out, name(v.verdict.embryonic.kind)))},
    Field{Id::EmbryonicAttempts, "embryonic.attempts", "Handshake: failed attempts", of_handshake, u32, "with embryonic", "Repeats of SYN or SYN,ACK so far",
          GET(number(out, v.verdict.embryonic.attempts, is_embryonic(v)))},
    Field{Id::EmbryonicDuration, "embryonic.duration", "Handshake: duration", of_handshake, duration, "with embryonic", "Time since the handshake began",
          GET(signed_number(out, v.verdict.embryonic.duration, is_embryonic(v)))},
    Field{Id::Event, "event", "Event", main_tree, string, "on event", "What happened; each event has an expert info too", event, false, true},
    Field{Id::Transition, "transition", "Transition", main_tree, string, "on change", "A change of state by this segment", transition, false, true},
    Field{Id::Rule, "rule", "Rule", main_tree, string, "with transition", "The rule that moved the endpoint", rule, false, true},
    Field{Id::ClientState, "client.state", "Client state", main_tree, string, "always", "State of the client after this segment (RFC 9293 3.3.2)",
          GET(text(out, name(v.verdict.state_of(Role::Client))))},
    Field{Id::ServerState, "server.state", "Server state", main_tree, string, "always", "State of the server after this segment (RFC 9293 3.3.2)",
          GET(text(out, name(v.verdict.state_of(Role::Server))))},
    Field{Id::ClientPresumed, "client.presumed", "Client state presumed", main_tree, boolean, "when true",
          "The client's state is presumed from what it must have received, not yet confirmed by a segment of its own",
          GET(number(out, 1, v.verdict.client_presumed))},
    Field{Id::ServerPresumed, "server.presumed", "Server state presumed", main_tree, boolean, "when true",
          "The server's state is presumed from what it must have received, not yet confirmed by a segment of its own",
          GET(number(out, 1, v.verdict.server_presumed))},
    Field{Id::States, "states", "States", main_tree, string, "always", "State of client and server, ? where it is presumed",
          GET((write_states(v, out.text), true))},
    Field{Id::Segment, "segment", "Segment", main_tree, string, "on every segment", "Flags and length of the payload: PSH,ACK 100",
          GET(write_segment(v, out.text))},
    Field{Id::Phase, "phase", "Phase", main_tree, string, "always",
          "opening, open, half-open, half-closed, closing, closed or reset", GET(text(out, name(v.verdict.phase)))},
    Field{Id::ChallengeAck, "challenge_ack", "Challenge ACK", main_tree, frame, "on challenge ACK", "The segment that it answers (RFC 5961)",
          GET(number(out, v.verdict.annotations.challenge_ack, v.verdict.annotations.challenge_ack != 0)), false, false,
          Link::Request},
    Field{Id::Keepalive, "keepalive", "Keepalive", main_tree, string, "on such", "probe or answer (RFC 9293 3.8.4)",
          GET(text(out, name(v.verdict.annotations.keepalive)))},
    Field{Id::CopyOf, "copy_of", "Copy of", main_tree, frame, "on a copy",
          "The frame that first showed this very packet; a copy changes nothing and counts nowhere",
          GET(number(out, v.verdict.annotations.copy_of, v.verdict.annotations.copy_of != 0)), false, false, Link::Request},
    Field{Id::Remark, "remark", "About the capture", main_tree, string, "with event capture-remark",
          "What is wrong with the capture itself, and the remedy",
          GET(v.verdict.annotations.remark != Remark::None && (out.text.clear(), describe_remark(v, out.text), true))},
    Field{Id::Icmp, "icmp", "ICMP verdict", main_tree, string, "on an ICMP error about a connection",
          "What the error says: unreachable, port-unreachable, prohibited, too-big, time-exceeded, other",
          GET(text(out, name(v.verdict.annotations.icmp)))},
    Field{Id::ClientUnacked, "client.unacked", "Client: bytes not acknowledged", main_tree, u32, "on RST, FIN, half-open",
          "Payload sent by the client and not acknowledged",
          GET(number(out, v.verdict.unacked.client, v.verdict.has_unacked))},
    Field{Id::ServerUnacked, "server.unacked", "Server: bytes not acknowledged", main_tree, u32, "on RST, FIN, half-open",
          "Payload sent by the server and not acknowledged",
          GET(number(out, v.verdict.unacked.server, v.verdict.has_unacked))},
    Field{Id::Sender, "sender", "Sender", main_tree, string, "on every segment", "Who sent this segment: client or server",
          GET(v.verdict.is_segment && text(out, name(v.verdict.sender)))},
    Field{Id::Idle, "idle", "Idle before", main_tree, duration, "always but on the first frame",
          "Time since the last segment of the connection in either direction that was neither keepalive nor its answer",
          GET(signed_number(out, v.verdict.idle, v.verdict.idle >= 0))},
    Field{Id::Conn, "conn", "Connection", of_connection, u32, "always",
          "Index of the connection (incarnation), 0-based, in order of appearance",
          GET(number(out, v.verdict.conn))},
    Field{Id::Incarnation, "incarnation", "Incarnation", of_connection, u32, "from the 2nd on",
          "Which life of these addresses and ports this is, 1-based",
          GET(number(out, v.verdict.incarnation, v.verdict.incarnation > 1))},
    Field{Id::Previous, "previous", "Previous incarnation", of_connection, u32, "linked",
          "Index of the connection with the same addresses and ports before this one",
          GET(v.hindsight && number(out, connection(v).previous(), connection(v).previous() != no_index)), true},
    Field{Id::Next, "next", "Next incarnation", of_connection, u32, "linked",
          "Index of the connection with the same addresses and ports after this one",
          GET(v.hindsight && number(out, connection(v).next(), connection(v).next() != no_index)), true},
    Field{Id::Roles, "roles", "Roles", of_connection, string, "always",
          "handshake: by the SYN or SYN,ACK; guessed: by the port numbers, the lower is the server's",
          GET(text(out, v.verdict.guessed ? "guessed" : "handshake"))},
    Field{Id::ClosedFirst, "closed_first", "Closed first", of_connection, string, "once known",
          "Who sent the first FIN, or before any FIN an accepted RST; nobody where a RST shows that there is no such connection, or no longer",
          GET(text(out, name(v.verdict.closed_first)))},
    Field{Id::Outcome, "outcome", "Outcome", of_connection, string, "always",
          "How the connection ended: closed, half-closed, half-open, crashed, forgotten (by a middlebox), refused, unanswered, "
          "probe, embryonic, aborted, timed-out, open, unknown",
          GET(v.hindsight && text(out, name(connection(v).outcome()))), true},
    Field{Id::CloseIdle, "close_idle", "Idle before the end", of_connection, duration, "when ended",
          "How long the connection had been idle before what ended it: the first FIN, a RST, or what the RST answered",
          GET(v.hindsight && signed_number(out, connection(v).close_idle(), connection(v).close_idle() >= 0)), true},
    Field{Id::ConnState, "conn_state", "Zeek conn_state", of_connection, string, "always", "Zeek's conn_state of the same connection",
          GET(v.hindsight && text(out, zeek_state(connection(v)))), true},
    Field{Id::History, "history", "Zeek history", of_connection, string, "always", "Zeek's history of the same connection",
          GET(v.hindsight && (out.text.clear(), print(connection(v).history, out.text), !out.text.empty())), true},
};
// clang-format on

#undef GET

constexpr bool has_a_row_for_each_id() {
    for (size_t i = 0; i < table.size(); ++i)
        if (table[i].id != static_cast<FieldId>(i)) return false;
    return table.size() == static_cast<size_t>(FieldId::Count);
}
static_assert(has_a_row_for_each_id(), "the rows of fields are in the order of FieldId");

}  // namespace

const char* half_close_ended_by(const Connection& connection) {
    if (connection.half_closed_ended_in() != 0) return connection.half_close_ended_by_reset() ? "rst" : "fin";
    return connection.fin_acked_after != 0 ? "capture-end" : "";
}

std::span<const Field> fields() { return table; }
const Field& field(FieldId id) { return table[static_cast<size_t>(id)]; }

}  // namespace tcpstate

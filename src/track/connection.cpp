// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection.hpp"

namespace tcpstate {

const ColdState Connection::no_cold_state;

ColdState& Connection::make_cold() {
    if (!cold_state) cold_state = std::make_unique<ColdState>();
    return *cold_state;
}

namespace {
/// No stack sends a segment without ACK after the handshake (RFC 9293 3.1).
Scan scan_of(const Segment& first) {
    if (first.any(flag::Syn | flag::Ack | flag::Rst)) return Scan::None;
    if (!first.any(flag::Fin)) return Scan::Null;
    return first.has(flag::Psh | flag::Urg) ? Scan::Xmas : Scan::Fin;
}
}  // namespace

void begin(Connection& connection, const Path& path, Side from, const Segment& first, const KnownServers& servers) {
    connection.self_connected = path.source == path.destination;
    connection.start_time = connection.activity_time = first.time;
    bool const syn = first.any(flag::Syn);
    connection.snapshot.guessed = !syn;
    connection.scan = scan_of(first);
    bool const sender_is_client = syn ? !first.any(flag::Ack) : servers.is_likelier(path.destination, path.source);
    connection.client_side = sender_is_client ? from : other(from);
}

uint32_t Connection::first_fin_frame() const {
    uint32_t const a = ends[0].fin_frame, b = ends[1].fin_frame;
    return a == 0 || (b != 0 && b < a) ? b : a;
}

uint32_t Connection::half_closed_ended_in() const {
    if (!half_closes) return 0;
    if (half_close_ended_by_reset()) return cold().half_close_reset_in;
    if (!both_fins()) return 0;
    uint32_t const a = ends[0].fin_frame, b = ends[1].fin_frame;
    return a > b ? a : b;
}

int64_t Connection::close_idle() const { return idle_before_fin >= 0 ? idle_before_fin : cold().idle_before_reset; }

int64_t Connection::end_time() const {
    int64_t end = cold().reset_seen ? cold().reset_time : start_time;
    for (const Endpoint& one : ends)
        if (one.heard && one.last_time > end) end = one.last_time;
    return end;
}

int64_t Connection::delay(Side side) const {
    if (answer_us == 0) return 0;
    if (!of(side).opened_actively) return 1000 * static_cast<int64_t>(answer_us);
    return round_trip_us > answer_us ? 1000 * static_cast<int64_t>(round_trip_us - answer_us) : 0;
}

Phase Connection::phase() const {
    const Endpoint &its_client = client(), &its_server = server();
    State const client_state = its_client.state, server_state = its_server.state;
    if (cold_state) {
        if (reset || (was_given_up() && !both_fins())) return Phase::Reset;
        if (suspects() || (cold_state->discovered_in != 0 && !cold_state->reopened)) return Phase::HalfOpen;
    }
    auto ended = [](State s) { return s == State::TimeWait || s == State::Closed; };
    if (ended(client_state) && (ended(server_state) || server_state == State::Unknown)) return Phase::Closed;
    if (its_client.fin_seen && its_server.fin_seen) return Phase::Closing;
    if (established && its_client.fin_seen != its_server.fin_seen)
        return half_closes ? Phase::HalfClosed : Phase::Closing;  // the other direction is not captured
    bool const one_is_gone = client_state == State::Closed || server_state == State::Closed;
    if (one_is_gone && cold().reset_seen) return Phase::Reset;
    auto opened = [](State s) { return synchronized(s) || s == State::Unknown; };
    if (established && opened(client_state) && opened(server_state)) return Phase::Open;
    return Phase::Opening;
}

}  // namespace tcpstate

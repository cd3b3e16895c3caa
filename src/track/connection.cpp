// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection.hpp"

#include "observation.hpp"
#include "resets.hpp"

namespace tcpstate {

void Connection::begin(uint32_t previous, const Path& path, Side from, const Segment& first) {
    if (previous != no_index) make_cold().previous = previous;
    self_connected_ = path.source == path.destination;
    start_time_ = activity_time_ = first.time;
    bool const syn = first.any(flag::Syn);
    snapshot_.guessed = !syn;
    bool const sender_is_client = syn ? !first.any(flag::Ack) : path.source.port >= path.destination.port;
    client_side_ = sender_is_client ? from : other(from);
}

void Connection::sprout(const Segment& syn) {
    Endpoint& sender = ends_[0];
    sender.state = State::SynSent;
    sender.heard = sender.syn_seen = sender.opened_actively = true;
    sender.iss = syn.seq;
    sender.snd_nxt = syn.end();
    sender.sent.start(syn.end());
    sender.scale = syn.scale;
    sender.timestamps = syn.has_timestamp;
    sender.ttl = syn.ttl;
    sender.frames = 1;
    sender.last_frame = syn.frame;
    sender.last_time = start_time_ = activity_time_ = syn.time;
    history_.note(Letter::S, Role::Client);
}

const ColdState Connection::no_cold_state;

ColdState& Connection::make_cold() {
    if (!cold_) cold_ = std::make_unique<ColdState>();
    return *cold_;
}

uint32_t Connection::first_fin_frame() const {
    uint32_t const a = ends_[0].fin_frame, b = ends_[1].fin_frame;
    return a == 0 || (b != 0 && b < a) ? b : a;
}

uint32_t Connection::half_closed_ended_in() const {
    if (!half_closes_) return 0;
    if (!both_fins()) return cold().half_close_reset_in;
    uint32_t const a = ends_[0].fin_frame, b = ends_[1].fin_frame;
    return a > b ? a : b;
}

int64_t Connection::end_time() const {
    int64_t end = cold().reset_seen ? cold().reset_time : start_time_;
    for (const Endpoint& one : ends_)
        if (one.heard && one.last_time > end) end = one.last_time;
    return end;
}

Phase Connection::phase() const {
    const Endpoint &its_client = client(), &its_server = server();
    State const client_state = its_client.state, server_state = its_server.state;
    if (cold_) {
        if (reset_ || (was_given_up() && !both_fins())) return Phase::Reset;
        if (suspects() || cold_->discovered_in != 0) return Phase::HalfOpen;
    }
    auto ended = [](State s) { return s == State::TimeWait || s == State::Closed; };
    if (ended(client_state) && (ended(server_state) || server_state == State::Unknown)) return Phase::Closed;
    if (its_client.fin_seen && its_server.fin_seen) return Phase::Closing;
    if (established_ && its_client.fin_seen != its_server.fin_seen) return Phase::HalfClosed;
    bool const one_is_gone = client_state == State::Closed || server_state == State::Closed;
    if (one_is_gone && cold().reset_seen) return Phase::Reset;
    auto opened = [](State s) { return synchronized(s) || s == State::Unknown; };
    if (established_ && opened(client_state) && opened(server_state)) return Phase::Open;
    return Phase::Opening;
}

/// What holds after this segment, whatever it was.
inline void Connection::fill(Verdict& verdict, int64_t now) {
    const Endpoint &its_client = client(), &its_server = server();
    Snapshot snapshot = snapshot_;
    snapshot.client_state = its_client.state;
    snapshot.server_state = its_server.state;
    snapshot.client_presumed = its_client.presumed;
    snapshot.server_presumed = its_server.presumed;
    snapshot.phase = phase();
    snapshot.half_closed = MaybeRole::None;
    if (half_closed()) {
        snapshot.half_closed = its_client.fin_seen ? MaybeRole::Client : MaybeRole::Server;
        verdict.half_closed_count = {cold().half_closed_bytes, cold().half_closed_segments};
    }
    static_cast<Snapshot&>(verdict) = snapshot_ = snapshot;
    if (!cold_) return;
    if (suspects())
        tell_half_open(HalfOpenKind::Suspected, now, verdict);
    else if (cold_->discovered_in != 0 && !reset_)
        tell_half_open(HalfOpenKind::Confirmed, now, verdict);
    if (!verdict.has_unacked && verdict.half_open.kind != HalfOpenKind::None) {
        verdict.has_unacked = true;
        verdict.unacked = unacked();
    }
}

void Connection::observe(const Step& step) {
    const Segment& segment = step.segment;
    Verdict& verdict = step.verdict;
    bool const first = ends_[0].frames + ends_[1].frames == 0;
    verdict.idle = first ? -1 : segment.time > activity_time_ ? segment.time - activity_time_ : 0;
    fix_roles(step.from, segment);
    if (segment.any(flag::Rst)) {
        ResetCase(*this, step).run();
        activity_time_ = segment.time;
    } else {
        Observation(*this, step).run();
        if (first && snapshot_.guessed) verdict.events |= bit(Event::PickedUpMidstream);
    }
    snapshot_.sender = role_of(step.from);
    fill(verdict, segment.time);
}

void Connection::observe(const IcmpError& error, Side quoted_from, Verdict& verdict) {
    Endpoint& sender = of(quoted_from);
    const Endpoint& target = of(other(quoted_from));
    make_cold().icmp = error.verdict;
    bool const ends_attempt = error.verdict == IcmpVerdict::Unreachable ||
                              error.verdict == IcmpVerdict::PortUnreachable || error.verdict == IcmpVerdict::Prohibited;
    if (ends_attempt && !target.heard && sender.syn_seen && error.seq == sender.iss) {
        uint8_t const rule = rule_for(sender.state, Cue::GotIcmpError);
        if (rule != no_rule) {
            sender.state = rules[rule].to;
            sender.presumed = true;
            verdict.change[verdict.changes++] = {rule, role_of(quoted_from)};
        }
    }
    snapshot_.sender = role_of(quoted_from);
    verdict.annotations.icmp = error.verdict;
    verdict.idle = error.time > activity_time_ ? error.time - activity_time_ : 0;
    fill(verdict, error.time);
    verdict.is_segment = false;
}

/// Roles guessed by ports give way to a SYN,ACK that is seen later.
void Connection::fix_roles(Side from, const Segment& segment) {
    if (!snapshot_.guessed || !segment.any(flag::Syn) || segment.any(flag::Rst)) return;
    snapshot_.guessed = false;
    Side const client = segment.any(flag::Ack) ? other(from) : from;
    if (client == client_side_) return;
    client_side_ = client;
    history_.flip();
    if (snapshot_.closed_first != MaybeRole::None)
        snapshot_.closed_first = snapshot_.closed_first == MaybeRole::Client ? MaybeRole::Server : MaybeRole::Client;
}

void Connection::end_by_reset(Side by, uint32_t frame) {
    reset_ = true;
    if (snapshot_.closed_first == MaybeRole::None) snapshot_.closed_first = maybe(role_of(by));
    if (half_closes_ && !both_fins()) make_cold().half_close_reset_in = frame;
}

/// The RST did not arrive, or was not accepted: what it seemed to end goes on.
void Connection::undo_reset() {
    reset_ = false;
    make_cold().reset_open = false;
    make_cold().half_close_reset_in = 0;
}

bool Connection::answered_syn_ack(Side side) const {
    const Endpoint& answering = of(side);
    const Endpoint& listener = of(other(side));
    return answering.acks && answering.ack > listener.iss;
}

bool Connection::handshake_is_fresh(int64_t now) const {
    int64_t const round_trip = static_cast<int64_t>(round_trip_us_) * 1000;
    if (round_trip == 0) return now - start_time_ <= 1'000'000'000;  // not measured, as in Observation::grace
    return now - (start_time_ + round_trip) <= 2 * round_trip + 20'000'000;
}

Unacked Connection::unacked() const { return {client().unacked(), server().unacked()}; }

void Connection::tell_half_open(HalfOpenKind kind, int64_t now, Verdict& verdict) const {
    const Endpoint& gone = of(cold().gone);
    const Endpoint& survivor = of(other(cold().gone));
    HalfOpen& half_open = verdict.half_open;
    half_open.kind = kind;
    half_open.gone = role_of(cold().gone);
    half_open.since = cold().gone_since;
    half_open.duration = now - gone.last_time;
    half_open.attempts = survivor.attempts;
    half_open.lost_bytes = survivor.unacked();
    half_open.suspicion = cold().suspicion;
    half_open.discovered_by = kind == HalfOpenKind::Confirmed ? cold().discovered_by : Discovery::None;
}

}  // namespace tcpstate

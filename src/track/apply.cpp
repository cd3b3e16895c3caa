// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply.hpp"

#include <algorithm>

#include "declared.hpp"

namespace tcpstate {

namespace {

void install_ends(const Moves& moves, Side from, Connection& c) {
    c.of(from) = moves.sender();
    if (!c.self_connected) c.of(other(from)) = moves.receiver();
}

/// Roles guessed by ports give way to a SYN or SYN,ACK that is seen later.
void settle_roles(const Facts& facts, Connection& c) {
    c.snapshot.guessed = false;
    if (!facts.exchanges_roles) return;
    c.client_side = other(c.client_side);
    c.history.flip();
    MaybeRole const first = c.snapshot.closed_first;
    if (first != MaybeRole::None)
        c.snapshot.closed_first = first == MaybeRole::Client ? MaybeRole::Server : MaybeRole::Client;
}

/// Keeps what was seen beyond a hole, and drops what the edge has passed.
void update_ranges(const Facts& facts, Side from, Connection& c) {
    Endpoint& sender = c.of(from);
    Endpoint& receiver = c.of(other(from));
    if (facts.restarts_edge && c.cold_state) c.cold_state->beyond_hole[c.index_of(from)].clear();
    if (sender.has_hole) {
        SequenceRanges& beyond = c.make_cold().beyond_hole[c.index_of(from)];
        beyond.update(sender.sent_edge, facts.seen_from, facts.seen_to);
        sender.has_hole = !beyond.empty();
    }
    if (receiver.has_hole && facts.acks_new) {
        SequenceRanges& beyond = c.make_cold().beyond_hole[c.index_of(other(from))];
        beyond.drop_below(receiver.sent_edge);
        receiver.has_hole = !beyond.empty();
    }
}

void note_history(const Facts& facts, const Segment& segment, History& history) {
    auto note = [&](Letter letter) { history.note(letter, facts.sender_role); };
    bool const has_payload = segment.length > 0;
    if (segment.has(flag::Syn | flag::Fin)) note(Letter::Q);
    if (segment.any(flag::Syn)) note(segment.any(flag::Ack) ? Letter::H : Letter::S);
    if (has_payload && facts.is_repeat) note(Letter::T);
    if (has_payload && !facts.is_probe) note(Letter::D);
    if (segment.any(flag::Fin)) note(Letter::F);
    if (segment.pure_ack()) note(Letter::A);
    if (facts.sender().zero_window && segment.has(flag::Ack)) note(Letter::W);
}

void undo_reset(Connection& c) {
    c.reset = false;
    ColdState& cold = c.make_cold();
    cold.idle_before_reset = -1;
    cold.reset_open = false;
    cold.half_close_reset_in = 0;
}

/// Whoever has no such connection, or no longer, closes nothing; nor does an endpoint for which a box answers.
bool closes(Cause cause) {
    return cause != Cause::Refused && cause != Cause::Crash && cause != Cause::CrashReconnect &&
           cause != Cause::Middlebox;
}

void end_by_reset(Connection& c, Side by, Cause cause, uint32_t frame) {
    c.reset = true;
    if (c.snapshot.closed_first == MaybeRole::None && closes(cause)) c.snapshot.closed_first = maybe(c.role_of(by));
    if (c.half_closes && !c.both_fins()) c.make_cold().half_close_reset_in = frame;
}

void apply_to_earlier_reset(const Facts& facts, uint32_t frame, Connection& c, Hindsight& hindsight) {
    if (facts.contradicts_reset) {
        ResetHindsight& known = hindsight.resets[c.cold().reset_hindsight];
        if (known.contradicted_in == 0) known.contradicted_in = frame;
        if (facts.settles != Settled::Open) known.settled = facts.settles;
    }
    if (facts.undoes_reset) undo_reset(c);
    if (facts.tries_again) c.make_cold().reset_hindsight = no_index;  // nothing that follows contradicts the refusal
}

void apply_liveness(const Facts& facts, uint32_t frame, Side from, Connection& c, Hindsight& hindsight) {
    if (facts.recovery != Recovery::None) {
        ColdState& cold = c.make_cold();
        hindsight.suspicions[cold.suspicion].recovered_in = frame;
        cold.suspicion = no_index;
    }
    if (facts.suspects) {
        ColdState& cold = c.make_cold();
        cold.suspicion = cold.suspicions = hindsight.suspicions.add({.before = cold.suspicions});
        cold.gone = other(from);
        cold.gone_since = facts.receiver().last_frame;
    }
    if (facts.keeps_backoff) c.make_cold().backoff[c.index_of(from)] = facts.backoff;
}

void apply_challenge(const Facts& facts, const Segment& segment, Side from, Connection& c, Hindsight& hindsight) {
    if (facts.settles_challenge) {
        ColdState& cold = c.make_cold();
        if (facts.challenge_ack != 0 && cold.reset_open) {
            hindsight.resets[cold.reset_hindsight].settled = Settled::Rejected;
            cold.reset_unsettled = false;
        }
        cold.challenge_due = {};
    }
    if (facts.deserves_challenge) c.make_cold().challenge_due = {segment.frame, from, segment.time};
}

void apply_half_close(const Facts& facts, const Segment& segment, Connection& c) {
    if (facts.closes) {
        if (c.snapshot.closed_first == MaybeRole::None) c.snapshot.closed_first = maybe(facts.sender_role);
        if (!facts.receiver().fin_seen) c.first_fin_time = segment.time;
        if (c.idle_before_fin < 0) c.idle_before_fin = facts.idle;
    }
    if (facts.acks_first_fin) {
        int64_t const ms = elapsed(c.first_fin_time, segment.time) / millisecond;
        c.fin_acked_after = static_cast<uint32_t>(std::clamp<int64_t>(ms, 1, UINT32_MAX));
    }
    if (facts.half_closes) c.half_closes = true;
    if (facts.is_half_closed_payload) {
        ColdState& cold = c.make_cold();
        cold.half_closed_bytes += facts.fresh;
        ++cold.half_closed_segments;
    }
    if ((facts.events & bit(Event::DataWhileHalfClosed)) != 0) c.half_close_data_told = true;
    if ((facts.events & bit(Event::HalfClosedLong)) != 0) c.half_close_long_told = true;
}

void tell_half_open(const Connection& c, HalfOpenKind kind, int64_t now, Verdict& verdict) {
    const ColdState& cold = c.cold();
    const Endpoint& gone = c.of(cold.gone);
    const Endpoint& survivor = c.of(other(cold.gone));
    HalfOpen& half_open = verdict.half_open;
    half_open.kind = kind;
    half_open.gone = c.role_of(cold.gone);
    half_open.since = cold.gone_since;
    half_open.duration = elapsed(cold.gone_since != 0 ? gone.last_time : survivor.run_time, now);
    half_open.attempts = survivor.attempts;
    half_open.lost_bytes = survivor.unacked();
    half_open.suspicion = cold.suspicion;
    half_open.discovered_by = kind == HalfOpenKind::Confirmed ? cold.discovered_by : Discovery::None;
}

}  // namespace

void apply(const Facts& facts, const Segment& segment, Side from, Connection& c, Hindsight& hindsight) {
    if (facts.settles_roles) settle_roles(facts, c);
    install_ends(facts, from, c);
    if (c.cold_state || facts.sender().has_hole) update_ranges(facts, from, c);
    note_history(facts, segment, c.history);
    if (facts.established) c.established = true;
    if (facts.early_data) c.early_data = true;
    if (facts.round_trip_us != 0) c.round_trip_us = facts.round_trip_us;
    if (facts.answer_us != 0) c.answer_us = facts.answer_us;
    apply_to_earlier_reset(facts, segment.frame, c, hindsight);
    apply_liveness(facts, segment.frame, from, c, hindsight);
    apply_challenge(facts, segment, from, c, hindsight);
    apply_half_close(facts, segment, c);
    if (facts.keepalive == Keepalive::None) c.activity_time = segment.time;
}

void apply(const ResetFacts& facts, const Segment& segment, Side from, Connection& c, Hindsight& hindsight) {
    const Reset& reset = facts.reset;
    ColdState& cold = c.make_cold();
    if (facts.settles_earlier) {
        hindsight.resets[cold.reset_hindsight].settled = Settled::Accepted;
        cold.reset_unsettled = false;
        end_by_reset(c, cold.reset_by, cold.reset_cause, segment.frame);
    }
    if (facts.confirms_half_open) {
        cold.discovered_in = segment.frame;
        cold.gone = from;
        cold.gone_since = facts.sender().last_frame;
        cold.discovered_by = reset.cause == Cause::CrashReconnect ? Discovery::Syn : Discovery::Rst;
    }
    install_ends(facts, from, c);
    ++c.of(from).frames;
    if (facts.clears_suspicion) cold.suspicion = no_index;
    if (facts.deserves_challenge) cold.challenge_due = {segment.frame, from, segment.time};
    cold.resets = hindsight.resets.add({.before = cold.resets});
    if (facts.may_be_contradicted) {
        bool const rejected = reset.effect == ResetEffect::Challenged || reset.effect == ResetEffect::Ignored;
        cold.reset_hindsight = reset.hindsight;
        cold.reset_open = true;
        cold.reset_by = from;
        cold.reset_time = segment.time;
        if (!rejected) cold.reset_cause = reset.cause;
        cold.reset_unsettled = reset.effect == ResetEffect::Unknown;
    }
    if (facts.repeats_earlier) end_by_reset(c, from, cold.reset_cause, segment.frame);
    if (facts.ends_connection) end_by_reset(c, from, reset.cause, segment.frame);
    if (facts.may_be_contradicted && facts.ends_something) cold.idle_before_reset = facts.idle_before_end;
    cold.reset_seen = true;
    cold.latest_reveals_half_open = facts.reveals_half_open;
    cold.reset_seq = segment.seq;
    cold.latest_reset = reset;
    cold.reset_frame = segment.frame;
    if (facts.reopens) cold.reopened = true;
    if (reset.notes_that(ResetNote::AckScan)) c.scan = Scan::Ack;
    if (segment.any(flag::Fin)) c.history.note(Letter::I, facts.sender_role);
    if (segment.any(flag::Syn)) c.history.note(Letter::Q, facts.sender_role);
    c.history.note(Letter::R, facts.sender_role);
    c.activity_time = segment.time;
}

void apply(const Moves& moves, const IcmpError& error, Side from, Connection& c) {
    install_ends(moves, from, c);
    c.make_cold().icmp = error.verdict;
}

void read_off(Connection& c, const Moves& moves, int64_t now, Verdict& verdict) {
    const Endpoint &client = c.client(), &server = c.server();
    Snapshot snapshot = c.snapshot;
    snapshot.sender = moves.sender_role;
    snapshot.client_state = client.state;
    snapshot.server_state = server.state;
    snapshot.client_presumed = client.presumed;
    snapshot.server_presumed = server.presumed;
    snapshot.phase = c.phase();
    snapshot.half_closed = !c.half_closed() ? MaybeRole::None : client.fin_seen ? MaybeRole::Client : MaybeRole::Server;
    c.snapshot = snapshot;
    static_cast<Snapshot&>(verdict) = snapshot;
    verdict.incarnation = c.incarnation;
    verdict.changes = moves.changes;
    verdict.events |= moves.events;
    bool const speaks_of_fin = verdict.has(Event::HalfClosedLong) || verdict.has(Event::DataWhileHalfClosed);
    if (snapshot.half_closed != MaybeRole::None || speaks_of_fin)
        verdict.half_close = {c.cold().half_closed_bytes, elapsed(c.first_fin_time, now), c.cold().half_closed_segments,
                              c.first_fin_frame()};
    if (!c.cold_state) return;
    if (c.suspects())
        tell_half_open(c, HalfOpenKind::Suspected, now, verdict);
    else if (c.cold().discovered_in != 0 && !c.cold().reopened && !c.reset)
        tell_half_open(c, HalfOpenKind::Confirmed, now, verdict);
    if (verdict.has_unacked || verdict.half_open.kind == HalfOpenKind::None) return;
    verdict.has_unacked = true;
    verdict.unacked = c.unacked();
}

void read_off(Connection& c, const Facts& facts, const Segment& segment, Verdict& verdict) {
    verdict.idle = facts.idle;
    verdict.embryonic = facts.embryonic;
    verdict.annotations.keepalive = facts.keepalive;
    verdict.annotations.challenge_ack = facts.challenge_ack;
    verdict.annotations.recovery = facts.recovery;
    if (segment.any(flag::Fin)) {
        verdict.has_unacked = true;
        verdict.unacked = c.unacked();
    }
    if (facts.idle < 0 && c.snapshot.guessed) verdict.tell(Event::PickedUpMidstream);
    read_off(c, facts, segment.time, verdict);
}

void read_off_copy(Connection& c, const Segment& segment, Side from, Verdict& verdict) {
    verdict.idle = elapsed(c.activity_time, segment.time);
    verdict.embryonic = embryonic_of(c.of(from), c.of(other(from)), elapsed(c.start_time, segment.time));
    verdict.has_unacked = segment.any(flag::Fin | flag::Rst);
    if (verdict.has_unacked) verdict.unacked = c.unacked();
    if (segment.any(flag::Rst)) {
        verdict.reset = c.cold().latest_reset;
        if (c.cold().latest_reveals_half_open) tell_half_open(c, HalfOpenKind::Confirmed, segment.time, verdict);
    }
    read_off(c, moves_of(c, from), segment.time, verdict);
}

void read_off(Connection& c, const ResetFacts& facts, const Segment& segment, Verdict& verdict) {
    verdict.idle = facts.idle;
    verdict.reset = facts.reset;
    verdict.declared = declared_by(segment, facts.is_coded);
    verdict.has_unacked = true;
    verdict.unacked = facts.unacked;
    if (facts.reveals_half_open) tell_half_open(c, HalfOpenKind::Confirmed, segment.time, verdict);
    read_off(c, facts, segment.time, verdict);
}

}  // namespace tcpstate

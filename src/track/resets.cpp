// SPDX-License-Identifier: GPL-2.0-or-later
#include "resets.hpp"

namespace tcpstate {

namespace {
/// A reply leaves its host within 0.1 ms (measured on Linux); the rest is the way there and back. A RST later
/// than this answers nothing that was seen.
constexpr int64_t reply_deadline = 3'000'000'000;
/// RSTs of one salvo (Weaver, Sommer, Paxson 2009) follow each other at once.
constexpr int64_t salvo = 10'000'000;
/// A single segment makes no usual TTL.
constexpr uint32_t frames_for_usual_ttl = 2;
/// A window of unknown scale may be this much farther than it looks (RFC 7323 2.3).
constexpr int32_t unknown_scale = 1 << 30;

bool closing_with_fin_received(State s) { return s == State::CloseWait || s == State::LastAck || s == State::Closing; }

bool has_received_fin(State s) { return closing_with_fin_received(s) || s == State::TimeWait; }
}  // namespace

ResetCase::ResetCase(Connection& connection, const Step& step)
    : c_(connection),
      step_(step),
      s_(step.segment),
      v_(step.verdict),
      me_(connection.of(step.from)),
      peer_(connection.of(other(step.from))),
      reset_(step.verdict.reset) {}

void ResetCase::run() {
    v_.is_reset = true;
    find_kind();
    find_effect();
    settle_earlier();
    gather();
    decide();
    reset_.hindsight = static_cast<uint32_t>(step_.hindsight.resets.size());
    step_.hindsight.resets.emplace_back();
    v_.has_unacked = true;  // as it stands before the RST wipes it out
    apply();
    Role const who = c_.role_of(step_.from);
    if (s_.any(flag::Fin)) c_.history_.note(Letter::I, who);
    if (s_.any(flag::Syn)) c_.history_.note(Letter::Q, who);
    c_.history_.note(Letter::R, who);
    ++me_.frames;
}

bool ResetCase::can_answer(uint32_t frame) const {
    return frame != 0 && s_.time - peer_.last_time <= reply_deadline && !s_.has_timestamp;
}

/// SEG.SEQ+SEG.LEN of a segment without ACK. A stack may leave the data of a SYN out.
bool ResetCase::acks_what_came_without_ack() const {
    return s_.ack == peer_.snd_nxt || (peer_.syn_seen && s_.ack == peer_.iss + 1);
}

/// RFC 9293 3.10.7.1: a segment with ACK is answered <SEQ=SEG.ACK><CTL=RST>, one without
/// <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
void ResetCase::find_kind() {
    bool const ack = s_.any(flag::Ack);
    if (!ack && peer_.acks && s_.seq == peer_.ack && can_answer(peer_.ack_frame)) {
        reset_.trigger = peer_.ack_frame;
    } else if (!ack && s_.seq == peer_.other_ack && can_answer(peer_.other_ack_frame)) {
        reset_.trigger = peer_.other_ack_frame;
    } else if (ack && s_.seq == Seq{0} && peer_.heard && !peer_.acks && acks_what_came_without_ack()) {
        reset_.trigger = peer_.last_frame;
    }
    if (reset_.trigger != 0) {
        reset_.kind = ResetKind::Reply;
        return;
    }
    bool const usual_ack = !peer_.heard || (s_.ack <= peer_.snd_nxt && (!me_.acks || s_.ack >= me_.ack));
    bool const continues = me_.heard ? s_.seq == me_.snd_nxt : peer_.acks && s_.seq == peer_.ack;
    if (ack && continues && usual_ack) reset_.kind = ResetKind::Active;
}

/// RFC 9293 3.10.7.3 and 3.10.7.4 with RFC 5961 3.2, and what Linux does where that is more generous.
void ResetCase::find_effect() {
    reset_.offset = s_.seq - expected();
    if (peer_.state == State::SynSent) {
        bool const acks_syn = s_.any(flag::Ack) && s_.ack > peer_.iss && s_.ack <= peer_.snd_nxt;
        reset_.effect = acks_syn ? ResetEffect::Accepted : ResetEffect::Ignored;
    } else if (peer_.state == State::Closed || peer_.state == State::Listen) {
        reset_.effect = ResetEffect::Ignored;  // RFC 9293 3.10.7.1: no connection, nothing to reset
    } else if (!peer_.heard || (!me_.heard && !peer_.acks)) {
        reset_.effect = ResetEffect::Unknown;
    } else {
        reset_.effect = effect_by_window(reset_.offset);
    }
}

/// RCV.NXT of the receiver, in agreement with the state that it is presumed to be in.
Seq ResetCase::expected() const {
    if (peer_.state == State::SynReceived)  // nothing but the SYN, whichever it was (figure 8)
        return peer_.acks ? peer_.ack : peer_.other_ack;
    Seq const next = receive_next(peer_, me_);
    bool const fin_missing = me_.fin_seen && next > me_.fin && !has_received_fin(peer_.state);
    return fin_missing ? me_.fin : next;
}

ResetEffect ResetCase::effect_by_window(int32_t offset) const {
    bool const acks_unseen = peer_.other_ack_frame > peer_.ack_frame && me_.heard && peer_.other_ack > me_.snd_nxt;
    if (acks_unseen && me_.state == State::SynReceived)
        return ResetEffect::Unknown;  // it has sent nothing to acknowledge
    if (acks_unseen) return s_.seq == peer_.other_ack ? ResetEffect::Accepted : ResetEffect::Unknown;
    if (offset == 0 || (peer_.has_sack && s_.seq == peer_.sack_edge)) return ResetEffect::Accepted;
    bool const crossed_fin = me_.fin_seen && s_.seq == me_.fin && offset == -1;
    if (crossed_fin && closing_with_fin_received(peer_.state)) return ResetEffect::Accepted;
    if (offset < 0) {  // what its sender had sent since its trigger may or may not have arrived
        bool const maybe_lost = reset_.kind == ResetKind::Reply && peer_.acks && s_.seq >= peer_.ack;
        return maybe_lost ? ResetEffect::Unknown : ResetEffect::Ignored;
    }
    bool const at_unseen_edge = !me_.heard || (me_.sent.has_hole() && s_.seq == me_.snd_nxt);
    if (at_unseen_edge) return ResetEffect::Unknown;
    if (s_.seq < peer_.window_edge) return ResetEffect::Challenged;
    bool const scale_unknown = !peer_.syn_seen && s_.seq - peer_.window_edge < unknown_scale;
    return scale_unknown ? ResetEffect::Unknown : ResetEffect::Ignored;
}

void ResetCase::gather() {
    Evidence& e = evidence_;
    e.kind = reset_.kind;
    e.effect = reset_.effect;
    bool const has_usual_ttl = me_.heard && !me_.ttl_varies && me_.frames >= frames_for_usual_ttl;
    if (has_usual_ttl) reset_.ttl_delta = static_cast<int16_t>(s_.ttl - me_.ttl);
    int const off = reset_.ttl_delta < 0 ? -reset_.ttl_delta : reset_.ttl_delta;
    e.ttl_foreign = off > step_.preferences.ttl_tolerance;
    e.ttl_odd = off != 0 && !e.ttl_foreign;
    bool const answers_fin = me_.fin_seen && s_.seq == me_.fin;
    e.overtaken = me_.sent_data && s_.seq < me_.snd_nxt && s_.seq - me_.snd_nxt > -unknown_scale && !answers_fin;
    const ColdState& past = c_.cold();
    e.rising = past.reset_seen && past.reset_by == step_.from && past.reset_kind == ResetKind::Unknown &&
               s_.time - past.reset_time <= salvo && s_.seq > past.reset_seq;
    bool const reply_to_stray = !me_.heard && c_.snapshot_.guessed;
    e.known = (me_.heard || peer_.heard) && !reply_to_stray;
    e.over = c_.reset_ || c_.both_fins() || (me_.sent_active_reset && reset_.kind == ResetKind::Reply);
    e.answers_syn = peer_.state == State::SynSent && !me_.heard && reset_.effect == ResetEffect::Accepted;
    bool const wants_syn_ack = peer_.syn_seen && !peer_.opened_actively && !c_.answered_syn_ack(step_.from);
    e.answers_syn_ack =
        me_.state == State::SynSent || (wants_syn_ack && !synchronized_and_observed(me_) && !me_.fin_seen);
    bool const answered_syn = me_.syn_seen && !me_.opened_actively;
    bool const not_heard_since = me_.state == State::SynReceived || (me_.state == State::Established && me_.presumed);
    bool const only_handshake = !peer_.sent_data && !peer_.fin_seen && !peer_.probing;
    e.answers_handshake = answered_syn && not_heard_since &&
                          (me_.state == State::SynReceived || only_handshake || c_.handshake_is_fresh(s_.time));
    e.reconnects = past.new_syn != 0 && past.new_syn_from == step_.from && reset_.trigger > past.new_syn;
    e.probed_in_vain = me_.probing;
    e.sender_fin = me_.fin_seen;
    e.synchronized = c_.established_;
    e.answers_news = reset_.trigger > me_.last_frame;
    e.sender_fully_seen = me_.heard && s_.seq <= me_.snd_nxt && (me_.syn_seen || me_.sent_data);
    reset_.probes = static_cast<uint16_t>(me_.attempts + (me_.probing ? 1 : 0));
    reset_.fin_frame = me_.fin_frame;
    reset_.heard_frame = me_.last_frame;
}

void ResetCase::decide() {
    bool decided = false;
    for (const CauseRow& candidate : causes()) {
        if (candidate.id == Cause::Unknown && decided) break;
        if (!candidate.holds(evidence_)) continue;
        if (decided) {
            reset_.alternatives |= static_cast<uint16_t>(1U << static_cast<unsigned>(candidate.id));
            continue;
        }
        decided = true;
        reset_.cause = candidate.id;
        reset_.confidence = candidate.sure;
    }
    bool const by_race = reset_.cause == Cause::Foreign && !evidence_.ttl_foreign;
    if (by_race || (evidence_.ttl_odd && reset_.cause != Cause::Foreign)) reset_.confidence = Confidence::Possible;
}

/// The victim of a RST that could not be judged answers its living peer with RST: it had accepted it.
void ResetCase::settle_earlier() {
    Side const by = c_.cold().reset_by;
    if (!c_.perhaps_reset() || by == step_.from || reset_.kind != ResetKind::Reply) return;
    step_.hindsight.resets[c_.cold().reset_index].settled = Settled::Accepted;
    c_.make_cold().reset_unsettled = false;
    c_.end_by_reset(by, s_.frame);
    Observation moves(c_, step_);  // the states from here on
    moves.move(peer_, Cue::SentRst, true);
    moves.move(me_, me_.state == State::SynReceived && !me_.opened_actively ? Cue::GotRstAsListener : Cue::GotRst,
               false);
}

void ResetCase::apply() {
    bool const foreign = reset_.cause == Cause::Foreign;
    bool const accepted = reset_.effect == ResetEffect::Accepted;
    bool const rejected = reset_.effect == ResetEffect::Challenged || reset_.effect == ResetEffect::Ignored;
    bool const was_over = c_.reset_ || c_.both_fins();
    v_.unacked = c_.unacked();
    confirm_half_open();

    Observation moves(c_, step_);
    bool const refuses_one = reset_.kind == ResetKind::Reply &&
                             (me_.state == State::SynSent || (me_.state == State::SynReceived && !accepted));
    bool const ends_sender = !foreign && !refuses_one && !rejected && reset_.kind != ResetKind::Unknown;
    bool const sender_is_exact = accepted && !foreign && !refuses_one;
    bool const attempt_given_up = me_.state == State::SynSent && !peer_.heard && s_.seq == me_.snd_nxt;
    bool const out_of_nowhere = reset_.cause == Cause::Unsolicited && me_.state == State::Unknown && !rejected;
    if (ends_sender || sender_is_exact || attempt_given_up || out_of_nowhere) {
        moves.move(me_, Cue::SentRst, false);
        me_.presumed = false;
        me_.sent_active_reset = me_.sent_active_reset || reset_.kind == ResetKind::Active || out_of_nowhere;
    }
    if (accepted) {
        bool const listener = peer_.syn_seen && !peer_.opened_actively;
        Cue const cue = peer_.state == State::SynReceived && listener ? Cue::GotRstAsListener : Cue::GotRst;
        moves.move(peer_, cue, true);
        c_.make_cold().suspicion = no_index;
    }
    if (reset_.effect == ResetEffect::Challenged || reset_.effect == ResetEffect::Unknown) {
        c_.make_cold().challenge_due = s_.frame;
        c_.make_cold().challenge_due_to = step_.from;
    }
    ColdState& cold = c_.make_cold();
    if (!was_over && !refuses_one) {
        cold.reset_index = reset_.hindsight;
        cold.reset_open = true;
        cold.reset_by = step_.from;
        cold.reset_time = s_.time;
        if (!rejected) cold.reset_cause = reset_.cause;
        cold.reset_unsettled = reset_.effect == ResetEffect::Unknown;
    }
    if (accepted && !was_over && !refuses_one) c_.end_by_reset(step_.from, s_.frame);
    cold.reset_seen = true;
    cold.reset_kind = reset_.kind;
    cold.reset_seq = s_.seq;

    Event const event = row(reset_.cause).event;
    bool const over_or_unknown = reset_.cause == Cause::AfterClose || reset_.cause == Cause::Unsolicited;
    if (rejected && !over_or_unknown)
        tell(reset_.effect == ResetEffect::Challenged ? Event::RstChallenged : Event::RstIgnored);
    if (event != Event::Count && event != Event::RstAfterCrash && (!rejected || over_or_unknown || foreign))
        tell(event);
}

/// RFC 9293 figures 9 and 10: the other end still holds a connection that this one no longer knows.
void ResetCase::confirm_half_open() {
    bool const by_syn = reset_.cause == Cause::CrashReconnect;
    if (reset_.cause != Cause::Crash && !by_syn) return;
    if (reset_.effect != ResetEffect::Accepted && reset_.effect != ResetEffect::Unknown) return;
    ColdState& cold = c_.make_cold();
    if (cold.discovered_in == 0) {
        cold.discovered_in = s_.frame;
        cold.gone = step_.from;
        cold.gone_since = me_.last_frame;
        cold.discovered_by = by_syn ? Discovery::Syn : Discovery::Rst;
        tell(Event::HalfOpenConfirmed);
        tell(Event::RstAfterCrash);
    }
    c_.tell_half_open(HalfOpenKind::Confirmed, s_.time, v_);
}

}  // namespace tcpstate

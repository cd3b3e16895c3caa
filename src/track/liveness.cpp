// SPDX-License-Identifier: GPL-2.0-or-later
/// Who is still there: unfinished handshakes, unanswered survivors, half-closes, challenge ACKs.
#include "observation.hpp"

namespace tcpstate {

namespace {
/// Repeats closer than this to what was sent before are one segment seen twice (a mirror port, a switch), or the rest
/// of a flight that is repeated at once: Linux waits at least 200 ms before it repeats again.
constexpr int64_t copy_distance = 10'000'000;
/// An acknowledgment older than this below SND.UNA is not acceptable, whatever the window was (RFC 5961 5.2).
constexpr uint32_t least_window = 65535;
}  // namespace

void Observation::watch_handshake() {
    bool const syn = s_.any(flag::Syn), ack = s_.any(flag::Ack);
    if (syn && !ack && first_ && peer_.opened_actively && peer_.state < State::Established)
        tell(Event::SimultaneousOpen);
    bool const again = syn && is_repeat_ && quiet_ > copy_distance && !synchronized(me_.state);
    if (again && !ack && !peer_.heard) {
        ++me_.attempts;
        tell(Event::SynUnanswered);
    }
    // a SYN,ACK that answers a repeated SYN is no sign of an overdue handshake
    if (again && ack && !asked_for_) {
        ++me_.attempts;
        tell(Event::HandshakeStalled);
    }
    bool const completes =
        ack && !syn && peer_.state == State::Established && peer_.presumed && first_ack_of_handshake();
    if (completes) c_.round_trip_us_ = round_trip();
    if (synchronized(me_.state) && synchronized(peer_.state)) return;
    for (auto* end : {&me_, &peer_}) {
        const Endpoint& its_peer = end == &me_ ? peer_ : me_;
        bool const unanswered = end->state == State::SynSent && !its_peer.heard;
        if (end->attempts == 0 || !(unanswered || end->state == State::SynReceived)) continue;
        bool const acknowledged = its_peer.acks && its_peer.ack > end->iss;
        v_.embryonic.kind = unanswered     ? EmbryonicKind::SynUnanswered
                            : acknowledged ? EmbryonicKind::AckNotAccepted
                                           : EmbryonicKind::SynAckUnanswered;
        v_.embryonic.attempts = end->attempts;
        v_.embryonic.duration = s_.time - c_.start_time_;
    }
}

bool Observation::first_ack_of_handshake() const {
    return c_.round_trip_us_ == 0 && me_.opened_actively && peer_.attempts == 0 && me_.attempts == 0 && me_.frames == 2;
}

uint32_t Observation::round_trip() const {
    int64_t const us = (s_.time - c_.start_time_) / 1000;
    return us <= 0 ? 1 : us > 60'000'000 ? 60'000'000 : static_cast<uint32_t>(us);
}

/// Whoever was waiting for this sender has its answer.
void Observation::watch_recovery() {
    bool const may_repeat_syn_ack = peer_.state == State::Established && peer_.presumed && !peer_.opened_actively;
    bool const still_opening = peer_.state == State::SynReceived || may_repeat_syn_ack;
    if (!still_opening) peer_.attempts = 0;
    peer_.probing = false;
    if (c_.suspects() && c_.cold().gone == step_.from) {
        step_.hindsight.suspicions[c_.cold().suspicion].recovered_in = s_.frame;
        c_.make_cold().suspicion = no_index;
        tell(Event::HalfOpenRecovered);
    }
}

/// Repeats without any answer. Within a round trip of the last answer they may still be answers to it.
void Observation::watch_survivor() {
    bool const peer_should_answer = peer_.heard && synchronized(peer_.state) && peer_.state != State::TimeWait;
    if (!peer_should_answer || !synchronized(me_.state) || !is_segment_of_connection() || c_.reset_) return;
    if (acks_unsent_) {  // it hears its peer, the capture does not
        me_.attempts = 0;
        return;
    }
    bool const in_time = s_.time - peer_.last_time > static_cast<int64_t>(c_.round_trip_us_) * 1000;
    bool const repeats = is_repeat_ && in_time && me_.peer_acked && s_.end() > me_.snd_una;
    bool const failed_before = is_probe_ ? me_.probing : repeats;
    if (failed_before && quiet_ > copy_distance && me_.attempts < UINT16_MAX) ++me_.attempts;
    if (is_probe_) me_.probing = true;
    if (c_.suspects() || me_.attempts < step_.preferences.attempts_before_suspicion) return;
    c_.make_cold().suspicion = static_cast<uint32_t>(step_.hindsight.suspicions.size());
    step_.hindsight.suspicions.emplace_back();
    c_.make_cold().gone = other(step_.from);
    c_.make_cold().gone_since = peer_.last_frame;
    tell(Event::HalfOpenSuspected);
}

void Observation::watch_half_close() {
    if (closes_) {
        if (c_.snapshot_.closed_first == MaybeRole::None) c_.snapshot_.closed_first = maybe(who_);
        if (!peer_.fin_seen) c_.first_fin_time_ = s_.time;
    }
    if (!c_.established_ || c_.reset_ || c_.self_connected_) return;
    if (!c_.half_closes_ && me_.fin_seen != peer_.fin_seen) {  // usually now; later if the FIN overtook the handshake
        c_.half_closes_ = true;
        tell(Event::HalfClosed);
    }
    bool const ends = closes_ && peer_.fin_seen;
    if (!c_.half_closes_ || (c_.both_fins() && !ends)) return;
    if (ends && s_.ack <= peer_.fin) tell(Event::SimultaneousClose);
    if (peer_.fin_seen && fresh_ > 0) {  // this is the open direction
        c_.make_cold().half_closed_bytes += fresh_;
        ++c_.make_cold().half_closed_segments;
        if (me_.ack > peer_.fin && !c_.half_close_data_told_) {
            c_.half_close_data_told_ = true;
            tell(Event::DataWhileHalfClosed);
        }
    }
    bool const is_long = s_.time - c_.first_fin_time_ > step_.preferences.half_closed_threshold;
    if (is_long && !c_.half_close_long_told_) {
        c_.half_close_long_told_ = true;
        tell(Event::HalfClosedLong);
    }
}

/// RFC 5961: what is not acceptable, though near, is answered by an ACK that repeats what the endpoint knows.
void Observation::watch_challenge() {
    if (c_.cold_ && c_.cold_->challenge_due != 0 && c_.cold_->challenge_due_to != step_.from) {
        bool const repeats_itself = s_.pure_ack() && !acks_new_ && !first_ && s_.seq == me_.snd_nxt && !is_answer_;
        if (repeats_itself && synchronized(me_.state)) {
            v_.annotations.challenge_ack = c_.cold().challenge_due;
            tell(Event::ChallengeAck);
            if (c_.cold().reset_open) step_.hindsight.resets[c_.cold().reset_index].settled = Settled::Rejected;
        }
        c_.make_cold().challenge_due = 0;
    }
    if (!c_.established_ || !synchronized(peer_.state) || !s_.any(flag::Ack | flag::Syn)) return;
    bool const old_syn = s_.any(flag::Syn) && !me_.presumed && synchronized(me_.state);
    uint32_t const largest = me_.window() > least_window ? me_.window() : least_window;
    bool const ack_too_old = s_.has(flag::Ack) && peer_.peer_acked && !s_.any(flag::Syn) &&
                             peer_.snd_una - s_.ack > static_cast<int32_t>(largest);
    if (old_syn || ack_too_old || acks_unsent_) {
        c_.make_cold().challenge_due = s_.frame;
        c_.make_cold().challenge_due_to = step_.from;
    }
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "observation.hpp"

#include <algorithm>

namespace tcpstate {

namespace {
/// Farther than any window (RFC 7323 2.3): numbers of another connection, or forged.
constexpr int32_t implausible = 1 << 30;
constexpr int64_t millisecond = 1'000'000;
}  // namespace

/// How long a segment may have been on its way when its sender got something that we saw: about a round trip.
int64_t Observation::grace() const {
    if (c_.round_trip_us_ == 0) return 1000 * millisecond;
    return 2000 * static_cast<int64_t>(c_.round_trip_us_) + 20 * millisecond;
}

void Observation::run() {
    quiet_ = s_.time - me_.last_time;
    first_ = !me_.heard;
    previous_ack_ = me_.ack;
    acked_before_ = me_.acks;
    asked_for_ = peer_.state == State::SynSent;
    if (c_.cold_) judge_past_reset();
    classify();
    note_numbers();
    note_history();
    give_sender_cues();
    give_receiver_cues();
    if (!c_.established_) c_.established_ = synchronized(me_.state) && (synchronized(peer_.state) || !peer_.heard);
    if (c_.cold_) go_on_past_reset();
    watch_handshake();
    bool const waiting = me_.attempts != 0 || peer_.attempts != 0 || me_.probing || peer_.probing;
    bool const doubtful = is_repeat_ || is_probe_ || acks_unsent_ || s_.any(flag::Syn) || s_.ack != peer_.snd_una;
    if (waiting || doubtful || c_.cold_) {
        watch_recovery();
        watch_survivor();
        watch_challenge();
    }
    watch_half_close();
    if (!is_keepalive_ && !is_answer_) c_.activity_time_ = s_.time;
    v_.annotations.keepalive = is_keepalive_ ? Keepalive::Probe : is_answer_ ? Keepalive::Answer : Keepalive::None;
    if (s_.any(flag::Fin)) {
        v_.has_unacked = true;
        v_.unacked = c_.unacked();
    }
}

/// Both ends are alive after all.
void Observation::go_on_past_reset() {
    auto const alive = [](State s) { return s > State::Listen; };
    if (!c_.was_given_up() || !alive(me_.state) || !alive(peer_.state)) return;
    if (c_.reset_) c_.undo_reset();
    me_.sent_active_reset = peer_.sent_active_reset = false;
}

/// A RST that was taken for good is contradicted when its victim, or its supposed sender, goes on. What was on
/// its way when the RST passed is no contradiction.
void Observation::judge_past_reset() {
    const ColdState& past = *c_.cold_;
    bool const by_victim = step_.from != past.reset_by || c_.self_connected_;
    bool const sender_is_back =
        past.reset_index != no_index && !by_victim && me_.state == State::Closed && !c_.both_fins();
    if (!past.reset_open && !sender_is_back) return;
    bool const late = s_.time - past.reset_time > grace();
    if (!late && (by_victim || s_.seq < past.reset_seq)) return;
    auto& its = step_.hindsight.resets[past.reset_index];
    if (its.contradicted_in == 0) its.contradicted_in = s_.frame;
    if (by_victim) {
        bool const new_life = s_.any(flag::Syn) && me_.syn_seen && s_.seq != me_.iss;
        its.settled = new_life ? Settled::Accepted : Settled::Rejected;
        c_.undo_reset();
    }
    if (!by_victim || c_.self_connected_) me_.sent_active_reset = false;
    if (me_.state == State::Closed) go_on();
}

void Observation::classify() {
    bool const quiet_segment = s_.has(flag::Ack) && !s_.any(flag::Syn | flag::Fin | flag::Rst) && s_.length <= 1;
    if (quiet_segment && me_.heard && me_.peer_acked && synchronized(me_.state)) {
        // RFC 9293 3.8.4: a keepalive repeats the last number that was acknowledged; so does a window probe
        bool const repeats_last = s_.seq == me_.snd_una - 1;
        is_probe_ = repeats_last && (me_.snd_una == me_.snd_nxt || peer_.zero_window);
        is_keepalive_ = is_probe_ && !peer_.zero_window;
    }
    if (s_.has(flag::Ack) && peer_.heard) {
        acks_unsent_ = s_.ack > peer_.snd_nxt;
        acks_new_ = !acks_unsent_ && (!peer_.peer_acked || s_.ack > peer_.snd_una);
    }
    if (peer_.probing)
        is_answer_ = s_.pure_ack() && !acks_new_ && !me_.zero_window && s_.ack == peer_.snd_nxt && !is_probe_;
}

void Observation::note_numbers() {
    bool const syn = s_.any(flag::Syn);
    bool const new_life =
        syn && me_.syn_seen && s_.seq != me_.iss && !c_.established_;  // figure 8: it forgot the first
    if (new_life) me_.heard = me_.acks = false;
    if (syn && !(me_.heard && me_.syn_seen)) {
        me_.iss = s_.seq;
        me_.syn_seen = true;
        me_.opened_actively = !s_.any(flag::Ack);
        me_.scale = s_.scale;
        me_.timestamps = s_.has_timestamp;
        if (!me_.heard) {
            me_.snd_nxt = s_.end();
            me_.sent.start(s_.end());
        }
        fresh_ = s_.length;
    } else if (syn) {
        is_repeat_ = s_.seq == me_.iss && (!s_.any(flag::Ack) || me_.acks);  // SYN, then SYN,ACK is no repeat
    } else if (!me_.heard) {
        me_.sent.start(s_.seq);
        me_.snd_nxt = s_.seq;
    }
    bool const plausible = !me_.heard || (s_.seq - me_.snd_nxt < implausible && s_.seq - me_.snd_nxt > -implausible);
    Seq const edge_before = me_.sent.edge();
    if (!syn && plausible) {
        fresh_ = is_probe_ ? 0 : me_.sent.add(s_.seq, s_.seq + s_.length);
        uint32_t fresh_span = fresh_;
        bool const can_close =
            s_.has(flag::Fin | flag::Ack) && me_.state != State::Listen;  // a listener has nothing to close
        if (can_close && (!me_.fin_seen || me_.fin == s_.seq + s_.length)) {
            me_.fin = s_.seq + s_.length;
            closes_ = !me_.fin_seen;
            if (closes_) me_.fin_frame = s_.frame;
            me_.fin_seen = true;
            fresh_span += me_.sent.add(me_.fin, me_.fin + 1);
        }
        is_repeat_ = s_.span() > 0 && fresh_span == 0 && !is_probe_;
        me_.snd_nxt = later(me_.snd_nxt, s_.end());
    }
    if (fresh_ > 0) me_.sent_data = true;
    me_.bytes += fresh_;
    if (s_.has(flag::Ack)) {
        bool const learns = !acks_unsent_ && (!me_.acks || s_.ack >= me_.ack);
        if (learns) {
            if (me_.acks && s_.ack != me_.ack) {
                me_.other_ack = me_.ack;
                me_.other_ack_frame = me_.ack_frame;
            }
            me_.ack = s_.ack;
            me_.ack_frame = s_.frame;
            me_.acks = true;
            uint8_t const shift = syn ? 0 : scale_of(me_, peer_);
            me_.window_edge = s_.ack + (static_cast<uint32_t>(s_.window) << shift);
            me_.zero_window = s_.window == 0 && !syn;
        } else {
            me_.other_ack = s_.ack;
            me_.other_ack_frame = s_.frame;
        }
        bool const refuses_early_data = syn && peer_.state == State::SynSent && peer_.sent_data &&
                                        s_.ack == peer_.iss + 1 && peer_.snd_nxt > s_.ack;
        if (refuses_early_data) take_back_early_data();
        if (acks_new_) {
            peer_.snd_una = s_.ack;
            peer_.peer_acked = true;
            peer_.sent.skip_to(s_.ack);
        }
        if (s_.has_sack) {
            me_.sack_edge = s_.sack_right;
            me_.has_sack = true;
        }
    }
    brings_fin_ = me_.fin_seen && me_.sent.edge() > me_.fin && (s_.any(flag::Fin) || edge_before <= me_.fin);
    if (first_)
        me_.ttl = s_.ttl;
    else if (me_.ttl != s_.ttl)
        me_.ttl_varies = true;
    ++me_.frames;
    me_.heard = true;
    me_.last_frame = s_.frame;
    me_.last_time = s_.time;
}

/// The SYN,ACK acknowledges the SYN and not its data: they will be sent again (RFC 7413 4.2).
void Observation::take_back_early_data() {
    peer_.bytes -= std::min<uint64_t>(peer_.bytes, static_cast<uint32_t>(peer_.snd_nxt - s_.ack));
    peer_.snd_nxt = s_.ack;
    peer_.sent.start(s_.ack);
}

void Observation::note_history() {
    auto note = [&](Letter letter) { c_.history_.note(letter, who_); };
    if (s_.has(flag::Syn | flag::Fin)) note(Letter::Q);
    if (s_.any(flag::Syn)) note(s_.any(flag::Ack) ? Letter::H : Letter::S);
    if (s_.length > 0 && is_repeat_) note(Letter::T);
    if (s_.length > 0 && !is_probe_) note(Letter::D);
    if (s_.any(flag::Fin)) note(Letter::F);
    if (s_.pure_ack()) note(Letter::A);
    if (me_.zero_window && s_.has(flag::Ack)) note(Letter::W);
}

}  // namespace tcpstate

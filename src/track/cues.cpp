// SPDX-License-Identifier: GPL-2.0-or-later
/// From a segment to cues: what it shows of its sender, and what its receiver must have become.
#include "observation.hpp"

namespace tcpstate {

bool Observation::move(Endpoint& end, Cue cue, bool presumed) {
    uint8_t const rule = rule_for(end.state, cue);
    if (rule == no_rule) return false;
    end.state = rules[rule].to;
    end.presumed = presumed;
    note_change(rule, &end == &me_ ? who_ : other(who_));
    if (c_.self_connected_) note_change(rule, Role::Server);  // one endpoint in both roles
    return true;
}

void Observation::note_change(uint8_t rule, Role who) {
    if (v_.changes < max_changes) v_.change[v_.changes++] = {rule, who};
}

/// A segment of its own confirms what its sender was presumed to be.
void Observation::confirm() {
    if (!me_.presumed) return;
    switch (me_.state) {
        case State::SynReceived: me_.presumed = !s_.any(flag::Syn); break;
        case State::Established:
            me_.presumed = !is_segment_of_connection();
            if (!me_.presumed) me_.attempts = 0;
            break;
        case State::CloseWait:
        case State::Closing: me_.presumed = !(peer_.fin_seen && s_.has(flag::Ack) && s_.ack > peer_.fin); break;
        case State::TimeWait:  // a FIN that it repeats is not yet acknowledged
            me_.presumed = s_.any(flag::Fin) || !(peer_.fin_seen && s_.has(flag::Ack) && s_.ack > peer_.fin);
            break;
        case State::FinWait2:  // it acknowledges more, so it got what acknowledged its FIN
            me_.presumed = !(s_.has(flag::Ack) && s_.ack > previous_ack_ && !s_.any(flag::Fin));
            break;
        default: break;
    }
}

void Observation::give_sender_cues() {
    confirm();
    if (s_.any(flag::Syn)) return send_syn();
    if (!is_segment_of_connection()) return;
    bool const sends_on = s_.length > 0 || s_.any(flag::Fin);
    // after TCP Fast Open a server answers before the handshake is complete (RFC 7413 4.2), but takes in no more
    bool const takes_in_more = acked_before_ && s_.ack > previous_ack_;
    bool const waits = me_.state == State::SynReceived && !takes_in_more && (c_.early_data_ || !sends_on);
    if (me_.state < State::Established && me_.state != State::Closed && me_.state != State::Listen && !waits) {
        move(me_, Cue::SentSegment, false);
        me_.attempts = 0;  // those of the handshake
    }
    if (peer_.fin_seen && s_.ack > peer_.fin) move(me_, Cue::SentAckOfFin, false);
    // far too late to have crossed the FIN, and it does not acknowledge it
    bool const without_fin = peer_.fin_seen && s_.ack <= peer_.fin && me_.presumed && !s_.any(flag::Fin);
    if (without_fin && s_.time - peer_.last_time > grace()) move(me_, Cue::LostFin, false);
    if (s_.any(flag::Fin)) send_fin();
}

void Observation::send_syn() {
    if (!s_.any(flag::Ack)) {
        bool const answered_in_vain = me_.presumed && is_repeat_;
        if (me_.state == State::Unknown || (me_.state == State::Closed && !c_.reset_) || answered_in_vain)
            move(me_, Cue::SentSyn, false);
        bool const overtaken = first_ && peer_.syn_seen && peer_.acks && peer_.ack > me_.iss;
        if (overtaken) move(me_, Cue::GotSynAck, true);  // the capture shows the answer first
        return;
    }
    if (peer_.syn_seen && peer_.sent_data && s_.ack > peer_.iss + 1) c_.early_data_ = true;
    if (me_.state != State::Established || me_.presumed) move(me_, Cue::SentSynAck, false);
    bool const overtaken = first_ && peer_.acks && peer_.ack > me_.iss;
    if (overtaken) move(me_, Cue::GotAckOfSyn, true);
}

void Observation::send_fin() {
    if (!closes_) {
        bool const closed_by_ack = me_.state != State::Closed || !c_.reset_;
        if (me_.presumed && is_repeat_ && closed_by_ack) move(me_, Cue::LostAckOfFin, false);
        return;
    }
    bool const crossing = peer_.fin_seen && s_.ack <= peer_.fin;
    move(me_, crossing && me_.state == State::CloseWait ? Cue::SentCrossingFin : Cue::SentFin, false);
    // the capture may show the acknowledgment first
    if (peer_.acks && (peer_.ack > me_.fin || (peer_.other_ack_frame != 0 && peer_.other_ack == me_.fin + 1)))
        move(me_, Cue::GotAckOfFin, true);
}

void Observation::give_receiver_cues() {
    bool const ack = s_.has(flag::Ack);
    if (s_.any(flag::Syn) && !ack) {
        move(peer_, Cue::GotSyn, true);
        return;
    }
    if (!ack || s_.any(flag::Rst)) return;
    bool const waits_for_ack_of_syn = !synchronized(peer_.state) && peer_.syn_seen;
    if (waits_for_ack_of_syn && s_.ack > peer_.iss && s_.ack <= peer_.snd_nxt) {
        if (s_.any(flag::Syn)) move(peer_, Cue::GotSynAck, true);
        if (!is_refused_again()) move(peer_, Cue::GotAckOfSyn, true);
    }
    if (peer_.fin_seen && s_.ack > peer_.fin && !acks_unsent_) move(peer_, Cue::GotAckOfFin, true);
    bool const repeats_before_fin = is_repeat_ && s_.length > 0 && !s_.any(flag::Fin) && me_.fin_seen;
    if (repeats_before_fin && peer_.presumed && me_.peer_acked && s_.end() > me_.snd_una)
        move(peer_, Cue::LostFin, true);
    else if (brings_fin_ && !is_refused_again())
        move(peer_, Cue::GotFin, true);
}

/// A server that repeats its SYN,ACK a second time although the ACK was seen does not take it: its accept queue is
/// full (measured). Only a segment of its own can show that it has changed its mind.
bool Observation::is_refused_again() const { return peer_.attempts >= 2 && acked_before_ && previous_ack_ > peer_.iss; }

/// After a RST that ended nothing: back to where the endpoint's own segments put it.
void Observation::go_on() {
    move(me_, Cue::WentOn, false);
    if (peer_.fin_seen && me_.acks && me_.ack > peer_.fin) move(me_, Cue::SentAckOfFin, false);
    if (me_.fin_seen) move(me_, Cue::SentFin, false);
    if (me_.fin_seen && me_.peer_acked && me_.snd_una > me_.fin) move(me_, Cue::GotAckOfFin, true);
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// From a segment to cues: what it shows of its sender, and what its receiver must have become.
#include "facts.hpp"

namespace tcpstate {

namespace {

constexpr auto observed = Standing::Observed;
constexpr auto presumed = Standing::Presumed;

bool is_segment_of_connection(const Segment& segment) {
    return segment.has(flag::Ack) && !segment.any(flag::Syn | flag::Rst);
}

bool acks_fin(const Segment& segment, const Endpoint& receiver) {
    return receiver.fin_seen && segment.has(flag::Ack) && segment.ack > receiver.fin;
}

/// A segment of its own confirms what its sender was presumed to be.
void confirm(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    if (!sender.presumed) return;
    bool const fin = segment.any(flag::Fin);
    switch (sender.state) {
        case State::SynReceived: sender.presumed = !segment.any(flag::Syn); break;
        case State::Established:
            sender.presumed = !is_segment_of_connection(segment);
            if (!sender.presumed) sender.attempts = 0;
            break;
        case State::CloseWait:
        case State::Closing: sender.presumed = !acks_fin(segment, facts.receiver()); break;
        case State::TimeWait:  // a FIN that it repeats is not yet acknowledged
            sender.presumed = fin || !acks_fin(segment, facts.receiver());
            break;
        case State::FinWait2:  // it acknowledges more, so it got what acknowledged its FIN
            sender.presumed = fin || !(segment.has(flag::Ack) && segment.ack > arrival.sender.rcv_nxt());
            break;
        default: break;
    }
}

void send_syn(const Arrival& arrival, Facts& facts) {
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    bool const answered_in_vain = sender.presumed && facts.is_repeat;
    bool const attempts_again = sender.state == State::Closed && !facts.ended_by_reset(arrival.connection);
    if (sender.state == State::Unknown || attempts_again || answered_in_vain)
        facts.move(sender, Cue::SentSyn, observed);
    bool const overtaken = arrival.is_first() && receiver.syn_seen && receiver.acks && receiver.rcv_nxt() > sender.iss;
    if (overtaken) facts.move(sender, Cue::GotSynAck, presumed);  // the capture shows the answer first
}

void send_syn_ack(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    facts.early_data = receiver.syn_seen && receiver.sent_data && segment.ack > receiver.iss + 1;
    bool const was_open = sender.state == State::Established && !sender.presumed && !facts.forgets;
    bool const was_closed = sender.state == State::Closed && receiver.state != State::SynSent;  // nobody asks
    if (!was_open && !was_closed) facts.move(sender, Cue::SentSynAck, observed);
    bool const overtaken = arrival.is_first() && receiver.acks && receiver.rcv_nxt() > sender.iss;
    if (overtaken) facts.move(sender, Cue::GotAckOfSyn, presumed);
}

void send_fin(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    if (!facts.closes) {
        bool const closed_by_ack = sender.state != State::Closed || !facts.ended_by_reset(arrival.connection);
        if (sender.presumed && facts.is_repeat && closed_by_ack) facts.move(sender, Cue::LostAckOfFin, observed);
        return;
    }
    bool const crossing = receiver.fin_seen && segment.ack <= receiver.fin;
    bool const both = crossing && sender.state == State::CloseWait;
    facts.move(sender, both ? Cue::SentCrossingFin : Cue::SentFin, observed);
    // the capture may show the acknowledgment first
    bool const acked_elsewhere = receiver.other_ack.frame != 0 && receiver.other_ack.number == sender.fin + 1;
    if (receiver.acks && (receiver.rcv_nxt() > sender.fin || acked_elsewhere))
        facts.move(sender, Cue::GotAckOfFin, presumed);
}

void give_sender_cues(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    const Connection& c = arrival.connection;
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    confirm(arrival, facts);
    if (segment.any(flag::Syn)) return segment.any(flag::Ack) ? send_syn_ack(arrival, facts) : send_syn(arrival, facts);
    if (!is_segment_of_connection(segment)) return;
    bool const sends_on = segment.length > 0 || segment.any(flag::Fin);
    // after TCP Fast Open a server answers before the handshake is complete (RFC 7413 4.2), but takes in no more
    bool const waits = sender.state == State::SynReceived && !arrival.takes_in_more() && (c.early_data || !sends_on);
    if (!waits && facts.move(sender, Cue::SentSegment, observed)) sender.attempts = 0;  // those of the handshake
    if (acks_fin(segment, receiver)) facts.move(sender, Cue::SentAckOfFin, observed);
    // far too late to have crossed the FIN, and it does not acknowledge it
    bool const without_fin =
        receiver.fin_seen && segment.ack <= receiver.fin && sender.presumed && !segment.any(flag::Fin);
    if (without_fin && elapsed(receiver.last_time, segment.time) > grace(c)) facts.move(sender, Cue::LostFin, observed);
    if (segment.any(flag::Fin)) send_fin(arrival, facts);
}

/// A server that repeats its SYN,ACK a second time although the ACK was seen does not take it: its accept queue is full
/// (measured). Only a segment of its own can show that it has changed its mind.
bool is_refused_again(const Arrival& arrival, const Facts& facts) {
    const Endpoint& receiver = facts.receiver();
    return receiver.attempts >= 2 && arrival.sender.acks && arrival.sender.rcv_nxt() > receiver.iss;
}

void give_receiver_cues(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    const Endpoint& sender = facts.sender();
    Endpoint& receiver = facts.receiver();
    if (!segment.any(flag::Ack)) {
        if (segment.any(flag::Syn)) facts.move(receiver, Cue::GotSyn, presumed);
        return;
    }
    bool const waits_for_ack_of_syn = !synchronized(receiver.state) && receiver.syn_seen;
    if (waits_for_ack_of_syn && segment.ack > receiver.iss && segment.ack <= receiver.snd_nxt) {
        if (segment.any(flag::Syn)) facts.move(receiver, Cue::GotSynAck, presumed);
        if (!is_refused_again(arrival, facts)) facts.move(receiver, Cue::GotAckOfSyn, presumed);
    }
    if (acks_fin(segment, receiver) && !facts.acks_unsent) facts.move(receiver, Cue::GotAckOfFin, presumed);
    bool const repeats_before_fin = facts.is_repeat && segment.length > 0 && !segment.any(flag::Fin) && sender.fin_seen;
    if (repeats_before_fin && receiver.presumed && sender.peer_acked && segment.end() > sender.snd_una)
        facts.move(receiver, Cue::LostFin, presumed);
    else if (facts.brings_fin && !is_refused_again(arrival, facts))
        facts.move(receiver, Cue::GotFin, presumed);
}

}  // namespace

void give_cues(const Arrival& arrival, Facts& facts) {
    give_sender_cues(arrival, facts);
    give_receiver_cues(arrival, facts);
    Endpoint& sender = facts.sender();
    Endpoint& receiver = facts.receiver();
    facts.established = arrival.connection.established ||
                        (synchronized(sender.state) && (synchronized(receiver.state) || !receiver.heard));
    auto const alive = [](State s) { return s > State::Listen; };
    if (!alive(sender.state) || !alive(receiver.state)) return;
    if (arrival.connection.reset) facts.undoes_reset = true;  // both ends are alive after all
    sender.sent_active_reset = receiver.sent_active_reset = false;
}

}  // namespace tcpstate

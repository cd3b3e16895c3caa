// SPDX-License-Identifier: GPL-2.0-or-later
/// What a RST does to its receiver, by where its number lies.
#include "resets.hpp"

namespace tcpstate {

namespace {

/// A window of unknown scale may be this much farther than it looks (RFC 7323 2.3).
constexpr int32_t unknown_scale = 1 << 30;

bool closing_with_fin_received(State s) { return s == State::CloseWait || s == State::LastAck || s == State::Closing; }
bool has_received_fin(State s) { return closing_with_fin_received(s) || s == State::TimeWait; }

/// What the sender sent was lost: long after it the receiver acknowledges less, and that segment is what the RST
/// answers.
bool answers_before_loss(const Arrival& arrival, ResetKind kind, const Endpoint& sender, const Endpoint& receiver) {
    bool const exact = kind == ResetKind::Reply && receiver.acks && arrival.segment.seq == receiver.rcv_nxt();
    return exact && sender.heard && receiver.latest_ack.frame > sender.last_frame &&
           elapsed(sender.last_time, receiver.latest_ack.time) > grace(arrival.connection);
}

/// RCV.NXT of the receiver, in agreement with the state that it is presumed to be in.
Seq expected_number(const Endpoint& sender, const Endpoint& receiver) {
    if (receiver.state == State::SynReceived)  // nothing but the SYN, whichever it was (figure 8)
        return receiver.acks ? receiver.rcv_nxt() : receiver.other_ack.number;
    Seq const next = receive_next(receiver, sender);
    bool const fin_missing = sender.fin_seen && next > sender.fin && !has_received_fin(receiver.state);
    return fin_missing ? sender.fin : next;
}

/// `foreign`: somebody else made it, who need not know more of its number than its receiver.
ResetEffect effect_by_window(const Segment& segment, const Reset& reset, const Endpoint& sender,
                             const Endpoint& receiver, bool foreign) {
    const Acknowledgment& other_ack = receiver.other_ack;
    bool const acks_unseen =
        other_ack.frame > receiver.latest_ack.frame && sender.heard && other_ack.number > sender.snd_nxt;
    if (acks_unseen && sender.state == State::SynReceived)
        return ResetEffect::Unknown;  // it has sent nothing to acknowledge
    if (acks_unseen) return segment.seq == other_ack.number ? ResetEffect::Accepted : ResetEffect::Unknown;
    if (reset.offset == 0 || (receiver.has_sack && segment.seq == receiver.sack_edge)) return ResetEffect::Accepted;
    bool const crossed_fin = sender.fin_seen && segment.seq == sender.fin && reset.offset == -1;
    if (crossed_fin && closing_with_fin_received(receiver.state)) return ResetEffect::Accepted;
    // duplicate acknowledgments, and nothing sent since: what lies beyond the hole did not move RCV.NXT
    bool const reports_hole = receiver.has_sack && receiver.sack_edge > receiver.rcv_nxt() &&
                              receiver.last_frame > sender.last_frame && segment.seq > receiver.rcv_nxt();
    if (reports_hole && reset.offset < 0) return ResetEffect::Challenged;
    if (reset.offset < 0) {  // what its sender had sent since its trigger, or sent in vain, may or may not have arrived
        bool const perhaps = reset.kind == ResetKind::Reply || sender.attempts != 0;
        bool const maybe_lost = perhaps && receiver.acks && segment.seq >= receiver.rcv_nxt();
        return maybe_lost ? ResetEffect::Unknown : ResetEffect::Ignored;
    }
    bool const at_unseen_edge = !sender.heard || (sender.has_hole && segment.seq == sender.snd_nxt);
    if (at_unseen_edge) return ResetEffect::Unknown;
    // what its sender was not seen to send may not have been captured, and then it is exact
    bool const perhaps_exact = !foreign && segment.seq > sender.snd_nxt;
    if (segment.seq < receiver.window_edge) return perhaps_exact ? ResetEffect::Unknown : ResetEffect::Challenged;
    bool const scale_unknown = !receiver.syn_seen && segment.seq - receiver.window_edge < unknown_scale;
    return scale_unknown ? ResetEffect::Unknown : ResetEffect::Ignored;
}

/// RFC 9293 3.10.7.3 and 3.10.7.4 with RFC 5961 3.2, and what Linux does where that is more generous.
ResetEffect effect_of(const Segment& segment, const Reset& reset, const Endpoint& sender, const Endpoint& receiver,
                      bool foreign) {
    if (receiver.state == State::SynSent) {
        bool const acks_syn = segment.any(flag::Ack) && segment.ack > receiver.iss && segment.ack <= receiver.snd_nxt;
        return acks_syn ? ResetEffect::Accepted : ResetEffect::Ignored;
    }
    if (receiver.state == State::Closed || receiver.state == State::Listen)
        return ResetEffect::Ignored;  // RFC 9293 3.10.7.1: no connection, nothing to reset
    if (!receiver.heard || (!sender.heard && !receiver.acks)) return ResetEffect::Unknown;
    if (is_unknown_ack(sender, receiver, segment.seq)) return ResetEffect::Accepted;  // figure 9
    return effect_by_window(segment, reset, sender, receiver, foreign);
}
}  // namespace

void judge_effect(const Arrival& arrival, ResetFacts& facts) {
    Reset& reset = facts.reset;
    const Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    bool const exact = answers_before_loss(arrival, reset.kind, sender, receiver);
    reset.offset = exact ? 0 : arrival.segment.seq - expected_number(sender, receiver);
    bool const from_afar = facts.evidence.distance == Distance::Far;
    reset.effect = effect_of(arrival.segment, reset, sender, receiver, from_afar);
}

}  // namespace tcpstate

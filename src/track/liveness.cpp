// SPDX-License-Identifier: GPL-2.0-or-later
/// Who is still there: unfinished handshakes, survivors without an answer, half-closes, challenge ACKs.
#include <algorithm>

#include "facts.hpp"

namespace tcpstate {

namespace {

/// Repeats closer than this to what was sent before are one segment seen twice (a mirror port, a switch), or the rest
/// of a flight that is repeated at once: Linux waits at least 200 ms before it repeats again.
constexpr int64_t copy_distance = 10 * millisecond;
/// An acknowledgment older than this below SND.UNA is not acceptable, whatever the window was (RFC 5961 5.2).
constexpr uint32_t least_window = 65535;

void count_attempt(Endpoint& end) {
    if (end.attempts != UINT32_MAX) ++end.attempts;
}

/// The first ACK of the endpoint that opened: the handshake took a round trip.
void measure_round_trip(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    if (c.round_trip_us != 0 || sender.frames != 2 || !sender.opened_actively) return;
    bool const completes = arrival.segment.any(flag::Ack) && !arrival.segment.any(flag::Syn) &&
                           receiver.state == State::Established && receiver.presumed;
    if (!completes || sender.attempts != 0 || receiver.attempts != 0) return;
    int64_t const us = elapsed(c.start_time, arrival.segment.time) / 1000;
    facts.round_trip_us = static_cast<uint32_t>(std::clamp<int64_t>(us, 1, 60'000'000));
}

void watch_handshake(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    Endpoint& receiver = facts.receiver();
    bool const syn = segment.any(flag::Syn), ack = segment.any(flag::Ack);
    // what is repeated to open another incarnation was answered, on the one before
    bool const was_answered = arrival.begins_incarnation && arrival.connection.surviving_predecessor() != no_index;
    bool const again = syn && facts.is_repeat && arrival.quiet() > copy_distance && !synchronized(sender.state);
    if (syn && !ack && arrival.is_first() && receiver.opened_actively && receiver.state < State::Established)
        facts.tell(Event::SimultaneousOpen);
    if (was_answered) {
        (sender.opened_actively ? sender : receiver).attempts = 0;
    } else if (again && !ack && !receiver.heard) {
        count_attempt(sender);
        facts.tell(Event::SynUnanswered);
    }
    // a SYN,ACK that answers a repeated SYN is no sign of an overdue handshake
    if (again && ack && arrival.receiver.state != State::SynSent) {
        count_attempt(sender);
        facts.tell(Event::HandshakeStalled);
    }
    for (const Endpoint* end : {&sender, &receiver}) {
        const Endpoint& peer = end == &sender ? receiver : sender;
        bool const unanswered = end->state == State::SynSent && !peer.heard;
        if (end->attempts == 0 || !(unanswered || end->state == State::SynReceived)) continue;
        bool const acknowledged = peer.acks && peer.rcv_nxt() > end->iss;
        facts.embryonic.kind = unanswered     ? EmbryonicKind::SynUnanswered
                               : acknowledged ? EmbryonicKind::AckNotAccepted
                                              : EmbryonicKind::SynAckUnanswered;
        facts.embryonic.attempts = end->attempts;
        facts.embryonic.duration = elapsed(arrival.connection.start_time, segment.time);
    }
}

/// The receiver was waiting for something of this sender, and has it.
void watch_recovery(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    Endpoint& receiver = facts.receiver();
    bool const may_repeat_syn_ack =
        receiver.state == State::Established && receiver.presumed && !receiver.opened_actively;
    bool const still_opening = receiver.state == State::SynReceived || may_repeat_syn_ack;
    if (!still_opening) receiver.attempts = 0;
    receiver.probing = false;
    if (!c.suspects() || c.cold().gone != arrival.from) return;
    facts.recovers = true;
    facts.tell(Event::HalfOpenRecovered);
}

/// Repeats without any answer. Within a round trip of the last answer they may still be answers to it.
void watch_survivor(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    bool const should_answer = receiver.heard && synchronized(receiver.state) && receiver.state != State::TimeWait;
    bool const of_connection = segment.has(flag::Ack) && !segment.any(flag::Syn);
    if (!should_answer || !synchronized(sender.state) || !of_connection || facts.ended_by_reset(c)) return;
    if (facts.acks_unsent) {  // it hears its peer, the capture does not
        sender.attempts = 0;
        return;
    }
    int64_t const round_trip =
        static_cast<int64_t>(facts.round_trip_us != 0 ? facts.round_trip_us : c.round_trip_us) * 1000;
    bool const in_time = elapsed(receiver.last_time, segment.time) > round_trip;
    bool const repeats = facts.is_repeat && in_time && sender.peer_acked && segment.end() > sender.snd_una;
    bool const failed_before = facts.is_probe ? sender.probing : repeats;
    if (failed_before && arrival.quiet() > copy_distance) count_attempt(sender);
    if (facts.is_probe) sender.probing = true;
    bool const suspected_already = c.suspects() && !facts.recovers;
    if (suspected_already || sender.attempts < arrival.preferences.attempts_before_suspicion) return;
    facts.suspects = true;
    facts.tell(Event::HalfOpenSuspected);
}

/// RFC 5961: what is not acceptable, though near, is answered by an ACK that repeats what the endpoint knows.
void watch_challenge(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    const ChallengeDue& due = c.cold().challenge_due;
    if (due.frame != 0 && due.sender != arrival.from) {
        bool const repeats_itself = segment.pure_ack() && !facts.acks_new && !arrival.is_first() &&
                                    segment.seq == sender.snd_nxt && facts.keepalive != Keepalive::Answer;
        if (repeats_itself && synchronized(sender.state)) {
            facts.challenge_ack = due.frame;
            facts.tell(Event::ChallengeAck);
        }
        facts.settles_challenge = true;
    }
    if (!facts.established || !synchronized(receiver.state) || !segment.any(flag::Ack | flag::Syn)) return;
    bool const syn = segment.any(flag::Syn);
    bool const old_syn = syn && !sender.presumed && synchronized(sender.state);
    auto const largest = static_cast<int32_t>(std::clamp<uint32_t>(sender.window(), least_window, INT32_MAX));
    bool const ack_too_old =
        segment.has(flag::Ack) && receiver.peer_acked && !syn && receiver.snd_una - segment.ack > largest;
    facts.deserves_challenge = old_syn || ack_too_old || facts.acks_unsent;
}

void watch_half_close(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    if (!sender.fin_seen && !receiver.fin_seen) return;
    if (!facts.established || facts.ended_by_reset(c) || c.self_connected) return;
    bool half_closes = c.half_closes;
    if (!half_closes && sender.fin_seen != receiver.fin_seen) {  // usually now; later if the FIN overtook the handshake
        facts.half_closes = half_closes = true;
        facts.tell(Event::HalfClosed);
    }
    bool const ends = facts.closes && receiver.fin_seen;
    bool const both = sender.fin_seen && receiver.fin_seen;
    if (!half_closes || (both && !ends)) return;
    if (ends && segment.ack <= receiver.fin) facts.tell(Event::SimultaneousClose);
    if (receiver.fin_seen && facts.fresh > 0) {  // this is the open direction
        facts.is_half_closed_payload = true;
        if (sender.acks_fin_of(receiver) && !c.half_close_data_told) facts.tell(Event::DataWhileHalfClosed);
    }
    bool const begins = facts.closes && !receiver.fin_seen;
    int64_t const duration = begins ? 0 : elapsed(c.first_fin_time, segment.time);
    if (duration > arrival.preferences.half_closed_threshold && !c.half_close_long_told)
        facts.tell(Event::HalfClosedLong);
}

}  // namespace

void watch(const Arrival& arrival, Facts& facts) {
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    const Segment& segment = arrival.segment;
    bool const syn = segment.any(flag::Syn);
    bool const opening = syn || !synchronized(sender.state) || !synchronized(receiver.state);
    if (opening || arrival.begins_incarnation) watch_handshake(arrival, facts);
    measure_round_trip(arrival, facts);
    auto const is_waiting = [](const Endpoint& end) { return end.attempts != 0 || end.probing; };
    bool const doubtful =
        syn || facts.is_repeat || facts.is_probe || facts.acks_unsent || segment.ack != receiver.snd_una;
    if (arrival.connection.cold_state || doubtful || is_waiting(sender) || is_waiting(receiver)) {
        watch_recovery(arrival, facts);
        watch_survivor(arrival, facts);
        watch_challenge(arrival, facts);
    }
    watch_half_close(arrival, facts);
}

}  // namespace tcpstate

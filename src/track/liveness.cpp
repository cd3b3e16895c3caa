// SPDX-License-Identifier: GPL-2.0-or-later
/// What stays unfinished: handshakes and half-closes.
#include <algorithm>

#include "facts.hpp"

namespace tcpstate {

namespace {

/// A SYN,ACK is first repeated after a second (RFC 6298 2.1), after three on old stacks (RFC 1122 4.2.3.1).
constexpr int64_t longest_first_timeout = 3 * second;
/// A half-close is not long before this many round trips have passed.
constexpr int64_t round_trips_of_half_close = 3;

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

/// The answer to the first SYN: the part of the round trip on the side of the end that answers.
void measure_answer(const Arrival& arrival, Facts& facts) {
    const Endpoint& asking = facts.receiver();
    bool const answers = arrival.is_first() && arrival.segment.has(flag::Syn | flag::Ack) && asking.opened_actively;
    if (!answers || asking.frames != 1) return;
    int64_t const us = elapsed(asking.last_time, arrival.segment.time) / 1000;
    facts.answer_us = static_cast<uint32_t>(std::clamp<int64_t>(us, 1, 60'000'000));
}

void watch_handshake(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    Endpoint& receiver = facts.receiver();
    bool const syn = segment.any(flag::Syn), ack = segment.any(flag::Ack);
    // what is repeated to open another incarnation was answered, on the one before
    bool const was_answered = arrival.begins_incarnation && arrival.connection.surviving_predecessor() != no_index;
    bool const again =
        syn && !facts.tries_again && facts.is_repeat && arrival.quiet() > copy_distance && !synchronized(sender.state);
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
    measure_answer(arrival, facts);
    if (synchronized(sender.state) && synchronized(receiver.state)) return;
    facts.embryonic = embryonic_of(sender, receiver, elapsed(arrival.connection.start_time, segment.time));
    bool const says_it_waits = facts.embryonic.kind == EmbryonicKind::AckNotAccepted && !receiver.sent_data;
    facts.embryonic.deferred = says_it_waits && again && ack && arrival.quiet() > longest_first_timeout;
}

void watch_half_close(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    if (!sender.fin_seen && !receiver.fin_seen) return;
    if (!facts.established || facts.ended_by_reset(c) || c.self_connected) return;
    bool half_closes = c.half_closes;
    // usually now; later if the FIN overtook the handshake, or before the other direction was captured
    if (!half_closes && sender.fin_seen != receiver.fin_seen && receiver.heard) {
        facts.half_closes = half_closes = true;
        facts.tell(Event::HalfClosed);
    }
    bool const ends = facts.closes && receiver.fin_seen;
    bool const both = sender.fin_seen && receiver.fin_seen;
    if (!half_closes || (both && !ends)) return;
    if (ends && segment.ack <= receiver.fin) facts.tell(Event::SimultaneousClose);
    if (receiver.fin_seen && facts.fresh > 0) {  // this is the open direction
        facts.is_half_closed_payload = true;
        if (arrival.sender.acks && arrival.sender.rcv_nxt() > receiver.fin && !c.half_close_data_told)
            facts.tell(Event::DataWhileHalfClosed);
    }
    facts.acks_first_fin = c.fin_acked_after == 0 && !sender.fin_seen && sender.acks_fin_of(receiver);
    if (both || c.fin_acked_after == 0 || c.half_close_long_told) return;
    int64_t const round_trips = round_trips_of_half_close * 1000 * static_cast<int64_t>(c.round_trip_us);
    int64_t const threshold = std::max(arrival.preferences.half_closed_threshold, round_trips);
    if (elapsed(c.first_fin_time, segment.time) - c.fin_acked_after * millisecond > threshold)
        facts.tell(Event::HalfClosedLong);
}

}  // namespace

void count_attempt(Endpoint& end) {
    if (end.attempts != UINT32_MAX) ++end.attempts;
}

Embryonic embryonic_of(const Endpoint& a, const Endpoint& b, int64_t duration) {
    Embryonic embryonic;
    for (const Endpoint* end : {&a, &b}) {
        const Endpoint& peer = end == &a ? b : a;
        bool const unanswered = end->state == State::SynSent && !peer.heard;
        if (end->attempts == 0 || !(unanswered || end->state == State::SynReceived)) continue;
        bool const acknowledged = peer.acks && peer.rcv_nxt() > end->iss;
        embryonic.kind = unanswered     ? EmbryonicKind::SynUnanswered
                         : acknowledged ? EmbryonicKind::AckNotAccepted
                                        : EmbryonicKind::SynAckUnanswered;
        embryonic.attempts = end->attempts;
        embryonic.duration = duration;
    }
    return embryonic;
}

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

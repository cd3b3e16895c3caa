// SPDX-License-Identifier: GPL-2.0-or-later
/// Who goes on without an answer, and whether that makes its peer suspect.
#include "facts.hpp"

namespace tcpstate {

namespace {

/// An endpoint that hears nothing waits longer each time (RFC 6298 5.5): by this part of the time before, at least.
/// What is repeated at equal distances is repeated for another reason.
constexpr int64_t least_growth = 4;

/// Linux sends a tail loss probe (RFC 8985 7) before its first timeout: two distances about as long.
bool backs_off(const Backoff& past, uint32_t attempts, int64_t distance) {
    int64_t const part = past.distance / least_growth;
    return attempts == 1 ? distance >= past.distance - part : distance > past.distance + part;
}

/// The oldest segment that is not acknowledged, sent again. Of an end whose peer the capture does not show, it is the
/// lowest that it repeats.
bool repeats_oldest(const Arrival& arrival, const Facts& facts) {
    const Segment& segment = arrival.segment;
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    bool const was_sent = facts.is_repeat || (facts.fresh != 0 && facts.fresh < segment.length);
    if (!was_sent || facts.is_probe) return false;
    if (!receiver.heard) return sender.attempts == 0 || segment.seq <= facts.backoff.number;
    // within a round trip of the last answer it may still be an answer to it
    uint32_t const round_trip_us = facts.round_trip_us != 0 ? facts.round_trip_us : arrival.connection.round_trip_us;
    bool const in_time = elapsed(receiver.last_time, segment.time) > 1000 * static_cast<int64_t>(round_trip_us);
    return in_time && sender.peer_acked && segment.seq <= sender.snd_una && segment.end() > sender.snd_una;
}

/// The sender acknowledges, or sends again, what shows that it hears its peer, whom the capture does not show.
bool hears_unseen_peer(const Arrival& arrival, const Facts& facts) {
    if (facts.acks_unsent) return true;
    if (facts.receiver().heard) return false;
    return arrival.takes_in_more() || (facts.is_repeat && arrival.segment.seq > facts.backoff.number);
}

/// Counts a repeat without an answer. True if it is one.
bool count_repeat(const Arrival& arrival, Facts& facts) {
    Endpoint& sender = facts.sender();
    Backoff& backoff = facts.backoff;
    bool const again = sender.attempts != 0 && backoff.latest != 0;
    bool const same = again && backoff.number == arrival.segment.seq;
    int64_t const now = arrival.segment.time;
    int64_t const distance = same ? elapsed(backoff.latest, now) : arrival.quiet();
    if (distance <= copy_distance) return false;
    // persistence: probes and what meets a closed window come at equal distances in the end (RFC 9293 3.8.6.1)
    bool const probes = facts.is_probe || facts.receiver().zero_window;
    bool const counts = !same || probes || backs_off(backoff, sender.attempts, distance);
    if (!again) backoff.first_send = now - arrival.quiet();
    backoff.distance = same && backoff.distance > distance ? backoff.distance : distance;
    backoff.latest = now;
    backoff.number = arrival.segment.seq;
    facts.keeps_backoff = true;
    if (counts) count_attempt(sender);
    return counts;
}

}  // namespace

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
    facts.recovery = arrival.segment.has_dsack ? Recovery::HadArrived : Recovery::Answered;
    facts.tell(Event::HalfOpenRecovered);
}

void watch_survivor(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    bool const should_answer = !receiver.heard || synchronized(receiver.state);
    bool const of_connection = segment.has(flag::Ack) && !segment.any(flag::Syn);
    bool const ended = c.reset && !facts.undoes_reset;
    if (!should_answer || !synchronized(sender.state) || !of_connection || ended) return;
    facts.backoff = c.cold().backoff[c.index_of(arrival.from)];
    bool const suspected = c.suspects() && facts.recovery == Recovery::None;
    if (sender.attempts != 0 && hears_unseen_peer(arrival, facts)) {
        sender.attempts = 0;
        if (!suspected || c.cold().gone == arrival.from) return;
        facts.recovery = Recovery::WentOn;
        facts.tell(Event::HalfOpenRecovered);
        return;
    }
    bool const failed_before = facts.is_probe ? sender.probing : repeats_oldest(arrival, facts);
    bool const counts = failed_before && count_repeat(arrival, facts);
    if (facts.is_probe) sender.probing = true;
    if (!counts || suspected || sender.attempts < arrival.preferences.attempts_before_suspicion) return;
    if (elapsed(facts.backoff.first_send, segment.time) < arrival.preferences.before_suspicion) return;
    facts.suspects = true;
    facts.tell(Event::HalfOpenSuspected);
}

}  // namespace tcpstate

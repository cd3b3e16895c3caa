// SPDX-License-Identifier: GPL-2.0-or-later
/// RFC 5961: what is not acceptable, though near, is answered by an ACK that repeats what the endpoint knows.
#include <algorithm>

#include "facts.hpp"

namespace tcpstate {

namespace {

/// An acknowledgment older than this below SND.UNA is not acceptable, whatever the window was (RFC 5961 5.2).
constexpr uint32_t least_window = 65535;
/// Whoever has not challenged a segment by then does not.
constexpr int64_t latest_challenge = 3 * second;

/// It left before what it would answer can have arrived. The handshake may have taken longer than usual (ARP, cold
/// caches): half of what it took is certain.
bool is_early(const Arrival& arrival, const ChallengeDue& due) {
    return 2 * elapsed(due.time, arrival.segment.time) < arrival.connection.delay(arrival.from);
}

/// Its sender's own numbers, unchanged.
bool repeats_itself(const Arrival& arrival, const Facts& facts) {
    const Segment& segment = arrival.segment;
    bool const same = arrival.sender.acks && segment.ack == arrival.sender.rcv_nxt() && !arrival.is_first() &&
                      segment.seq == arrival.connection.of(arrival.from).snd_nxt;
    return same && segment.pure_ack() && facts.keepalive != Keepalive::Answer;
}

}  // namespace

void watch_challenge(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    const ChallengeDue& due = c.cold().challenge_due;
    if (due.frame != 0 && due.sender != arrival.from && !is_early(arrival, due)) {
        bool const in_time = elapsed(due.time, segment.time) <= latest_challenge;
        if (in_time && repeats_itself(arrival, facts) && synchronized(sender.state)) {
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

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// What speaks for the causes of a RST, gathered from the connection as it stood before.
#include <algorithm>

#include "resets.hpp"

namespace tcpstate {

namespace {

/// RSTs of one burst (Weaver, Sommer, Paxson 2009) follow each other at once.
constexpr int64_t burst = 10 * millisecond;
/// A single segment makes no usual distance.
constexpr uint32_t frames_for_usual_distance = 2;
/// A host that counts its packets has not sent more than this many to others meanwhile.
constexpr uint16_t counter_step = 1024;
/// A host that reboots, or a process that is started again, takes longer than this; so does an outage that hides a FIN.
constexpr int64_t shortest_absence = 100 * millisecond;
constexpr int64_t long_absence = second;
/// One repeat may be a probe for a lost tail (RFC 8985 7): it says nothing about who gave up.
constexpr uint32_t repeats_before_giving_up = 2;
/// Who gives up does so when its timer expires, which is not shorter than the time before the last repeat (RFC 6298
/// 5.5), less this part.
constexpr int64_t part_of_timer = 4;
/// Between keepalive probes: stacks count it in seconds, and Windows waits for one second.
constexpr int64_t shortest_interval = second;

int64_t round_trips(const Connection& connection, int64_t count) {
    return count * 1000 * static_cast<int64_t>(connection.round_trip_us);
}

/// The stack that counted on from its latest segment is alive.
bool continues_counter(uint16_t ip_id, const Endpoint& sender) {
    auto const step = static_cast<uint16_t>(ip_id - sender.last_ip_id);
    return ip_id != 0 && sender.last_ip_id != 0 && step > 0 && step <= counter_step;
}

/// It answered a SYN, and no segment of its own shows that the handshake was completed.
bool is_in_handshake(const Endpoint& end) {
    bool const waits = end.state == State::SynReceived || (end.presumed && synchronized(end.state));
    return end.opened_passively() && waits;
}

/// It did more than open: sent data or FIN, acknowledged data, or was there before the capture.
bool has_acted(const Connection& c, const Endpoint& end, const Endpoint& peer) {
    bool const acked_early_data = c.early_data && is_in_handshake(end);
    bool const acked_data = end.acks && peer.syn_seen && end.rcv_nxt() > peer.iss + 1 && !acked_early_data;
    bool const acked_unseen = !peer.syn_seen && end.frames > (end.opened_actively ? 2 : 1);
    return end.heard && (!end.syn_seen || end.sent_data || end.fin_seen || acked_data || acked_unseen);
}

void gather_handshake(const Arrival& arrival, ResetFacts& facts) {
    const Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    const Segment& segment = arrival.segment;
    Evidence& e = facts.evidence;
    bool const accepted = e.effect == ResetEffect::Accepted;
    e.answers_syn = receiver.state == State::SynSent && accepted;
    e.zero_seq = segment.seq == Seq{0};
    bool const answered_syn_ack = sender.acks && sender.rcv_nxt() > receiver.iss;
    bool const unobserved = !synchronized(sender.state) || sender.presumed;
    e.answers_syn_ack = sender.state == State::SynSent ||
                        (receiver.opened_passively() && !answered_syn_ack && unobserved && !sender.fin_seen);
    e.withdraws_syn = sender.state == State::SynSent && !receiver.heard && segment.seq == sender.snd_nxt;
    e.into_syn_received = receiver.state == State::SynReceived && accepted;
    e.answers_handshake = is_in_handshake(sender) && !has_acted(arrival.connection, sender, receiver);
    Seq const answered = segment.seq;  // RFC 9293 3.10.7.1
    e.forgot_in_syn_sent = e.kind == ResetKind::Reply && is_unknown_ack(sender, receiver, answered);
}

/// Who was heard when, and what of it was new to the other.
void gather_liveness(const Arrival& arrival, ResetFacts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    const Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    Evidence& e = facts.evidence;
    int64_t const silence = elapsed(sender.last_time, segment.time);
    e.absent = silence >= std::max(shortest_absence, round_trips(c, 3));
    e.long_absent = e.absent && silence >= long_absence;
    e.long_idle = sender.heard && elapsed(sender.last_time, receiver.run_time) >= arrival.preferences.idle_timeout_from;
    bool const answers_run = e.kind == ResetKind::Reply && sender.heard && receiver.last_frame > sender.last_frame;
    facts.idle_before_end = answers_run ? elapsed(sender.last_time, receiver.run_time) : facts.idle;
    e.acted = has_acted(c, sender, receiver);
    e.answers_news = facts.reset.trigger > sender.last_frame;
    e.at_snd_nxt = sender.heard && segment.seq == sender.snd_nxt;
    e.within_sent = sender.heard && segment.seq <= sender.snd_nxt;
    e.fully_seen = e.within_sent && (sender.syn_seen || sender.sent_data);
    bool const at_once = elapsed(receiver.last_time, segment.time) <= reply_deadline(c);
    bool const news = receiver.last_frame > sender.last_frame;
    e.sender_fin = sender.fin_seen;
    e.unread_after_fin = sender.fin_seen && news && at_once && receiver.unacked() > 0;
    e.found_at_start = !sender.heard && c.snapshot.guessed && e.kind == ResetKind::Reply && is_inside(receiver);
    bool const keeps_alive = sender.probing && !receiver.zero_window;
    e.probed_in_vain = keeps_alive;
    e.repeated_in_vain = !keeps_alive && sender.attempts >= repeats_before_giving_up;
    const Backoff& backoff = c.cold().backoff[c.index_of(arrival.from)];
    bool const timer_known = sender.attempts >= repeats_before_giving_up && backoff.latest != 0;
    int64_t const timer = timer_known ? backoff.distance : shortest_interval;
    int64_t const waited = elapsed(timer_known ? backoff.latest : sender.last_time, segment.time);
    e.timer_ran_out = waited >= timer - timer / part_of_timer;
}

}  // namespace

int64_t reply_deadline(const Connection& connection) {
    /// A host replies within 0.1 ms (measured on Linux). On a path whose round trip is known no queue delays a RST for
    /// long, because a host that has crashed sends nothing else.
    if (connection.round_trip_us != 0) return std::max(200 * millisecond, round_trips(connection, 3));
    /// Else 3 s, once the first retransmission timeout (RFC 1122 4.2.3.1): whoever waits longer has sent again, and it
    /// is the repeat that is answered. The number alone proves nothing: an endpoint that has nothing to acknowledge
    /// repeats SEG.ACK for hours.
    return 3 * second;
}

bool is_inside(const Endpoint& end) { return end.acks && (end.sent_data || end.fin_seen); }

void gather_distance(const Arrival& arrival, ResetFacts& facts) {
    const Endpoint& sender = facts.sender();
    Reset& reset = facts.reset;
    int16_t const ttl = arrival.segment.ttl;
    bool const has_usual = sender.heard && !sender.hops_vary && sender.frames >= frames_for_usual_distance;
    if (!has_usual || ttl == unknown_ttl || sender.ttl == unknown_ttl) return;
    reset.ttl_delta = static_cast<int16_t>(ttl - sender.ttl);
    int const delta = hops(ttl) - hops(sender.ttl);
    reset.hops_delta = static_cast<int16_t>(delta);
    bool const is_near = delta <= arrival.preferences.ttl_tolerance && -delta <= arrival.preferences.ttl_tolerance;
    if (delta != 0) facts.evidence.distance = is_near ? Distance::Near : Distance::Far;
}

void gather(const Arrival& arrival, ResetFacts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    const ColdState& past = c.cold();
    const Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    const Reset& reset = facts.reset;
    Evidence& e = facts.evidence;
    e.kind = reset.kind;
    e.effect = reset.effect;
    e.bare = !segment.any(flag::Ack);
    gather_handshake(arrival, facts);
    gather_liveness(arrival, facts);
    e.mirrored = receiver.heard && segment.ip_id != 0 && segment.ip_id == receiver.last_ip_id &&
                 segment.window == receiver.last_window;
    bool const same_sender = past.reset_seen && past.reset_by == arrival.from;
    bool const in_burst = same_sender && elapsed(past.reset_time, segment.time) <= burst;
    e.salvo = in_burst && segment.seq > past.reset_seq && sender.heard && segment.seq > sender.snd_nxt &&
              e.kind != ResetKind::Reply && !continues_counter(segment.ip_id, sender);
    bool const naked = !is_inside(receiver) || e.kind == ResetKind::Unknown;
    bool const no_attempt = c.snapshot.guessed || (receiver.opened_actively && receiver.state != State::SynSent);
    bool const stray = !sender.heard && naked && no_attempt;
    e.known = (sender.heard || receiver.heard) && !stray;
    bool const given_up = sender.sent_active_reset && e.kind == ResetKind::Reply;
    bool const ended = c.reset || facts.settles_earlier || c.both_fins() || given_up;
    bool const of_its_own = e.kind == ResetKind::Reply && !c.established && reset.trigger > past.reset_frame;
    e.over = ended && !of_its_own;  // what never was is never over
    e.synchronized = c.established;
    e.reconnects = past.new_syn != 0 && past.new_syn_from == arrival.from && reset.trigger > past.new_syn;
    bool const silent_since = same_sender && sender.last_frame < past.reset_frame;
    e.reset_before =
        silent_since && past.latest_reset.kind != ResetKind::Reply && past.latest_reset.cause != Cause::Foreign;
    e.repeats_first =
        silent_since && past.latest_reset.kind == ResetKind::Reply && e.kind == ResetKind::Reply && c.established;
}

}  // namespace tcpstate

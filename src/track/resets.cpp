// SPDX-License-Identifier: GPL-2.0-or-later
#include "resets.hpp"

#include <algorithm>

namespace tcpstate {

namespace {

/// How long after the segment that it answers a reply may be seen. A host replies within 0.1 ms (measured on Linux);
/// the rest is the way there and back, where 3 s were once the first retransmission timeout (RFC 1122 4.2.3.1): whoever
/// waits longer has sent again, and it is the repeat that is answered. Its number alone proves nothing: an endpoint
/// that has nothing to acknowledge repeats SEG.ACK for hours.
constexpr int64_t usual_reply = 3 * second;
constexpr int64_t round_trips_of_reply = 3;
/// The answer to a SYN carries its initial sequence number, which no other segment has, and what stands in between may
/// try for long before it gives up: as long as a SYN is repeated at least (RFC 1122 4.2.3.5).
constexpr int64_t reply_to_syn = 180 * second;
/// RSTs of one burst (Weaver, Sommer, Paxson 2009) follow each other at once.
constexpr int64_t burst = 10 * millisecond;
/// A single segment makes no usual TTL.
constexpr uint32_t frames_for_usual_ttl = 2;
/// A window of unknown scale may be this much farther than it looks (RFC 7323 2.3).
constexpr int32_t unknown_scale = 1 << 30;

bool closing_with_fin_received(State s) { return s == State::CloseWait || s == State::LastAck || s == State::Closing; }
bool has_received_fin(State s) { return closing_with_fin_received(s) || s == State::TimeWait; }

bool answers(const Arrival& arrival, const Acknowledgment& answered) {
    const Segment& reset = arrival.segment;
    int64_t const by_path = round_trips_of_reply * 1000 * static_cast<int64_t>(arrival.connection.round_trip_us);
    int64_t const deadline = std::max(usual_reply, by_path);
    bool const in_time = elapsed(answered.time, reset.time) <= deadline;
    return answered.frame != 0 && reset.seq == answered.number && in_time && !reset.has_timestamp;
}

/// SEG.SEQ+SEG.LEN of a segment without ACK. A stack may leave the data of a SYN out.
bool answers_segment_without_ack(const Segment& reset, const Endpoint& receiver) {
    if (!receiver.heard || receiver.acks || reset.seq != Seq{0}) return false;
    int64_t const deadline = receiver.state == State::SynSent ? reply_to_syn : usual_reply;
    bool const in_time = elapsed(receiver.last_time, reset.time) <= deadline;
    return in_time && (reset.ack == receiver.snd_nxt || (receiver.syn_seen && reset.ack == receiver.iss + 1));
}

/// RFC 9293 3.10.7.1: a segment with ACK is answered <SEQ=SEG.ACK><CTL=RST>, one without
/// <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
uint32_t find_trigger(const Arrival& arrival, const Endpoint& receiver) {
    const Segment& segment = arrival.segment;
    if (segment.any(flag::Ack)) return answers_segment_without_ack(segment, receiver) ? receiver.last_frame : 0;
    if (receiver.acks && answers(arrival, receiver.latest_ack)) return receiver.latest_ack.frame;
    return answers(arrival, receiver.other_ack) ? receiver.other_ack.frame : 0;
}

ResetKind kind_of(const Segment& segment, const Endpoint& sender, const Endpoint& receiver, uint32_t trigger) {
    if (trigger != 0) return ResetKind::Reply;
    bool const usual_ack =
        !receiver.heard || (segment.ack <= receiver.snd_nxt && (!sender.acks || segment.ack >= sender.rcv_nxt()));
    bool const continues =
        sender.heard ? segment.seq == sender.snd_nxt : receiver.acks && segment.seq == receiver.rcv_nxt();
    return segment.any(flag::Ack) && continues && usual_ack ? ResetKind::Active : ResetKind::Unknown;
}

/// RCV.NXT of the receiver, in agreement with the state that it is presumed to be in.
Seq expected_number(const Endpoint& sender, const Endpoint& receiver) {
    if (receiver.state == State::SynReceived)  // nothing but the SYN, whichever it was (figure 8)
        return receiver.acks ? receiver.rcv_nxt() : receiver.other_ack.number;
    Seq const next = receive_next(receiver, sender);
    bool const fin_missing = sender.fin_seen && next > sender.fin && !has_received_fin(receiver.state);
    return fin_missing ? sender.fin : next;
}

ResetEffect effect_by_window(const Segment& segment, const Reset& reset, const Endpoint& sender,
                             const Endpoint& receiver) {
    const Acknowledgment& other_ack = receiver.other_ack;
    bool const acks_unseen =
        other_ack.frame > receiver.latest_ack.frame && sender.heard && other_ack.number > sender.snd_nxt;
    if (acks_unseen && sender.state == State::SynReceived)
        return ResetEffect::Unknown;  // it has sent nothing to acknowledge
    if (acks_unseen) return segment.seq == other_ack.number ? ResetEffect::Accepted : ResetEffect::Unknown;
    if (reset.offset == 0 || (receiver.has_sack && segment.seq == receiver.sack_edge)) return ResetEffect::Accepted;
    bool const crossed_fin = sender.fin_seen && segment.seq == sender.fin && reset.offset == -1;
    if (crossed_fin && closing_with_fin_received(receiver.state)) return ResetEffect::Accepted;
    if (reset.offset < 0) {  // what its sender had sent since its trigger may or may not have arrived
        bool const maybe_lost = reset.kind == ResetKind::Reply && receiver.acks && segment.seq >= receiver.rcv_nxt();
        return maybe_lost ? ResetEffect::Unknown : ResetEffect::Ignored;
    }
    bool const at_unseen_edge = !sender.heard || (sender.has_hole && segment.seq == sender.snd_nxt);
    if (at_unseen_edge) return ResetEffect::Unknown;
    if (segment.seq < receiver.window_edge) return ResetEffect::Challenged;
    bool const scale_unknown = !receiver.syn_seen && segment.seq - receiver.window_edge < unknown_scale;
    return scale_unknown ? ResetEffect::Unknown : ResetEffect::Ignored;
}

/// RFC 9293 3.10.7.3 and 3.10.7.4 with RFC 5961 3.2, and what Linux does where that is more generous.
ResetEffect effect_of(const Segment& segment, const Reset& reset, const Endpoint& sender, const Endpoint& receiver) {
    if (receiver.state == State::SynSent) {
        bool const acks_syn = segment.any(flag::Ack) && segment.ack > receiver.iss && segment.ack <= receiver.snd_nxt;
        return acks_syn ? ResetEffect::Accepted : ResetEffect::Ignored;
    }
    if (receiver.state == State::Closed || receiver.state == State::Listen)
        return ResetEffect::Ignored;  // RFC 9293 3.10.7.1: no connection, nothing to reset
    if (!receiver.heard || (!sender.heard && !receiver.acks)) return ResetEffect::Unknown;
    return effect_by_window(segment, reset, sender, receiver);
}

bool is_passive(const Endpoint& end) { return end.syn_seen && !end.opened_actively; }

/// The victim of a RST that could not be judged answers its living peer with RST: it had accepted it.
void settle_earlier(const Arrival& arrival, ResetFacts& facts) {
    const Connection& c = arrival.connection;
    if (!c.perhaps_reset() || c.cold().reset_by == arrival.from || facts.reset.kind != ResetKind::Reply) return;
    facts.settles_earlier = true;
    Endpoint& sender = facts.sender();
    bool const to_listener = sender.state == State::SynReceived && !sender.opened_actively;
    facts.move(facts.receiver(), Cue::SentRst, Standing::Presumed);
    facts.move(sender, to_listener ? Cue::GotRstAsListener : Cue::GotRst, Standing::Observed);
}

/// The ACK that completed the handshake may still be on its way.
bool handshake_is_fresh(const Connection& connection, int64_t now) {
    int64_t const round_trip = static_cast<int64_t>(connection.round_trip_us) * 1000;
    int64_t const age = elapsed(connection.start_time, now);
    return round_trip == 0 ? age <= second : age <= 3 * round_trip + 20 * millisecond;
}

/// The sender of the RST had answered SYN by SYN,ACK, and what came then may still be part of the handshake.
bool answers_handshake(const Arrival& arrival, const Endpoint& sender, const Endpoint& receiver) {
    if (sender.state == State::SynReceived) return is_passive(sender);
    bool const not_heard_since = sender.state == State::Established && sender.presumed;
    bool const only_handshake = !receiver.sent_data && !receiver.fin_seen && !receiver.probing;
    bool const fresh = only_handshake || handshake_is_fresh(arrival.connection, arrival.segment.time);
    return is_passive(sender) && not_heard_since && fresh;
}

void gather_ttl(const Arrival& arrival, const Endpoint& sender, Reset& reset, Evidence& e) {
    int16_t const ttl = arrival.segment.ttl;
    bool const has_usual = sender.heard && !sender.ttl_varies && sender.frames >= frames_for_usual_ttl;
    if (!has_usual || ttl == unknown_ttl || sender.ttl == unknown_ttl) return;
    reset.ttl_delta = static_cast<int16_t>(ttl - sender.ttl);
    int const off = reset.ttl_delta < 0 ? -reset.ttl_delta : reset.ttl_delta;
    e.ttl_foreign = off > arrival.preferences.ttl_tolerance;
    e.ttl_odd = off != 0 && !e.ttl_foreign;
}

Evidence gather(const Arrival& arrival, ResetFacts& facts) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    const ColdState& past = c.cold();
    const Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    Reset& reset = facts.reset;
    Evidence e;
    e.kind = reset.kind;
    e.effect = reset.effect;
    gather_ttl(arrival, sender, reset, e);
    bool const answers_fin = sender.fin_seen && segment.seq == sender.fin;
    bool const is_behind = segment.seq < sender.snd_nxt && segment.seq - sender.snd_nxt > -unknown_scale;
    e.overtaken = sender.sent_data && is_behind && !answers_fin;
    bool const in_burst = past.reset_seen && past.reset_by == arrival.from && past.reset_kind == ResetKind::Unknown &&
                          elapsed(past.reset_time, segment.time) <= burst;
    e.rising = in_burst && segment.seq > past.reset_seq;
    bool const reply_to_stray = !sender.heard && c.snapshot.guessed;
    e.known = (sender.heard || receiver.heard) && !reply_to_stray;
    bool const given_up = sender.sent_active_reset && reset.kind == ResetKind::Reply;
    e.over = c.reset || facts.settles_earlier || c.both_fins() || given_up;
    e.answers_syn = receiver.state == State::SynSent && !sender.heard && reset.effect == ResetEffect::Accepted;
    bool const answered_syn_ack = sender.acks && sender.rcv_nxt() > receiver.iss;
    bool const unobserved = !synchronized(sender.state) || sender.presumed;
    e.answers_syn_ack =
        sender.state == State::SynSent || (is_passive(receiver) && !answered_syn_ack && unobserved && !sender.fin_seen);
    e.answers_handshake = answers_handshake(arrival, sender, receiver);
    e.reconnects = past.new_syn != 0 && past.new_syn_from == arrival.from && reset.trigger > past.new_syn;
    e.probed_in_vain = sender.probing;
    e.sender_fin = sender.fin_seen;
    e.synchronized = c.established;
    e.answers_news = reset.trigger > sender.last_frame;
    e.sender_fully_seen = sender.heard && segment.seq <= sender.snd_nxt && (sender.syn_seen || sender.sent_data);
    return e;
}

void decide(const Evidence& evidence, Reset& reset) {
    bool decided = false;
    for (const CauseRow& candidate : causes()) {
        if (candidate.id == Cause::Unknown && decided) break;
        if (!candidate.holds(evidence)) continue;
        if (decided) {
            reset.alternatives |= static_cast<uint16_t>(1U << static_cast<unsigned>(candidate.id));
            continue;
        }
        decided = true;
        reset.cause = candidate.id;
        reset.confidence = candidate.sure;
    }
    bool const by_race = reset.cause == Cause::Foreign && !evidence.ttl_foreign;
    if (by_race || (evidence.ttl_odd && reset.cause != Cause::Foreign)) reset.confidence = Confidence::Possible;
}

bool is_rejected(const Reset& reset) {
    return reset.effect == ResetEffect::Challenged || reset.effect == ResetEffect::Ignored;
}

void plan_events(ResetFacts& facts) {
    const Reset& reset = facts.reset;
    Event const event = row(reset.cause).event;
    bool const rejected = is_rejected(reset);
    bool const over_or_unknown = reset.cause == Cause::AfterClose || reset.cause == Cause::Unsolicited;
    if (facts.confirms_half_open) {
        facts.tell(Event::HalfOpenConfirmed);
        facts.tell(Event::RstAfterCrash);
    }
    if (rejected && !over_or_unknown)
        facts.tell(reset.effect == ResetEffect::Challenged ? Event::RstChallenged : Event::RstIgnored);
    bool const worth_telling = !rejected || over_or_unknown || reset.cause == Cause::Foreign;
    if (event != Event::Count && event != Event::RstAfterCrash && worth_telling) facts.tell(event);
}

/// What becomes of the two ends, and of the connection.
void plan(const Arrival& arrival, ResetFacts& facts) {
    const Connection& c = arrival.connection;
    const Reset& reset = facts.reset;
    Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    bool const foreign = reset.cause == Cause::Foreign;
    bool const accepted = reset.effect == ResetEffect::Accepted;
    bool const rejected = is_rejected(reset);
    bool const was_over = c.reset || facts.settles_earlier || c.both_fins();

    bool const crash = reset.cause == Cause::Crash || reset.cause == Cause::CrashReconnect;
    facts.reveals_half_open = crash && !rejected;
    facts.confirms_half_open = facts.reveals_half_open && c.cold().discovered_in == 0;

    bool const refuses_one = reset.kind == ResetKind::Reply &&
                             (sender.state == State::SynSent || (sender.state == State::SynReceived && !accepted));
    bool const ends_sender = !foreign && !refuses_one && !rejected && reset.kind != ResetKind::Unknown;
    bool const sender_is_exact = accepted && !foreign && !refuses_one;
    bool const attempt_given_up =
        sender.state == State::SynSent && !receiver.heard && arrival.segment.seq == sender.snd_nxt;
    bool const out_of_nowhere = reset.cause == Cause::Unsolicited && sender.state == State::Unknown && !rejected;
    if (ends_sender || sender_is_exact || attempt_given_up || out_of_nowhere) {
        facts.move(sender, Cue::SentRst, Standing::Observed);
        sender.presumed = false;
        sender.sent_active_reset = sender.sent_active_reset || reset.kind == ResetKind::Active || out_of_nowhere;
    }
    if (accepted) {
        bool const to_listener = receiver.state == State::SynReceived && is_passive(receiver);
        facts.move(receiver, to_listener ? Cue::GotRstAsListener : Cue::GotRst, Standing::Presumed);
        facts.clears_suspicion = true;
    }
    facts.deserves_challenge = reset.effect == ResetEffect::Challenged || reset.effect == ResetEffect::Unknown;
    facts.may_be_contradicted = !was_over && !refuses_one;
    facts.ends_connection = accepted && facts.may_be_contradicted;
}

}  // namespace

ResetFacts::ResetFacts(const Arrival& arrival)
    : Moves(arrival.sender, arrival.receiver, arrival.connection.role_of(arrival.from)),
      unacked(arrival.connection.unacked()) {
    const Connection& c = arrival.connection;
    if (c.ends[0].frames + c.ends[1].frames != 0) idle = elapsed(c.activity_time, arrival.segment.time);
}

ResetFacts analyse_reset(const Arrival& arrival) {
    ResetFacts facts(arrival);
    const Segment& segment = arrival.segment;
    Reset& reset = facts.reset;
    const Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    reset.trigger = find_trigger(arrival, receiver);
    reset.kind = kind_of(segment, sender, receiver, reset.trigger);
    reset.offset = segment.seq - expected_number(sender, receiver);
    reset.effect = effect_of(segment, reset, sender, receiver);
    settle_earlier(arrival, facts);
    reset.probes = sender.attempts + (sender.probing && sender.attempts != UINT32_MAX ? 1 : 0);
    reset.fin_frame = sender.fin_frame;
    reset.heard_frame = sender.last_frame;
    decide(gather(arrival, facts), reset);
    plan(arrival, facts);
    plan_events(facts);
    return facts;
}

}  // namespace tcpstate

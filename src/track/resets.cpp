// SPDX-License-Identifier: GPL-2.0-or-later
#include "resets.hpp"

#include <algorithm>

#include "copies.hpp"

namespace tcpstate {

namespace {

/// The answer to a SYN carries its initial sequence number, which no other segment has, and what stands in between may
/// try for long before it gives up: as long as a SYN is repeated at least (RFC 1122 4.2.3.5).
constexpr int64_t reply_to_syn = 180 * second;
bool answers(const Arrival& arrival, const Acknowledgment& answered) {
    const Segment& reset = arrival.segment;
    bool const in_time = elapsed(answered.time, reset.time) <= reply_deadline(arrival.connection);
    return answered.frame != 0 && reset.seq == answered.number && in_time && !reset.has_timestamp;
}

/// SEG.SEQ+SEG.LEN of a segment without ACK. A stack may leave the data of a SYN out, and some put a number of their
/// own before the acknowledgment of a SYN.
bool answers_segment_without_ack(const Arrival& arrival, const Endpoint& receiver) {
    const Segment& reset = arrival.segment;
    bool const to_syn = receiver.state == State::SynSent;
    if (!receiver.heard || receiver.acks || (reset.seq != Seq{0} && !to_syn)) return false;
    int64_t const deadline = to_syn ? reply_to_syn : reply_deadline(arrival.connection);
    bool const in_time = elapsed(receiver.last_time, reset.time) <= deadline;
    return in_time && (reset.ack == receiver.snd_nxt || (receiver.syn_seen && reset.ack == receiver.iss + 1));
}

/// The segments of a flight are answered one by one.
uint32_t find_in_turn(const Arrival& arrival) {
    const Connection& c = arrival.connection;
    const Segment& reset = arrival.segment;
    if (reset.has_timestamp) return 0;
    const ColdState& past = c.cold();
    bool const again = past.reset_seen && past.reset_by == arrival.from;
    uint32_t const answered = again ? past.latest_reset.trigger : 0;
    uint32_t const after = std::max(answered, c.of(arrival.from).last_frame);
    RecentSegments::Turn const turn{reset.time - reply_deadline(c), reset.time - grace(c), after};
    return arrival.recent.acknowledging(reset.seq, arrival.index, other(arrival.from), turn);
}

/// RFC 9293 3.10.7.1: a segment with ACK is answered <SEQ=SEG.ACK><CTL=RST>, one without
/// <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
uint32_t find_candidate(const Arrival& arrival, const Endpoint& receiver) {
    const Segment& segment = arrival.segment;
    if (segment.any(flag::Ack)) return answers_segment_without_ack(arrival, receiver) ? receiver.last_frame : 0;
    uint32_t const in_turn = find_in_turn(arrival);
    if (in_turn != 0) return in_turn;
    if (receiver.acks && answers(arrival, receiver.latest_ack)) return receiver.latest_ack.frame;
    return answers(arrival, receiver.other_ack) ? receiver.other_ack.frame : 0;
}

/// Everything that `end` sent is acknowledged: it waits for nothing.
bool is_served(const Endpoint& end) {
    return end.heard && (end.peer_acked ? end.snd_una >= end.snd_nxt : !end.sent_data && !end.fin_seen);
}

/// 0 where it answers nothing: at its sender's next number, when that had sent something since and owed no answer.
uint32_t find_trigger(const Arrival& arrival, const Endpoint& sender, const Endpoint& receiver) {
    uint32_t const candidate = find_candidate(arrival, receiver);
    bool const answered = candidate < sender.last_frame && arrival.segment.seq == sender.snd_nxt && is_served(receiver);
    return answered && !arrival.segment.any(flag::Ack) ? 0 : candidate;
}

/// Without a trigger. A stack that gave up rewinds to SND.UNA (Windows); some leave the ACK flag out (Windows, iOS).
ResetKind kind_of(const Segment& segment, const Endpoint& sender, const Endpoint& receiver) {
    bool const usual_ack =
        !receiver.heard || (segment.ack <= receiver.snd_nxt && (!sender.acks || segment.ack >= sender.rcv_nxt()));
    bool const continues =
        sender.heard ? segment.seq == sender.snd_nxt : receiver.acks && segment.seq == receiver.rcv_nxt();
    bool const rewinds = sender.heard && sender.peer_acked && segment.seq == sender.snd_una;
    if (segment.any(flag::Ack)) return (continues || rewinds) && usual_ack ? ResetKind::Active : ResetKind::Unknown;
    bool const in_vain = sender.attempts != 0 || sender.probing;
    bool const withdraws = sender.state == State::SynSent && !receiver.heard;
    bool const ends_itself = continues && sender.heard && (in_vain || withdraws || is_served(receiver));
    return ends_itself || (rewinds && in_vain) ? ResetKind::Active : ResetKind::Unknown;
}

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

/// The cause of the RST before, if this one says the same again: to a retransmission, or to the rest of a burst.
bool repeat_first(const ColdState& past, ResetFacts& facts) {
    Cause const first = past.latest_reset.cause;
    bool const of_interest = first == Cause::Crash || first == Cause::CrashReconnect || first == Cause::Middlebox;
    if (!facts.evidence.repeats_first || !of_interest) return false;
    facts.reset.cause = first;
    facts.reset.confidence = past.latest_reset.confidence;
    return true;
}

/// What the row promises, less what speaks against it.
Confidence confidence_of(Cause cause, Confidence promised, const Evidence& e) {
    auto const at_most = [&](Confidence c) { promised = std::min(promised, c); };
    switch (cause) {
        case Cause::Foreign:
            if (e.distance != Distance::Far && !e.mirrored) at_most(Confidence::Possible);
            return promised;  // its distance is the evidence
        case Cause::Refused:
            if (!e.zero_seq) at_most(Confidence::Likely);
            break;
        case Cause::KeepaliveTimeout:
        case Cause::RetransmissionTimeout:
            if (!e.timer_ran_out) at_most(Confidence::Possible);  // the application may have ended it meanwhile
            break;
        case Cause::CrashReconnect:
            if (!e.reconnects) at_most(Confidence::Possible);  // whether it had closed is not in the capture
            return promised;
        case Cause::Middlebox:
            if (!e.long_absent || !e.fully_seen) at_most(Confidence::Possible);
            return promised;  // its distance is the evidence
        case Cause::Crash:
            if (!e.long_absent || e.long_idle || !e.fully_seen || e.others_gone) at_most(Confidence::Possible);
            break;
        case Cause::DataAfterClose:
            if (e.has(ResetKind::Active)) at_most(Confidence::Likely);
            break;
        case Cause::Abort:
            if (e.has(ResetKind::Reply) || e.bare) at_most(Confidence::Likely);
            if (e.has(ResetKind::Reply) ? !e.acted : !e.at_snd_nxt) at_most(Confidence::Possible);
            break;
        default: break;
    }
    if (e.distance == Distance::Near) at_most(Confidence::Possible);
    return promised;
}

/// What the explanation is to say besides.
void take_notes(const Arrival& arrival, ResetFacts& facts) {
    Reset& reset = facts.reset;
    const Evidence& e = facts.evidence;
    auto const note = [&](ResetNote which, bool holds) { reset.notes |= holds ? bit(which) : uint16_t{0}; };
    note(ResetNote::IdleTimeout, e.long_idle);
    note(ResetNote::Mirrored, e.mirrored);
    note(ResetNote::WithdrawsSyn, e.withdraws_syn);
    note(ResetNote::BareAck, e.forgot_in_syn_sent);
    note(ResetNote::ResetBefore, e.reset_before);
    if (reset.cause != Cause::Unsolicited) return;
    note(ResetNote::FinScan, arrival.connection.scan == Scan::Fin);
    note(ResetNote::NullScan, arrival.connection.scan == Scan::Null);
    note(ResetNote::XmasScan, arrival.connection.scan == Scan::Xmas);
}

void decide(const ColdState& past, ResetFacts& facts) {
    const Evidence& evidence = facts.evidence;
    Reset& reset = facts.reset;
    if (repeat_first(past, facts)) return;
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
        reset.confidence = confidence_of(candidate.id, candidate.sure, evidence);
    }
}

bool is_rejected(const Reset& reset) {
    return reset.effect == ResetEffect::Challenged || reset.effect == ResetEffect::Ignored;
}

void plan_events(ResetFacts& facts) {
    const Reset& reset = facts.reset;
    Event const event = row(reset.cause).event;
    bool const rejected = is_rejected(reset);
    bool const over_or_unknown =
        reset.cause == Cause::AfterClose || reset.cause == Cause::Unsolicited || facts.evidence.over;
    if (facts.confirms_half_open) {
        facts.tell(Event::HalfOpenConfirmed);
        facts.tell(Event::RstAfterCrash);
    }
    if (rejected && !over_or_unknown)
        facts.tell(reset.effect == ResetEffect::Challenged ? Event::RstChallenged : Event::RstIgnored);
    bool const worth_telling = !rejected || over_or_unknown || reset.cause == Cause::Foreign;
    if (event != Event::Count && event != Event::RstAfterCrash && worth_telling) facts.tell(event);
}

/// It was an end of a connection that the capture does not show; what comes is another one.
void forget(Endpoint& end) {
    Endpoint blank;
    blank.state = end.state;
    blank.presumed = end.presumed;
    blank.bytes = end.bytes;
    blank.frames = end.frames;
    blank.last_frame = end.last_frame;
    blank.last_time = end.last_time;
    end = blank;
}

/// What becomes of the two ends, and of the connection.
void plan(const Arrival& arrival, ResetFacts& facts) {
    const Connection& c = arrival.connection;
    const Reset& reset = facts.reset;
    Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    const Evidence& e = facts.evidence;
    bool const foreign = reset.cause == Cause::Foreign || reset.cause == Cause::Middlebox;  // not its sender
    bool const accepted = reset.effect == ResetEffect::Accepted;
    bool const rejected = is_rejected(reset);

    bool const crash = reset.cause == Cause::Crash || reset.cause == Cause::CrashReconnect;
    facts.reveals_half_open = crash && !rejected;
    facts.confirms_half_open = facts.reveals_half_open && c.cold().discovered_in == 0;

    bool const refuses_one = reset.kind == ResetKind::Reply &&
                             (sender.state == State::SynSent || (sender.state == State::SynReceived && !accepted));
    bool const ends_sender = !foreign && !refuses_one && !rejected && reset.kind != ResetKind::Unknown;
    bool const sender_is_exact = accepted && !foreign && !refuses_one;
    bool const out_of_nowhere = reset.cause == Cause::Unsolicited && sender.state == State::Unknown && !rejected;
    bool const withdraws = e.withdraws_syn && !foreign && !rejected;
    if (ends_sender || sender_is_exact || withdraws || out_of_nowhere) {
        facts.move(sender, Cue::SentRst, Standing::Observed);
        sender.presumed = false;
        sender.sent_active_reset = sender.sent_active_reset || reset.kind == ResetKind::Active || out_of_nowhere;
    }
    facts.reopens = reset.cause == Cause::CrashReconnect && e.forgot_in_syn_sent;
    if (accepted) {
        bool const to_listener = (receiver.state == State::SynReceived && receiver.opened_passively()) ||
                                 (facts.reopens && receiver.state == State::Established);
        facts.move(receiver, to_listener ? Cue::GotRstAsListener : Cue::GotRst, Standing::Presumed);
        facts.clears_suspicion = true;
    }
    if (facts.reopens) forget(receiver);
    facts.deserves_challenge = reset.effect == ResetEffect::Challenged || reset.effect == ResetEffect::Unknown;
    facts.may_be_contradicted = !e.over && !refuses_one;
    facts.repeats_earlier = accepted && reset.cause == Cause::AfterClose && !c.reset && !c.both_fins() &&
                            c.cold().reset_seen && c.cold().reset_by == arrival.from;
    facts.ends_connection = accepted && facts.may_be_contradicted;
    facts.ends_something = accepted || ends_sender;
}

}  // namespace

ResetFacts::ResetFacts(const Arrival& arrival)
    : Moves(arrival.sender, arrival.receiver, arrival.connection.role_of(arrival.from)),
      unacked(arrival.connection.unacked()),
      idle(arrival.idle()) {}

ResetFacts analyse_reset(const Arrival& arrival) {
    ResetFacts facts(arrival);
    const Segment& segment = arrival.segment;
    Reset& reset = facts.reset;
    const Endpoint &sender = facts.sender(), &receiver = facts.receiver();
    gather_distance(arrival, facts);
    reset.trigger = find_trigger(arrival, sender, receiver);
    reset.kind = reset.trigger != 0 ? ResetKind::Reply : kind_of(segment, sender, receiver);
    judge_effect(arrival, facts);
    settle_earlier(arrival, facts);
    reset.probes = sender.attempts + (sender.probing && sender.attempts != UINT32_MAX ? 1 : 0);
    reset.fin_frame = sender.fin_frame;
    reset.heard_frame = sender.last_frame;
    gather(arrival, facts);
    decide(arrival.connection.cold(), facts);
    take_notes(arrival, facts);
    plan(arrival, facts);
    plan_events(facts);
    return facts;
}

void weigh_others(ResetFacts& facts) {
    Reset& reset = facts.reset;
    if (!facts.evidence.others_gone || reset.cause != Cause::Crash) return;
    reset.notes |= bit(ResetNote::SeveralHosts);
    reset.confidence = std::min(reset.confidence, confidence_of(reset.cause, row(reset.cause).sure, facts.evidence));
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// A segment's numbers against those of its sender and receiver (RFC 9293 3.4): what is new, what is repeated, what is
/// acknowledged.
#include <algorithm>

#include "compiler.hpp"
#include "facts.hpp"

namespace tcpstate {

namespace {

/// Farther than any window (RFC 7323 2.3): numbers of another connection, or forged.
constexpr int32_t implausible = 1 << 30;

/// It is small enough for a probe.
bool may_probe(const Segment& segment) {
    return segment.has(flag::Ack) && !segment.any(flag::Syn | flag::Fin) && segment.length <= 1;
}

/// The first segment of an end whose SYN was not seen. What its peer had acknowledged by then is acknowledged; one
/// number below that it is a keepalive.
void begin_in_midstream(const Segment& segment, Facts& facts) {
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    sender.snd_nxt = sender.sent_edge = segment.seq;
    sender.has_hole = false;
    facts.restarts_edge = true;
    if (!receiver.acks) return;
    bool const is_keepalive = may_probe(segment) && segment.seq + 1 == receiver.rcv_nxt();
    if (is_keepalive) sender.snd_nxt = sender.sent_edge = receiver.rcv_nxt();
    if (sender.snd_nxt != receiver.rcv_nxt()) return;
    sender.snd_una = receiver.rcv_nxt();
    sender.peer_acked = true;
}

/// Its receiver was seen to send nothing but bare ACKs, one number below this acknowledgment: they were keepalives.
void find_earlier_probe(const Segment& segment, Facts& facts) {
    Endpoint& receiver = facts.receiver();
    if (receiver.peer_acked || !segment.pure_ack() || segment.ack != receiver.snd_nxt + 1) return;
    bool const sent_nothing = receiver.heard && !receiver.syn_seen && !receiver.sent_data && !receiver.fin_seen;
    if (!sent_nothing) return;
    receiver.snd_nxt = receiver.sent_edge = receiver.snd_una = segment.ack;
    receiver.peer_acked = true;
    facts.keepalive = Keepalive::Answer;
}

/// RFC 9293 3.8.4: a keepalive repeats the last number that was acknowledged; so does a zero-window probe (3.8.6.1).
void find_probes(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    const Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    find_earlier_probe(segment, facts);
    bool const in_connection = synchronized(sender.state) || !sender.heard;
    if (may_probe(segment) && sender.peer_acked && in_connection) {
        bool const repeats_last = segment.seq == sender.snd_una - 1;
        facts.is_probe = repeats_last && (sender.snd_una == sender.snd_nxt || receiver.zero_window);
        if (facts.is_probe && !receiver.zero_window) facts.keepalive = Keepalive::Probe;
    }
    if (segment.has(flag::Ack) && receiver.heard) {
        facts.acks_unsent = segment.ack > receiver.snd_nxt;
        facts.acks_new = !facts.acks_unsent && (!receiver.peer_acked || segment.ack > receiver.snd_una);
    }
    if (!receiver.probing || !segment.pure_ack() || facts.acks_new || facts.is_probe) return;
    if (!sender.zero_window && segment.ack == receiver.snd_nxt) facts.keepalive = Keepalive::Answer;
}

void take_syn(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    bool const begins_anew = sender.syn_seen && segment.seq != sender.iss && !arrival.connection.established;
    const Endpoint& receiver = facts.receiver();
    bool const fits = segment.any(flag::Ack) && segment.ack > receiver.iss && segment.ack <= receiver.snd_nxt;
    Seq const before = sender.acks ? sender.rcv_nxt() : sender.other_ack.number;
    facts.forgets = fits && sender.heard && is_unknown_ack(receiver, sender, before);
    if (begins_anew || facts.forgets) sender.heard = sender.acks = false;  // figure 8: it forgot the first
    if (sender.heard && sender.syn_seen) {
        bool const same_kind = !segment.any(flag::Ack) || sender.acks;  // SYN, then SYN,ACK is no repeat
        facts.is_repeat = segment.seq == sender.iss && same_kind;
        return;
    }
    sender.iss = segment.seq;
    sender.syn_seen = true;
    sender.opened_actively = !segment.any(flag::Ack);
    sender.scale = segment.scale;
    facts.fresh = segment.length;
    if (sender.heard) return;
    sender.snd_nxt = sender.sent_edge = segment.end();
    sender.has_hole = false;
    facts.restarts_edge = true;
}

/// All that `end` sent before `to` has arrived, seen or not.
void pass_edge(const Arrival& arrival, Side side, Endpoint& end, Seq to) {
    if (to <= end.sent_edge) return;
    const Connection& connection = arrival.connection;
    end.sent_edge = end.has_hole ? connection.cold().beyond_hole[connection.index_of(side)].reach(to) : to;
}

/// Its peer acknowledged what the capture missed, which said nothing at that time. Now the sender goes on behind it.
void take_missed_text(const Arrival& arrival, Facts& facts) {
    Endpoint& sender = facts.sender();
    Endpoint& receiver = facts.receiver();
    const Acknowledgment& told = receiver.other_ack;
    bool const in_gap = told.frame != 0 && told.number > sender.snd_nxt && told.number <= arrival.segment.seq;
    if (!in_gap || !sender.heard) return;
    receiver.latest_ack = told;
    receiver.acks = true;
    sender.snd_una = told.number;
    sender.peer_acked = true;
    pass_edge(arrival, arrival.from, sender, told.number);
}

/// The same where there is a hole, or this makes one. Apart, so that what follows on costs no call.
TCPSTATE_NOINLINE SequenceRanges::Finding take_range_beyond(const Arrival& arrival, Endpoint& sender, Seq from,
                                                            Seq to) {
    const SequenceRanges& beyond = arrival.connection.cold().beyond_hole[arrival.connection.index_of(arrival.from)];
    auto const found = beyond.find(sender.sent_edge, from, to);
    sender.sent_edge = beyond.edge_after(sender.sent_edge, from, to);
    sender.has_hole = sender.has_hole || sender.sent_edge < to;
    return found;
}

/// What of [from, to) was not seen before; the edge goes as far as everything was seen.
SequenceRanges::Finding take_range(const Arrival& arrival, Endpoint& sender, Seq from, Seq to) {
    if (to <= sender.sent_edge || from == to) return {};
    if (from != sender.sent_edge || sender.has_hole) return take_range_beyond(arrival, sender, from, to);
    sender.sent_edge = to;  // it follows on
    return {static_cast<uint32_t>(to - from)};
}

/// Payload and FIN. Where the length is unknown (an IP fragment), only the first number is known to have been sent.
void take_text(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    if (!segment.length_known) {
        sender.snd_nxt = later(sender.snd_nxt, segment.seq);
        return;
    }
    if (segment.seq > sender.snd_nxt) take_missed_text(arrival, facts);
    Seq const end_of_text = segment.seq + segment.length;
    SequenceRanges::Finding text;
    if (!facts.is_probe) text = take_range(arrival, sender, segment.seq, end_of_text);
    facts.fresh = text.unseen;
    uint32_t unseen = text.unseen;
    facts.seen_from = segment.seq;
    facts.seen_to = facts.is_probe ? segment.seq : end_of_text;
    bool const can_close =
        segment.has(flag::Fin | flag::Ack) && sender.state != State::Listen;  // a listener has nothing to close
    if (can_close && (!sender.fin_seen || sender.fin == end_of_text)) {
        facts.closes = !sender.fin_seen;
        if (facts.closes) sender.fin_frame = segment.frame;
        sender.fin = end_of_text;
        sender.fin_seen = true;
        auto const fin = take_range(arrival, sender, sender.fin, sender.fin + 1);
        unseen += fin.unseen;
        text.certain = text.certain && fin.certain;
        facts.seen_to = sender.fin + 1;
    }
    facts.is_repeat = unseen == 0 && text.certain && !facts.is_probe && segment.span() > 0;
    sender.snd_nxt = later(sender.snd_nxt, segment.end());
}

/// The SYN,ACK acknowledges the SYN and not its data: they will be sent again (RFC 7413 4.2).
void take_back_early_data(const Segment& segment, Endpoint& receiver) {
    receiver.bytes -= std::min<uint64_t>(receiver.bytes, static_cast<uint32_t>(receiver.snd_nxt - segment.ack));
    receiver.snd_nxt = receiver.sent_edge = segment.ack;
}

void take_acknowledgment(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    Endpoint& receiver = facts.receiver();
    bool const syn = segment.any(flag::Syn);
    Acknowledgment const this_one{segment.time, segment.frame, segment.ack};
    if (!facts.acks_unsent && (!sender.acks || segment.ack >= sender.rcv_nxt())) {
        if (sender.acks && segment.ack != sender.rcv_nxt()) sender.other_ack = sender.latest_ack;
        sender.latest_ack = this_one;
        sender.acks = true;
        uint8_t const shift = syn ? 0 : scale_of(sender, receiver);
        sender.window_edge = segment.ack + (static_cast<uint32_t>(segment.window) << shift);
        sender.zero_window = segment.window == 0 && !syn;
    } else {
        sender.other_ack = this_one;
    }
    bool const refuses_early_data = syn && receiver.state == State::SynSent && receiver.sent_data &&
                                    segment.ack == receiver.iss + 1 && receiver.snd_nxt > segment.ack;
    if (refuses_early_data) take_back_early_data(segment, receiver);
    if (facts.acks_new) {
        receiver.snd_una = segment.ack;
        receiver.peer_acked = true;
        pass_edge(arrival, other(arrival.from), receiver, segment.ack);
    }
    if (segment.has_sack) {
        sender.sack_edge = segment.sack_right;
        sender.has_sack = true;
    }
}

/// The sender's wait for an answer is counted from here: its peer was heard since its segment before, or nothing that
/// it has sent is due. So an acknowledgment after which it pauses begins no wait.
bool begins_run(const Arrival& arrival) {
    const Endpoint& sender = arrival.sender;
    bool const nothing_due = sender.peer_acked && sender.snd_una == sender.snd_nxt && !sender.probing;
    return arrival.is_first() || arrival.receiver.last_frame > sender.last_frame || nothing_due;
}

void count(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    if (facts.fresh > 0) {
        sender.sent_data = true;
        sender.bytes += facts.fresh;
    }
    if (arrival.is_first())
        sender.ttl = segment.ttl;
    else if (sender.ttl != segment.ttl)
        sender.compare_hops(segment.ttl);
    if (begins_run(arrival)) sender.run_time = segment.time;
    sender.last_window = segment.window;
    sender.last_ip_id = segment.ip_id;
    ++sender.frames;
    sender.heard = true;
    sender.last_frame = segment.frame;
    sender.last_time = segment.time;
}

}  // namespace

void compare_numbers(const Arrival& arrival, Facts& facts) {
    const Segment& segment = arrival.segment;
    Endpoint& sender = facts.sender();
    bool const syn = segment.any(flag::Syn);
    if (!syn && !sender.heard) begin_in_midstream(segment, facts);
    find_probes(arrival, facts);
    if (syn) take_syn(arrival, facts);
    Seq const edge_before = sender.sent_edge;
    int32_t const from_expected = segment.seq - sender.snd_nxt;
    bool const plausible = !sender.heard || (from_expected < implausible && from_expected > -implausible);
    if (!syn && plausible) take_text(arrival, facts);
    if (segment.has(flag::Ack)) take_acknowledgment(arrival, facts);
    if (sender.fin_seen && sender.sent_edge > sender.fin)
        facts.brings_fin = segment.any(flag::Fin) || edge_before <= sender.fin;
    count(arrival, facts);
}

}  // namespace tcpstate

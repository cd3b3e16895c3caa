// SPDX-License-Identifier: GPL-2.0-or-later
#include "fast_path.hpp"

#include "copies.hpp"

namespace tcpstate {

namespace {

/// Synchronized for certain, everything seen up to its latest number, and no attempt waiting for an answer.
bool is_settled(const Endpoint& end, const Endpoint& peer) {
    bool const half_closed = end.state == State::CloseWait || end.state == State::FinWait2;
    bool const known = end.state == State::Established || (half_closed && !end.presumed);
    bool const answered = end.attempts == 0 && !end.probing && !end.zero_window;
    bool const numbers_known = end.acks && end.peer_acked && end.snd_una == peer.rcv_nxt();
    return known && end.heard && answered && numbers_known && end.sent_edge == end.snd_nxt && !end.has_hole;
}

/// What a segment out of the ordinary has left to be watched.
bool is_pending(const ColdState& cold) {
    bool const reset = cold.reset_open || cold.discovered_in != 0;
    return reset || cold.suspicion != no_index || cold.challenge_due.frame != 0;
}

/// Longer than any packet can be: a header that promises nonsense.
constexpr uint32_t too_long = 1U << 30;

/// The open direction of a half-close counts its payload, and two events are told once.
bool half_close_may_tell(const Connection& c, const Segment& segment, const Endpoint& sender, int64_t threshold) {
    bool const payload = segment.length != 0;
    bool const may_be_long = !c.half_close_long_told && elapsed(c.first_fin_time, segment.time) > threshold;
    return may_be_long || (payload && (sender.fin_seen || !c.half_close_data_told));
}

void count_half_close(Connection& c, const Segment& segment, Verdict& verdict) {
    ColdState& cold = *c.cold_state;
    if (segment.length != 0) {
        cold.half_closed_bytes += segment.length;
        ++cold.half_closed_segments;
    }
    verdict.half_close = {cold.half_closed_bytes, elapsed(c.first_fin_time, segment.time), cold.half_closed_segments,
                          c.first_fin_frame()};
    verdict.plain.value = false;
}

}  // namespace

bool may_take_fast_path(Connection& c) {
    bool const open = c.established && !c.self_connected && !c.was_given_up();
    bool const nothing_pending = !c.cold_state || !is_pending(*c.cold_state);
    bool const one_life = c.announced || c.previous() == no_index;
    if (!open || !nothing_pending || !one_life) return false;
    if (!is_settled(c.ends[0], c.ends[1]) || !is_settled(c.ends[1], c.ends[0])) return false;
    if (c.half_closes && (!c.cold_state || c.both_fins())) return false;
    c.ends[0].shift = scale_of(c.ends[0], c.ends[1]);
    c.ends[1].shift = scale_of(c.ends[1], c.ends[0]);
    return true;
}

bool take_fast_path(Connection& c, const Segment& segment, Side from, const Preferences& preferences,
                    Verdict& verdict) {
    constexpr uint8_t deciding = flag::Syn | flag::Fin | flag::Rst | flag::Ack;
    Endpoint& sender = from == Side::A ? c.ends[0] : c.ends[1];
    Endpoint& receiver = from == Side::A ? c.ends[1] : c.ends[0];
    if ((segment.flags & deciding) != flag::Ack || segment.has_sack || segment.window == 0) return false;
    if (segment.seq != sender.snd_nxt || segment.length >= too_long || !segment.length_known) return false;
    if (segment.ack < sender.rcv_nxt() || segment.ack > receiver.snd_nxt) return false;
    // an acknowledgment that says nothing new may be a copy
    bool const repeats = segment.length == 0 && segment.ack == sender.rcv_nxt();
    if (repeats && elapsed(sender.last_time, segment.time) <= latest_copy) return false;
    if (c.half_closes && half_close_may_tell(c, segment, sender, preferences.half_closed_threshold)) return false;

    Role const who = from == c.client_side ? Role::Client : Role::Server;
    c.snapshot.sender = who;
    if (sender.presumed) {  // what it sends confirms it
        sender.presumed = false;
        if (who == Role::Client)
            c.snapshot.client_presumed = false;
        else
            c.snapshot.server_presumed = false;
    }
    static_cast<Snapshot&>(verdict) = c.snapshot;
    verdict.incarnation = c.incarnation;
    verdict.idle = elapsed(c.activity_time, segment.time);

    if (segment.length == 0) {
        c.history.note(Letter::A, who);
    } else {
        c.history.note(Letter::D, who);
        sender.snd_nxt = sender.sent_edge = sender.snd_nxt + segment.length;
        sender.bytes += segment.length;
        sender.sent_data = true;
    }
    if (segment.ack != sender.rcv_nxt()) {
        sender.other_ack = sender.latest_ack;
        receiver.snd_una = segment.ack;
    }
    sender.latest_ack = {segment.ack, segment.frame, segment.time};
    sender.window_edge = segment.ack + (static_cast<uint32_t>(segment.window) << sender.shift);
    if (sender.ttl != segment.ttl && hops(sender.ttl) != hops(segment.ttl)) sender.hops_vary = true;
    if (receiver.last_frame > sender.last_frame) sender.run_time = segment.time;
    sender.last_ip_id = segment.ip_id;
    sender.last_window = segment.window;
    ++sender.frames;
    sender.last_frame = segment.frame;
    sender.last_time = c.activity_time = segment.time;
    if (c.half_closes) {
        count_half_close(c, segment, verdict);
    } else if (!verdict.plain.value) {
        verdict.half_close = {};
        verdict.plain.value = true;
    }
    return true;
}

}  // namespace tcpstate

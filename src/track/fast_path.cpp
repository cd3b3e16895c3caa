// SPDX-License-Identifier: GPL-2.0-or-later
#include "fast_path.hpp"

#include "compiler.hpp"
#include "copies.hpp"

namespace tcpstate {

namespace {

/// Synchronized for certain, with no FIN of its peer left to be acknowledged, and no attempt waiting for an answer.
bool is_settled(const Endpoint& end, const Endpoint& peer) {
    bool const half_closed = end.state == State::CloseWait || end.state == State::FinWait2;
    bool const known = end.state == State::Established ? !peer.fin_seen : half_closed && !end.presumed;
    bool const numbers_known = end.heard && end.acks && end.peer_acked && end.snd_una == peer.rcv_nxt();
    return known && numbers_known && end.attempts == 0 && !end.probing && !end.zero_window;
}

/// Everything up to its latest number was seen.
bool is_complete(const Endpoint& end) { return end.sent_edge == end.snd_nxt && !end.has_hole; }

/// What a segment out of the ordinary has left to be watched.
bool is_pending(const Connection& c) {
    const ColdState& cold = *c.cold_state;
    return cold.reset_open || cold.challenge_due.frame != 0 || (cold.previous != no_index && !c.announced);
}

/// Longer than any packet can be: a header that promises nonsense.
constexpr uint32_t too_long = 1U << 30;

/// The open direction of a half-close counts its payload, and two events are told once.
bool half_close_may_tell(const Connection& c, const Segment& segment, const Endpoint& sender, int64_t threshold) {
    bool const payload = segment.length != 0;
    bool const may_be_long = !c.half_close_long_told && elapsed(c.first_fin_time, segment.time) > threshold;
    return may_be_long || (payload && (sender.fin_seen || !c.half_close_data_told));
}

/// What is sent into or beyond a hole, or acknowledged of it, moves the edge up to which everything was seen.
bool may_move_edge(const Segment& segment, const Endpoint& sender, const Endpoint& receiver) {
    return !is_complete(sender) || (!is_complete(receiver) && segment.ack != sender.rcv_nxt());
}

/// It has what most connections have not, so that a segment may mean more, or its verdict says more.
bool is_guarded(const Connection& c) {
    const Endpoint &a = c.ends[0], &b = c.ends[1];
    return c.half_closes || c.incarnation != 1 || a.presumed || b.presumed || !is_complete(a) || !is_complete(b);
}

/// Of a guarded connection: whether the segment means no more than on any other. Confirms the state of its sender then.
TCPSTATE_NOINLINE bool pass_guard(Connection& c, const Segment& segment, Side from, int64_t threshold) {
    Endpoint& sender = c.of(from);
    if (may_move_edge(segment, sender, c.of(other(from)))) return false;
    if (c.half_closes && half_close_may_tell(c, segment, sender, threshold)) return false;
    if (!sender.presumed) return true;
    sender.presumed = false;
    if (from == c.client_side)
        c.snapshot.client_presumed = false;
    else
        c.snapshot.server_presumed = false;
    c.fast_path_guarded = is_guarded(c);
    return true;
}

/// The parts of the verdict that are those of the latest segment that took the fast path.
TCPSTATE_NOINLINE void replace_parts(Connection& c, const Segment& segment, Verdict& verdict) {
    verdict.incarnation = c.incarnation;
    verdict.plain.value = !c.half_closes && c.incarnation == 1;
    verdict.half_close = {};
    if (!c.half_closes) return;
    ColdState& cold = *c.cold_state;
    if (segment.length != 0) {
        cold.half_closed_bytes += segment.length;
        ++cold.half_closed_segments;
    }
    verdict.half_close = {cold.half_closed_bytes, elapsed(c.first_fin_time, segment.time), cold.half_closed_segments,
                          c.first_fin_frame()};
}

}  // namespace

bool may_take_fast_path(Connection& c) {
    Phase const phase = c.snapshot.phase;
    bool const half_closed = phase == Phase::HalfClosed && c.cold_state && c.fin_acked_after != 0;
    bool const open = phase == Phase::Open || half_closed;
    if (!open || c.self_connected || (c.cold_state && is_pending(c))) return false;
    Endpoint &a = c.ends[0], &b = c.ends[1];
    if (!is_settled(a, b) || !is_settled(b, a)) return false;
    a.shift = scale_of(a, b);
    b.shift = scale_of(b, a);
    c.fast_path_guarded = is_guarded(c);
    return true;
}

bool take_fast_path(Connection& c, const Segment& segment, Side from, const Preferences& preferences,
                    Verdict& verdict) {
    constexpr uint8_t deciding = flag::Syn | flag::Fin | flag::Rst | flag::Ack;
    Endpoint& sender = from == Side::A ? c.ends[0] : c.ends[1];
    Endpoint& receiver = from == Side::A ? c.ends[1] : c.ends[0];
    if ((segment.flags & deciding) != flag::Ack || segment.window == 0) return false;
    if (segment.seq != sender.snd_nxt || segment.length >= too_long || !segment.length_known) return false;
    if (segment.ack < sender.rcv_nxt() || segment.ack > receiver.snd_nxt) return false;
    // an acknowledgment that says nothing new may be a copy
    bool const repeats = segment.length == 0 && segment.ack == sender.rcv_nxt();
    if (repeats && elapsed(sender.last_time, segment.time) <= latest_copy) return false;
    if (c.fast_path_guarded && !pass_guard(c, segment, from, preferences.half_closed_threshold)) return false;

    Role const who = from == c.client_side ? Role::Client : Role::Server;
    Snapshot snapshot = c.snapshot;
    snapshot.sender = who;
    static_cast<Snapshot&>(verdict) = snapshot;
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
    sender.latest_ack = {segment.time, segment.frame, segment.ack};
    sender.window_edge = segment.ack + (static_cast<uint32_t>(segment.window) << sender.shift);
    if (segment.has_sack) {
        sender.sack_edge = segment.sack_right;
        sender.has_sack = true;
    }
    if (sender.ttl != segment.ttl) sender.compare_hops(segment.ttl);
    bool const nothing_due = segment.seq == sender.snd_una;
    if (nothing_due || receiver.last_frame > sender.last_frame) sender.run_time = segment.time;
    sender.last_window = segment.window;
    sender.last_ip_id = segment.ip_id;
    ++sender.frames;
    sender.last_frame = segment.frame;
    sender.last_time = c.activity_time = segment.time;
    if (c.fast_path_guarded || !verdict.plain.value) replace_parts(c, segment, verdict);
    return true;
}

}  // namespace tcpstate

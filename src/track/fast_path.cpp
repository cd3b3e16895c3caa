// SPDX-License-Identifier: GPL-2.0-or-later
/// The way of nearly all segments: data that follow on, or an acknowledgment, between two ends that are known to be
/// established and with nothing pending. Observation would come to the same verdict and the same numbers by asking
/// every question there is; this asks only whether one of those questions could matter.
#include "connection.hpp"

namespace tcpstate {

namespace {

/// Established, everything seen up to its latest number, and no attempt waiting for an answer.
bool is_settled(const Endpoint& end, const Endpoint& peer) {
    bool const open = end.state == State::Established && end.heard && !end.fin_seen;
    bool const answered = end.attempts == 0 && !end.probing && !end.zero_window;
    bool const numbers_known = end.acks && end.peer_acked && end.snd_una == peer.ack;
    return open && answered && numbers_known && end.sent.edge() == end.snd_nxt && !end.sent.has_hole();
}

/// Longer than any packet can be: a header that promises nonsense.
constexpr uint32_t too_long = 1U << 30;

}  // namespace

bool Connection::calm_down() {
    bool const nothing_pending = established_ && !cold_ && !self_connected_ && !half_closes_;
    if (!nothing_pending || !is_settled(ends_[0], ends_[1]) || !is_settled(ends_[1], ends_[0])) return false;
    ends_[0].shift = scale_of(ends_[0], ends_[1]);
    ends_[1].shift = scale_of(ends_[1], ends_[0]);
    return true;
}

/// Nothing here changes what calm_down() asks for, so the next segment may go this way too.
bool Connection::observe_calmly(const Segment& segment, Side from, Verdict& verdict) {
    constexpr uint8_t deciding = flag::Syn | flag::Fin | flag::Rst | flag::Ack;
    Endpoint& me = from == Side::A ? ends_[0] : ends_[1];
    Endpoint& peer = from == Side::A ? ends_[1] : ends_[0];
    if ((segment.flags & deciding) != flag::Ack || segment.has_sack || segment.window == 0) return false;
    if (segment.seq != me.snd_nxt || segment.length >= too_long) return false;
    if (segment.ack < me.ack || segment.ack > peer.snd_nxt) return false;

    if (!verdict.plain) {  // of the last calm segment much holds for this one too
        verdict.clear();
        verdict.plain = true;
    }
    Role const who = from == client_side_ ? Role::Client : Role::Server;
    snapshot_.sender = who;
    if (me.presumed) {  // what it sends confirms it
        me.presumed = false;
        if (who == Role::Client)
            snapshot_.client_presumed = false;
        else
            snapshot_.server_presumed = false;
    }
    static_cast<Snapshot&>(verdict) = snapshot_;
    verdict.idle = segment.time > activity_time_ ? segment.time - activity_time_ : 0;

    if (segment.length == 0) {
        history_.note(Letter::A, who);
    } else {
        history_.note(Letter::D, who);
        me.snd_nxt = me.snd_nxt + segment.length;
        me.sent.advance(segment.length);
        me.bytes += segment.length;
        me.sent_data = true;
    }
    if (segment.ack != me.ack) {
        me.other_ack = me.ack;
        me.other_ack_frame = me.ack_frame;
        me.ack = peer.snd_una = segment.ack;
    }
    me.ack_frame = me.last_frame = segment.frame;
    me.window_edge = segment.ack + (static_cast<uint32_t>(segment.window) << me.shift);
    if (me.ttl != segment.ttl) me.ttl_varies = true;
    ++me.frames;
    me.last_time = activity_time_ = segment.time;
    return true;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// What a capture tells about one side of a connection: its state, and the edges of what it sent and received.
#pragma once
#include <cstdint>

#include "clock.hpp"
#include "compiler.hpp"
#include "segment.hpp"
#include "states.hpp"

namespace tcpstate {

enum class Side : uint8_t { A, B };
constexpr Side other(Side s) { return s == Side::A ? Side::B : Side::A; }

/// An acknowledgment number, and the latest segment that carried it. In the order of SegmentHeader: all of it is copied
/// at once.
struct Acknowledgment {
    int64_t time = 0;
    uint32_t frame = 0;  ///< 0: none
    Seq number;
};

struct Endpoint {
    int64_t last_time = 0;    ///< of its latest segment (RST excepted)
    int64_t run_time = 0;     ///< since when it has been waiting: of its first segment that its peer has not answered
    uint64_t bytes = 0;       ///< payload sent, retransmissions not counted twice
    uint32_t frames = 0;      ///< segments sent
    uint32_t last_frame = 0;  ///< its latest segment (RST excepted), 0 if none
    uint32_t fin_frame = 0;   ///< its first FIN, 0 if none
    uint32_t attempts = 0;    ///< repeats since its peer was last heard; stops at its largest value

    Seq iss;          ///< initial send sequence number (with syn_seen)
    Seq snd_nxt;      ///< SND.NXT: end of the farthest segment it sent
    Seq snd_una;      ///< SND.UNA: what its peer acknowledged of what was seen (with peer_acked)
    Seq sent_edge;    ///< everything below it was seen, or acknowledged by its peer
    Seq fin;          ///< number of its FIN (with fin_seen)
    Seq window_edge;  ///< right edge of the window it offers
    Seq sack_edge;    ///< right edge of its latest SACK (with has_sack)

    /// The farthest that it acknowledged of what its peer was seen to send: its RCV.NXT (with acks).
    Acknowledgment latest_ack;
    /// The latest other one: older, or of something that was never seen.
    Acknowledgment other_ack;

    State state = State::Unknown;
    uint8_t scale = no_scale;   ///< from its SYN
    uint8_t shift = 0;          ///< scale_of() while the connection takes the fast path
    int16_t ttl = unknown_ttl;  ///< of its first segment
    uint16_t last_window = 0;   ///< window field of its latest segment (RST excepted), unscaled
    uint16_t last_ip_id = 0;    ///< IPv4 identification of that segment
    bool presumed : 1 = false;
    bool heard : 1 = false;  ///< sent at least one segment other than RST
    bool syn_seen : 1 = false;
    bool opened_actively : 1 = false;  ///< its SYN came without ACK
    bool fin_seen : 1 = false;
    bool acks : 1 = false;        ///< sent at least one segment with ACK
    bool peer_acked : 1 = false;  ///< its peer acknowledged something of it
    bool has_sack : 1 = false;
    bool has_hole : 1 = false;           ///< something beyond sent_edge was seen
    bool hops_vary : 1 = false;          ///< its segments came over paths of different length
    bool sent_active_reset : 1 = false;  ///< it gave the connection up, whether or not its peer heard of it
    bool probing : 1 = false;            ///< sent a probe that is not answered yet
    bool sent_data : 1 = false;
    bool zero_window : 1 = false;  ///< its latest window is 0

    /// It sent a segment with another TTL than its first. Apart, because that is rare.
    TCPSTATE_NOINLINE void compare_hops(int16_t other_ttl);
    bool opened_passively() const { return syn_seen && !opened_actively; }
    Seq rcv_nxt() const { return latest_ack.number; }
    /// Its latest acknowledgment covers the FIN of `peer`.
    bool acks_fin_of(const Endpoint& peer) const { return peer.fin_seen && acks && rcv_nxt() > peer.fin; }
    /// Payload sent and not acknowledged, in bytes.
    uint32_t unacked() const;
    /// Size of the window that it offers now, in bytes.
    uint32_t window() const {
        return acks && window_edge > rcv_nxt() ? static_cast<uint32_t>(window_edge - rcv_nxt()) : 0;
    }
};

/// How many hops a segment has come, if its sender began with one of the usual TTLs.
constexpr int hops(int ttl) {
    int const initial = ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
    return initial - ttl;
}

/// The shift count of the windows that `end` offers: in force only when both ends sent one (RFC 7323 2.2).
inline uint8_t scale_of(const Endpoint& end, const Endpoint& peer) {
    if (end.scale == no_scale || peer.scale == no_scale) return 0;
    return end.scale < 14 ? end.scale : 14;  // RFC 7323 2.3: not more than 14
}

/// RCV.NXT of `receiver`: the end of what was seen of `sender`, or what the receiver acknowledged if that is more.
inline Seq receive_next(const Endpoint& receiver, const Endpoint& sender) {
    if (!sender.heard) return receiver.rcv_nxt();
    return receiver.acks ? later(sender.sent_edge, receiver.rcv_nxt()) : sender.sent_edge;
}

/// `end`, in SYN-SENT, got this acknowledgment of a connection that it does not know, from a peer whose SYN was not
/// seen (RFC 9293 figure 9).
inline bool is_unknown_ack(const Endpoint& end, const Endpoint& peer, Seq ack) {
    bool const fits = ack > end.iss && ack <= end.snd_nxt;
    return end.state == State::SynSent && peer.heard && !peer.syn_seen && !fits;
}

}  // namespace tcpstate

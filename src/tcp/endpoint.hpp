// SPDX-License-Identifier: GPL-2.0-or-later
/// What a capture tells about one side of a connection: its state, and the edges of what it sent and received.
#pragma once
#include <cstdint>

#include "ranges.hpp"
#include "segment.hpp"
#include "states.hpp"

namespace tcpstate {

enum class Side : uint8_t { A, B };
constexpr Side other(Side s) { return s == Side::A ? Side::B : Side::A; }

struct Endpoint {
    int64_t last_time = 0;         ///< of its latest segment (RST excepted)
    uint64_t bytes = 0;            ///< payload sent, retransmissions not counted twice
    uint32_t frames = 0;           ///< segments sent
    uint32_t last_frame = 0;       ///< its latest segment (RST excepted), 0 if none
    uint32_t fin_frame = 0;        ///< its first FIN, 0 if none
    uint32_t ack_frame = 0;        ///< latest segment that carried `ack`
    uint32_t other_ack_frame = 0;  ///< latest segment that carried another acknowledgment, 0 if none

    Seq iss;              ///< with syn_seen
    Seq snd_nxt;          ///< SND.NXT: end of the farthest segment it sent
    Seq snd_una;          ///< SND.UNA: what its peer acknowledged of what was seen (with peer_acked)
    Seq fin;              ///< number of its FIN (with fin_seen)
    Seq ack;              ///< the farthest it acknowledged of what its peer was seen to send (with acks)
    Seq other_ack;        ///< in other_ack_frame: an older one, or one of something never seen
    Seq window_edge;      ///< right edge of the window it offers
    Seq sack_edge;        ///< right edge of its latest SACK (with has_sack)
    SequenceRanges sent;  ///< what was seen of its sequence space

    uint16_t attempts = 0;  ///< repeats since its peer was last heard
    State state = State::Unknown;
    uint8_t ttl = 0;           ///< of its first segment
    uint8_t scale = no_scale;  ///< from its SYN
    uint8_t shift = 0;         ///< scale_of() while the connection is calm
    bool presumed : 1 = false;
    bool heard : 1 = false;  ///< sent at least one segment other than RST
    bool syn_seen : 1 = false;
    bool opened_actively : 1 = false;  ///< its SYN came without ACK
    bool fin_seen : 1 = false;
    bool acks : 1 = false;        ///< sent at least one segment with ACK
    bool peer_acked : 1 = false;  ///< its peer acknowledged something of it
    bool has_sack : 1 = false;
    bool ttl_varies : 1 = false;
    bool sent_active_reset : 1 = false;  ///< it gave the connection up, whether or not its peer heard of it
    bool probing : 1 = false;            ///< sent a probe that is not answered yet
    bool sent_data : 1 = false;
    bool timestamps : 1 = false;   ///< its SYN offered them
    bool zero_window : 1 = false;  ///< its latest window is 0

    /// Payload sent and not acknowledged.
    uint32_t unacked() const;
    /// Size of the window that it offers now.
    uint32_t window() const { return acks && window_edge > ack ? static_cast<uint32_t>(window_edge - ack) : 0; }
};

/// The shift count of the windows that `end` offers: in force only when both ends sent one (RFC 7323 2.2).
inline uint8_t scale_of(const Endpoint& end, const Endpoint& peer) {
    if (end.scale == no_scale || peer.scale == no_scale) return 0;
    return end.scale < 14 ? end.scale : 14;  // RFC 7323 2.3: not more than 14
}

/// RCV.NXT of `receiver`: the end of what was seen of `sender`, or what the receiver acknowledged if that is more.
inline Seq receive_next(const Endpoint& receiver, const Endpoint& sender) {
    if (!sender.heard) return receiver.ack;
    return receiver.acks ? later(sender.sent.edge(), receiver.ack) : sender.sent.edge();
}

}  // namespace tcpstate

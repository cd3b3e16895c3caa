// SPDX-License-Identifier: GPL-2.0-or-later
/// Why a RST was sent: evidence, the table of causes, the decision, and what follows from it.
#pragma once
#include <cstdint>
#include <span>

#include "facts.hpp"

namespace tcpstate {

/// What speaks for a cause, gathered once before the RST is applied. Sender and receiver are those of the RST.
struct Evidence {
    ResetKind kind = ResetKind::Unknown;
    ResetEffect effect = ResetEffect::Unknown;
    bool ttl_foreign = false;  ///< its TTL is off by more than the tolerance
    bool ttl_odd = false;      ///< off, but by less
    bool overtaken = false;    ///< its sender was already seen beyond its number
    bool rising = false;       ///< right behind another RST, with a higher number
    bool known = false;        ///< something of this connection was seen before
    bool over = false;         ///< both FINs, or an accepted RST, were seen before
    bool answers_syn = false;
    bool answers_syn_ack = false;    ///< its sender began the handshake, or was never heard
    bool answers_handshake = false;  ///< its sender had answered SYN with SYN,ACK and was not heard since
    bool reconnects = false;         ///< its sender has sent a SYN with other numbers
    bool probed_in_vain = false;     ///< its sender's probes went unanswered
    bool sender_fin = false;         ///< its sender had sent FIN
    bool synchronized = false;       ///< the connection was established
    bool answers_news = false;       ///< its trigger came after the last segment of its sender
    bool sender_fully_seen = false;  ///< no FIN of its sender can have been missed
};

/// One row: the first whose evidence holds is the cause, later ones that hold are told as alternatives.
struct CauseRow {
    Cause id;
    bool (*holds)(const Evidence&);
    Confidence sure;
    Event event;
    const char* because;     ///< the RFC's or the kernel's reason, for the explanation
    const char* lookalikes;  ///< what is the same on the wire, or ""
};

std::span<const CauseRow> causes();
const CauseRow& row(Cause cause);

/// What a RST shows, and the plan of what follows from it.
struct ResetFacts : Moves {
    explicit ResetFacts(const Arrival& arrival);

    Reset reset;
    Unacked unacked;               ///< as it stood before the RST
    int64_t idle = -1;             ///< as in Facts
    bool settles_earlier = false;  ///< an earlier RST whose effect was unknown had been accepted
    bool ends_connection = false;
    bool may_be_contradicted = false;  ///< it seems to have ended something, so what follows may show that it had not
    bool deserves_challenge = false;
    bool clears_suspicion = false;
    bool reveals_half_open = false;   ///< RFC 9293 figures 9 and 10
    bool confirms_half_open = false;  ///< for the first time
};

ResetFacts analyse_reset(const Arrival& arrival);

}  // namespace tcpstate

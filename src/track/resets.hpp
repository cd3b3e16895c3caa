// SPDX-License-Identifier: GPL-2.0-or-later
/// Why a RST was sent: evidence, the table of causes, and the decision.
#pragma once
#include <cstdint>
#include <span>

#include "events.hpp"
#include "observation.hpp"
#include "verdict.hpp"

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

/// One RST on its way through a connection.
class ResetCase {
public:
    ResetCase(Connection& connection, const Step& step);
    void run();

private:
    void find_kind();
    void find_effect();
    Seq expected() const;
    ResetEffect effect_by_window(int32_t offset) const;
    void gather();
    void decide();
    void apply();
    void confirm_half_open();
    void settle_earlier();
    bool can_answer(uint32_t frame) const;
    bool acks_what_came_without_ack() const;
    void tell(Event event) { v_.events |= bit(event); }

    Connection& c_;
    const Step& step_;
    const Segment& s_;
    Verdict& v_;
    Endpoint& me_;
    Endpoint& peer_;
    Evidence evidence_;
    Reset& reset_;
};

}  // namespace tcpstate

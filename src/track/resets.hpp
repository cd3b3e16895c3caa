// SPDX-License-Identifier: GPL-2.0-or-later
/// Why a RST was sent: evidence, the table of causes, the decision, and what follows from it.
#pragma once
#include <cstdint>
#include <span>

#include "facts.hpp"

namespace tcpstate {

/// How far away its sender is, against the usual distance of the endpoint that it names.
enum class Distance : uint8_t { Same, Near, Far };  ///< Same where one is unknown; Near within the tolerance

/// What speaks for a cause, gathered once before the RST is applied (evidence.cpp). Sender and receiver are those of
/// the RST.
struct Evidence {
    ResetKind kind = ResetKind::Unknown;
    ResetEffect effect = ResetEffect::Unknown;
    Distance distance = Distance::Same;
    bool mirrored = false;  ///< IP identification and window are those of the segment that it answers
    bool salvo = false;     ///< right behind another RST, beyond what its sender had sent
    bool known = false;     ///< something of this connection was seen before
    bool over = false;      ///< both FINs, or an accepted RST, were seen before
    bool answers_syn = false;
    bool zero_seq = false;            ///< as RFC 9293 3.10.7.1 wants it in the answer to a SYN
    bool answers_syn_ack = false;     ///< its sender began the handshake, or was never heard
    bool withdraws_syn = false;       ///< its sender had sent nothing but SYN, and nothing came back
    bool into_syn_received = false;   ///< exact, when its receiver still waits for the end of the handshake
    bool answers_handshake = false;   ///< its sender had answered SYN with SYN,ACK and did nothing since
    bool reconnects = false;          ///< its sender has sent a SYN with other numbers
    bool forgot_in_syn_sent = false;  ///< it answers an ACK of a connection that its sender, in SYN-SENT, does not know
    bool probed_in_vain = false;      ///< its sender's keepalive probes went unanswered
    bool repeated_in_vain = false;    ///< other probes, data or FIN did
    bool timer_ran_out = true;        ///< and it waited for an answer to the last one as long as its timer does
    bool sender_fin = false;          ///< its sender had sent FIN
    bool unread_after_fin = false;    ///< data came right before it, after that FIN
    bool synchronized = false;        ///< the connection was established
    bool answers_news = false;        ///< its trigger came after the last segment of its sender
    bool acted = false;               ///< its sender had done more than the handshake
    bool absent = false;              ///< and was not heard for a while
    bool long_absent = false;         ///< and for so long that its process can hardly have ended meanwhile
    bool long_idle = false;           ///< the connection had been idle before its trigger: an idle timeout is likelier
    bool bare = false;                ///< without ACK flag
    bool at_snd_nxt = false;          ///< its number is its sender's next
    bool within_sent = false;         ///< its number is not beyond what its sender was seen to send
    bool fully_seen = false;          ///< no FIN of its sender can have been missed
    bool found_at_start = false;      ///< it answers what came from inside a connection, and its sender was never heard
    bool reset_before = false;        ///< its sender had ended it by a RST that did not fit, and was not heard since
    bool repeats_first = false;       ///< a reply like the one before, and its sender was not heard since
    bool others_gone = false;         ///< other hosts, too, seemed gone to its receiver just before (host_watch.hpp)

    bool has(ResetKind k) const { return kind == k; }
    /// Its sender did not know a connection in which it had acted, though it never left it.
    bool forgot() const {
        bool const gone = acted && absent && answers_news && within_sent && synchronized;
        return kind == ResetKind::Reply && !sender_fin && !reset_before && (gone || found_at_start);
    }
};

/// One row: the first whose evidence holds is the cause, later ones that hold are told as alternatives.
struct CauseRow {
    Cause id;
    bool (*holds)(const Evidence&);
    Confidence sure;
    Event event;
    const char* because;         ///< the RFC's or the kernel's reason, for the explanation
    const char* lookalikes;      ///< what is the same on the wire, or ""
    const char* of_server = "";  ///< and what only a server can be
};

std::span<const CauseRow> causes();
const CauseRow& row(Cause cause);

/// What a RST shows, and the plan of what follows from it.
struct ResetFacts : Moves {
    explicit ResetFacts(const Arrival& arrival);

    Reset reset;
    Evidence evidence;
    Unacked unacked;               ///< as it stood before the RST
    int64_t idle;                  ///< as in Arrival
    bool settles_earlier = false;  ///< an earlier RST whose effect was unknown had been accepted
    bool repeats_earlier = false;  ///< its victim had gone on after an earlier RST of this sender, and now has got one
    bool ends_connection = false;
    bool ends_something = false;       ///< at least one end of it
    int64_t idle_before_end = -1;      ///< ns of idleness before what it answers, or before itself
    bool is_coded = false;             ///< its sender puts codes in place of windows (host_watch.hpp)
    bool may_be_contradicted = false;  ///< it seems to have ended something, so what follows may show that it had not
    bool deserves_challenge = false;
    bool clears_suspicion = false;
    bool reveals_half_open = false;   ///< RFC 9293 figures 9 and 10
    bool confirms_half_open = false;  ///< for the first time
    bool reopens = false;             ///< figure 9 in the handshake: its receiver forgets, and may answer the next SYN
};

ResetFacts analyse_reset(const Arrival& arrival);
/// Takes back confidence for what other connections show. It names no other cause.
void weigh_others(ResetFacts& facts);

/// Tells what the RST shows of its sender's distance: first, because its position counts for more if it is foreign.
void gather_distance(const Arrival& arrival, ResetFacts& facts);
/// What it does to its receiver, when kind and trigger are known (effects.cpp).
void judge_effect(const Arrival& arrival, ResetFacts& facts);
/// The rest, when all this is known.
void gather(const Arrival& arrival, ResetFacts& facts);

/// \name How long what was sent may go unanswered (evidence.cpp)
/// @{
int64_t reply_deadline(const Connection& connection);
bool is_inside(const Endpoint& end);  ///< it has sent what comes from inside a connection only: data or FIN, with ACK
/// @}

}  // namespace tcpstate

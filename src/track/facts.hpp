// SPDX-License-Identifier: GPL-2.0-or-later
/// What one segment shows. `analyse` finds it and changes nothing; `apply` (apply.hpp) makes the changes.
#pragma once
#include <array>

#include "connection.hpp"
#include "preferences.hpp"
#include "transition.hpp"

namespace tcpstate {

class RecentSegments;

/// A segment and what it arrives at: all of it as it stood before.
struct Arrival {
    const Connection& connection;
    const Segment& segment;
    Side from;
    const Preferences& preferences;
    bool begins_incarnation;       ///< the segment shows that it has taken the place of the one before
    const RecentSegments& recent;  ///< of the capture; those of this connection bear its index
    uint32_t index;                ///< of the connection
    const Endpoint& sender = connection.of(from);
    const Endpoint& receiver = connection.of(other(from));

    bool is_first() const { return !sender.heard; }  ///< of its sender, RSTs excepted
    /// Nanoseconds since its sender's latest segment, if it was heard.
    int64_t quiet() const { return elapsed(sender.last_time, segment.time); }
    /// Nanoseconds since the last activity of the connection; -1: it is its first segment.
    int64_t idle() const {
        return sender.frames + receiver.frames != 0 ? elapsed(connection.activity_time, segment.time) : -1;
    }
    /// It acknowledges more than its sender did before.
    bool takes_in_more() const { return sender.acks && segment.ack > sender.rcv_nxt(); }
};

struct Facts : Moves {
    explicit Facts(const Arrival& arrival);

    bool settles_roles = false;    ///< it is the first SYN of a connection whose roles were guessed
    bool exchanges_roles = false;  ///< and they were guessed wrong
    int64_t idle;                  ///< as in Arrival

    /// \name The segment against what was sent before (numbers.cpp)
    /// @{
    bool is_repeat = false;  ///< all of it was sent before
    bool is_probe = false;   ///< keepalive or zero-window probe
    Keepalive keepalive = Keepalive::None;
    bool acks_new = false;       ///< acknowledges something for the first time
    bool acks_unsent = false;    ///< acknowledges what the receiver was not seen to send
    bool closes = false;         ///< brings this sender's first FIN
    bool brings_fin = false;     ///< the receiver has now got everything up to this sender's FIN
    uint32_t fresh = 0;          ///< payload bytes never seen before
    bool restarts_edge = false;  ///< what was seen beyond a hole is of no use any more
    Seq seen_from, seen_to;      ///< what was seen of its numbers, with what lies beyond a hole; may be empty
    /// @}

    /// \name What it means for the connection (facts.cpp, cues.cpp, liveness.cpp)
    /// @{
    bool tries_again = false;             ///< a SYN that was refused, in the same connect()
    bool forgets = false;                 ///< its sender's earlier numbers were of another connection
    bool contradicts_reset = false;       ///< an earlier RST that seemed to have ended an end of it
    bool undoes_reset = false;            ///< what that RST seemed to end goes on
    Settled settles = Settled::Open;      ///< the effect of an earlier RST
    bool established = false;             ///< as Connection has it
    bool early_data = false;              ///< SYN,ACK that acknowledges data of the SYN (RFC 7413)
    uint32_t round_trip_us = 0;           ///< 0: not measured here
    uint32_t answer_us = 0;               ///< 0: not measured here
    Recovery recovery = Recovery::None;   ///< the suspicion ends
    bool suspects = false;                ///< its receiver is suspected to be gone
    bool keeps_backoff = false;           ///< it repeats itself without an answer, as in `backoff`
    Backoff backoff;                      ///< of its sender
    bool settles_challenge = false;       ///< the challenge ACK that was due came, or did not
    uint32_t challenge_ack = 0;           ///< frame that it challenges, 0 if none
    bool deserves_challenge = false;      ///< and its receiver may answer it by a challenge ACK
    bool half_closes = false;             ///< the first FIN of an established connection
    bool acks_first_fin = false;          ///< for the first time
    bool is_half_closed_payload = false;  ///< new payload of the open direction
    Embryonic embryonic;
    /// @}

    /// A RST has ended the connection, as far as this segment does not show the opposite.
    bool ended_by_reset(const Connection& connection) const { return connection.reset && !undoes_reset; }
};

Facts analyse(const Arrival& arrival);
/// An ICMP error about a segment that `from` had sent.
Moves analyse(const IcmpError& error, const Connection& connection, Side from);

/// \name Its parts, in this order
/// @{
void judge_earlier_reset(const Arrival& arrival, Facts& facts);
void compare_numbers(const Arrival& arrival, Facts& facts);
void give_cues(const Arrival& arrival, Facts& facts);
void watch(const Arrival& arrival, Facts& facts);
/// @}

/// \name What `watch` watches where anything is out of the ordinary (survivors.cpp, challenges.cpp)
/// @{
void watch_recovery(const Arrival& arrival, Facts& facts);
void watch_survivor(const Arrival& arrival, Facts& facts);
void watch_challenge(const Arrival& arrival, Facts& facts);
/// @}

/// Repeats closer than this to what was sent before are the rest of a flight that is repeated at once, or one segment
/// seen twice that has no identification: Linux waits at least 200 ms before it repeats again.
inline constexpr int64_t copy_distance = 10 * millisecond;
void count_attempt(Endpoint& end);
/// How the handshake of two ends stands that began `duration` ago.
Embryonic embryonic_of(const Endpoint& a, const Endpoint& b, int64_t duration);

/// Nothing has moved yet.
Moves moves_of(const Connection& connection, Side from);

/// How long a segment may have been on its way when its sender got something that we saw: about a round trip.
int64_t grace(const Connection& connection);

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// One connection: one incarnation of a 4-tuple, as it stands after the segments seen so far. Plain data and questions
/// about it; what changes it is in apply.hpp.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "endpoint.hpp"
#include "history.hpp"
#include "known_servers.hpp"
#include "pool.hpp"
#include "ranges.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// What later frames say about one suspicion of half-open.
struct SuspicionHindsight {
    uint32_t recovered_in = 0;   ///< frame, 0 if never
    uint32_t before = no_index;  ///< the one before on this connection
};

/// What later frames say about one RST.
struct ResetHindsight {
    uint32_t contradicted_in = 0;  ///< frame, 0 if never
    Settled settled = Settled::Open;
    uint32_t before = no_index;  ///< the one before on this connection
};

struct Hindsight {
    RecyclingPool<SuspicionHindsight> suspicions;
    RecyclingPool<ResetHindsight> resets;
};

/// A segment that its receiver answers by a challenge ACK (RFC 5961).
struct ChallengeDue {
    uint32_t frame = 0;  ///< 0: none
    Side sender = Side::A;
    int64_t time = 0;
};

/// What an endpoint repeats without an answer.
struct Backoff {
    int64_t first_send = 0;  ///< no earlier than this
    int64_t latest = 0;      ///< its latest repeat
    int64_t distance = 0;    ///< the longest time between two of them
    Seq number;              ///< where it begins
};

/// What most connections never meet: holes, a RST, a suspicion, data after the first FIN, another incarnation.
struct ColdState {
    std::array<SequenceRanges, 2> beyond_hole;  ///< by side: what was seen of what it sent, beyond sent_edge
    std::array<Backoff, 2> backoff;             ///< by side, with attempts
    int64_t reset_time = 0;                     ///< of the latest RST
    int64_t idle_before_reset = -1;             ///< of what the RST that ended it answered, or of itself; -1: none
    uint64_t half_closed_bytes = 0;             ///< payload of the open direction since the first FIN
    uint32_t half_closed_segments = 0;
    uint32_t half_close_reset_in = 0;           ///< frame of the RST that ended the half-close, 0 if none
    uint32_t suspicions = no_index;             ///< the latest SuspicionHindsight, which names the one before
    uint32_t resets = no_index;                 ///< the latest ResetHindsight, likewise
    uint32_t suspicion = no_index;              ///< its SuspicionHindsight while an endpoint is suspected to be gone
    uint32_t gone_since = 0;                    ///< of the latest suspicion, or of the confirmation
    uint32_t discovered_in = 0;                 ///< frame of the confirmation, 0 if none
    uint32_t new_syn = 0;                       ///< frame of a SYN with other numbers, 0 if none
    uint32_t reset_hindsight = no_index;        ///< of the latest RST
    uint32_t previous = no_index;               ///< the incarnation before this one
    uint32_t next = no_index;                   ///< the one after it
    uint32_t surviving_predecessor = no_index;  ///< the one that was still alive when this one began
    ChallengeDue challenge_due;
    Reset latest_reset;        ///< as it was told
    Seq reset_seq;             ///< of the latest RST
    uint32_t reset_frame = 0;  ///< of the latest RST
    Cause reset_cause = Cause::Unknown;
    Discovery discovered_by = Discovery::None;
    IcmpVerdict icmp = IcmpVerdict::None;
    Side gone = Side::A;                    ///< with a suspicion or a confirmation
    Side new_syn_from = Side::A;            ///< with new_syn
    Side reset_by = Side::A;                ///< with reset_seen
    bool reopened = false;                  ///< figure 9 in the handshake: after it another connection may begin
    bool reset_seen = false;                ///< some RST was seen
    bool latest_reveals_half_open = false;  ///< the latest RST does
    bool reset_open = false;                ///< the latest RST may yet be contradicted
    bool reset_unsettled = false;           ///< the latest RST's effect is unknown
};

/// A segment of no connection, sent to see what comes back, by its flags.
enum class Scan : uint8_t { None, Ack, Fin, Null, Xmas };

struct Connection {
    std::array<Endpoint, 2> ends;  ///< by Side
    int64_t start_time = 0;
    int64_t activity_time = 0;     ///< latest segment that was neither keepalive nor its answer
    int64_t first_fin_time = 0;    ///< with a half-close
    int64_t idle_before_fin = -1;  ///< of the first FIN, -1: none
    std::unique_ptr<ColdState> cold_state;
    History history;
    uint32_t incarnation = 1;      ///< which life of its 4-tuple
    uint32_t round_trip_us = 0;    ///< by the handshake, 0 if unknown
    uint32_t answer_us = 0;        ///< the part of it on the side of the end that answered the SYN, 0 if unknown
    uint32_t fin_acked_after = 0;  ///< milliseconds from the first FIN to its acknowledgment, 0 if there was none
    Snapshot snapshot = initial_snapshot();  ///< after the latest segment
    Side client_side : 1 = Side::A;
    Scan scan : 3 = Scan::None;  ///< what it began with
    bool self_connected : 1 = false;
    bool announced : 1 = false;    ///< the event new-incarnation was told
    bool reset : 1 = false;        ///< a RST ended it
    bool established : 1 = false;  ///< both ends were synchronized, or one in mid-stream
    bool half_closes : 1 = false;  ///< a FIN came when it was established
    bool half_close_data_told : 1 = false;
    bool half_close_long_told : 1 = false;
    bool early_data : 1 = false;         ///< SYN with data that the SYN,ACK acknowledged (RFC 7413)
    bool fast_path_guarded : 1 = false;  ///< what takes the fast path has to be looked at more closely

    Endpoint& of(Side s) { return ends[index_of(s)]; }
    const Endpoint& of(Side s) const { return ends[index_of(s)]; }
    /// On a connection to itself there is one endpoint, in both roles.
    size_t index_of(Side s) const { return self_connected ? 0 : static_cast<size_t>(s); }
    Role role_of(Side s) const { return s == client_side || self_connected ? Role::Client : Role::Server; }
    const Endpoint& client() const { return of(client_side); }
    const Endpoint& server() const { return of(other(client_side)); }

    /// The cold state to read: a blank one if there is none.
    const ColdState& cold() const { return cold_state ? *cold_state : no_cold_state; }
    /// The cold state to write. Throws std::bad_alloc.
    ColdState& make_cold();

    bool suspects() const { return cold_state && cold_state->suspicion != no_index; }
    bool both_fins() const { return ends[0].fin_seen && (self_connected || ends[1].fin_seen); }
    /// A RST whose effect is unknown, and nothing has contradicted it so far.
    bool perhaps_reset() const { return cold_state && cold_state->reset_open && cold_state->reset_unsettled; }
    /// A RST has ended it, or one end of it whether or not the other heard of it.
    bool was_given_up() const { return reset || ends[0].sent_active_reset || ends[1].sent_active_reset; }
    /// Exactly one FIN, the connection was synchronized by then, and no RST has ended it.
    bool half_closed() const { return half_closes && !both_fins() && !was_given_up(); }
    Role reset_by() const { return role_of(cold().reset_by); }
    /// From here to that end and back, in nanoseconds; 0 if unknown.
    int64_t delay(Side side) const;
    Unacked unacked() const { return {client().unacked(), server().unacked()}; }
    Phase phase() const;

    /// \name Incarnations (incarnation.cpp)
    /// @{
    uint32_t previous() const { return cold().previous; }
    uint32_t next() const { return cold().next; }
    uint32_t surviving_predecessor() const { return cold().surviving_predecessor; }
    /// What a segment may belong to instead: the predecessor that survived, if any did, else the previous one.
    uint32_t predecessor() const {
        if (!cold_state) return no_index;
        return cold_state->surviving_predecessor != no_index ? cold_state->surviving_predecessor : cold_state->previous;
    }
    bool over() const;                                           ///< closed or reset: a SYN begins a new incarnation
    bool is_attempt() const;                                     ///< nothing but SYNs of one side so far
    bool is_first_syn(Side from, const Segment& segment) const;  ///< the SYN it began with, or the answering one
    /// A refused SYN that is sent again: Windows does so three times within one connect().
    bool is_same_attempt(Side from, const Segment& segment) const;
    bool is_answer_to_syn(Side from, const Segment& segment) const;
    /// The segment continues what both ends sent and acknowledged so far, so it belongs to no other incarnation.
    bool follows_on(Side from, const Segment& segment) const;
    /// How far the segment's numbers lie from those of this connection; smaller fits better.
    uint64_t distance(Side from, const Segment& segment) const;
    /// @}

    /// \name Hindsight: what the connection came to, as far as seen
    /// @{
    Outcome outcome() const;
    uint32_t first_fin_frame() const;       ///< 0 if none
    uint32_t half_closed_ended_in() const;  ///< frame, 0 if it never ended or never began
    bool half_close_ended_by_reset() const { return cold().half_close_reset_in != 0; }
    int64_t end_time() const;
    int64_t close_idle() const;  ///< how long nothing went on before what ended it; -1: nothing has
    /// @}

private:
    static const ColdState no_cold_state;
};
static_assert(sizeof(Endpoint) <= 128 && sizeof(Connection) <= 384, "a million connections are to fit in memory");

/// Begins an incarnation with the first segment seen of it, which is applied next.
void begin(Connection& connection, const Path& path, Side from, const Segment& first, const KnownServers& servers);

}  // namespace tcpstate

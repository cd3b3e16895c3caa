// SPDX-License-Identifier: GPL-2.0-or-later
/// One connection: one life (incarnation) of a 4-tuple, seen from outside.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "endpoint.hpp"
#include "history.hpp"
#include "preferences.hpp"
#include "segment.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// What later frames say about one suspicion of half-open.
struct SuspicionHindsight {
    uint32_t recovered_in = 0;  ///< frame, 0 if never
};

/// What later frames say about one RST.
struct ResetHindsight {
    uint32_t contradicted_in = 0;  ///< frame, 0 if never
    Settled settled = Settled::Open;
};

struct Hindsight {
    std::vector<SuspicionHindsight> suspicions;
    std::vector<ResetHindsight> resets;
};

/// One segment on its way through a connection.
struct Step {
    const Segment& segment;
    Side from;
    const Preferences& preferences;
    Hindsight& hindsight;
    Verdict& verdict;
};

/// What most connections never meet: a RST, a suspicion, data after the first FIN, another life at their heels.
struct ColdState {
    int64_t reset_time = 0;          ///< of the latest RST
    uint64_t half_closed_bytes = 0;  ///< payload of the open direction since the first FIN
    uint32_t half_closed_segments = 0;
    uint32_t half_close_reset_in = 0;           ///< frame of the RST that ended the half-close, 0 if none
    uint32_t suspicion = no_index;              ///< its SuspicionHindsight while an endpoint is suspected to be gone
    uint32_t gone_since = 0;                    ///< of the latest suspicion, or of the confirmation
    uint32_t discovered_in = 0;                 ///< frame of the confirmation, 0 if none
    uint32_t challenge_due = 0;                 ///< frame of the segment that deserves a challenge ACK, 0 if none
    uint32_t new_syn = 0;                       ///< frame of a SYN with other numbers, 0 if none
    uint32_t reset_index = no_index;            ///< of the latest RST
    uint32_t previous = no_index;               ///< the life before this one
    uint32_t next = no_index;                   ///< the life after it
    uint32_t surviving_predecessor = no_index;  ///< the connection still alive when this one began
    uint32_t incarnation = 1;
    Seq reset_seq;  ///< of the latest RST
    Cause reset_cause = Cause::Unknown;
    ResetKind reset_kind = ResetKind::Unknown;  ///< of the latest RST
    Discovery discovered_by = Discovery::None;
    IcmpVerdict icmp = IcmpVerdict::None;
    Side gone = Side::A;              ///< with a suspicion or a confirmation
    Side challenge_due_to = Side::A;  ///< with challenge_due
    Side new_syn_from = Side::A;      ///< with new_syn
    Side reset_by = Side::A;          ///< with reset_seen
    bool reset_seen = false;          ///< some RST was seen
    bool reset_open = false;          ///< the latest RST may yet be contradicted
    bool reset_unsettled = false;     ///< the latest RST's effect is unknown
};

class Connection {
public:
    /// Begins a life with the first segment seen of it, which `observe` takes in next.
    void begin(uint32_t previous, const Path& path, Side from, const Segment& first);
    /// Begins the first life of its 4-tuple with a SYN of Side::A, alone and without data, to somebody else. Comes to
    /// what `begin` and `observe` would come to, at a tenth of the cost.
    void sprout(const Segment& syn);
    /// Takes in the next segment of this connection.
    void observe(const Step& step);
    /// Does the same for a segment that can mean nothing out of the ordinary, at a fraction of the cost. False, and
    /// nothing is done, when this is none. Only for a connection that is calm.
    bool observe_calmly(const Segment& segment, Side from, Verdict& verdict);
    /// Whether it is calm: open, and with nothing pending. It stays so until something else observes or notes
    /// something.
    bool calm_down();
    /// Takes in an ICMP error about a segment that `quoted_from` had sent.
    void observe(const IcmpError& error, Side quoted_from, Verdict& verdict);

    /// \name What a tracker needs to tell incarnations apart
    /// @{
    bool over() const;                                           ///< closed or reset: a SYN begins a new life
    bool is_attempt() const;                                     ///< nothing but SYNs of one side so far
    bool is_first_syn(Side from, const Segment& segment) const;  ///< the SYN it began with, or the answering one
    bool is_answer_to_syn(Side from, const Segment& segment) const;
    /// How far the segment's numbers lie from those of this connection; smaller fits better.
    uint64_t distance(Side from, const Segment& segment) const;
    /// A SYN of `from` with other numbers was seen: the next ACK may be a challenge, the RST to it a crash's.
    void met_new_syn(Side from, uint32_t frame);
    /// Tells the event new-incarnation, once.
    void announce(const Connection* previous, Verdict& verdict);
    bool announced() const { return announced_; }
    void set_next(uint32_t index) { make_cold().next = index; }
    /// @}

    /// \name Hindsight: what the connection came to, as far as seen
    /// @{
    uint32_t previous() const { return cold().previous; }
    uint32_t next() const { return cold().next; }
    uint32_t surviving_predecessor() const { return cold().surviving_predecessor; }
    void set_surviving_predecessor(uint32_t index) { make_cold().surviving_predecessor = index; }
    uint32_t incarnation() const { return cold().incarnation; }
    void set_incarnation(uint32_t n) { make_cold().incarnation = n; }
    Outcome outcome() const;
    const History& history() const { return history_; }
    uint32_t half_open_since() const { return cold().gone_since; }
    uint32_t half_open_discovered_in() const { return cold().discovered_in; }
    uint32_t first_fin_frame() const;
    int64_t first_fin_time() const { return first_fin_time_; }
    uint32_t half_closed_ended_in() const;  ///< frame, 0 if it never ended or never began
    bool half_close_ended_by_reset() const { return cold().half_close_reset_in != 0; }
    /// @}

    const Endpoint& client() const { return of(client_side_); }
    const Endpoint& server() const { return of(other(client_side_)); }
    bool roles_guessed() const { return snapshot_.guessed; }
    int64_t start_time() const { return start_time_; }
    int64_t end_time() const;
    Cause reset_cause() const { return cold().reset_cause; }  ///< of the RST that ended it, with `was_reset`
    Role reset_by() const { return role_of(cold().reset_by); }
    bool was_reset() const { return reset_; }
    /// A RST whose effect is unknown, and nothing has contradicted it so far.
    bool perhaps_reset() const { return cold_ && cold_->reset_open && cold_->reset_unsettled; }
    bool was_established() const { return established_; }
    Phase phase() const;

private:
    friend class ResetCase;
    friend class Observation;

    Endpoint& of(Side s) { return self_connected_ || s == Side::A ? ends_[0] : ends_[1]; }
    const Endpoint& of(Side s) const { return self_connected_ || s == Side::A ? ends_[0] : ends_[1]; }
    Role role_of(Side s) const { return s == client_side_ || self_connected_ ? Role::Client : Role::Server; }
    const ColdState& cold() const { return cold_ ? *cold_ : no_cold_state; }
    ColdState& make_cold();  ///< the cold, to note one
    bool suspects() const { return cold_ && cold_->suspicion != no_index; }
    bool both_fins() const { return ends_[0].fin_seen && (self_connected_ || ends_[1].fin_seen); }
    /// A RST has ended it, or one end of it whether or not the other heard of it.
    bool was_given_up() const { return reset_ || ends_[0].sent_active_reset || ends_[1].sent_active_reset; }
    /// Exactly one FIN, the connection was synchronized by then, and no RST has ended it.
    bool half_closed() const { return half_closes_ && !both_fins() && !was_given_up(); }
    /// The side that should answer the SYN,ACK has already done so.
    bool answered_syn_ack(Side side) const;
    /// The ACK that completed the handshake may still be on its way.
    bool handshake_is_fresh(int64_t now) const;
    void end_by_reset(Side by, uint32_t frame);
    void undo_reset();
    Unacked unacked() const;
    void tell_half_open(HalfOpenKind kind, int64_t now, Verdict& verdict) const;
    void fix_roles(Side from, const Segment& segment);
    [[gnu::always_inline]] inline void fill(Verdict& verdict, int64_t now);

    static const ColdState no_cold_state;

    std::array<Endpoint, 2> ends_;  // by Side
    int64_t start_time_ = 0;
    int64_t activity_time_ = 0;  // latest segment that was neither keepalive nor its answer
    int64_t first_fin_time_ = 0;
    std::unique_ptr<ColdState> cold_;
    History history_;
    uint32_t round_trip_us_ = 0;              // by the handshake, 0 if unknown
    Snapshot snapshot_ = initial_snapshot();  // after the latest segment
    Side client_side_ : 1 = Side::A;
    bool self_connected_ : 1 = false;
    bool announced_ : 1 = false;    // new-incarnation was told
    bool reset_ : 1 = false;        // a RST ended it
    bool established_ : 1 = false;  // both ends were synchronized, or one mid-stream
    bool half_closes_ : 1 = false;  // a FIN came when it was established
    bool half_close_data_told_ : 1 = false;
    bool half_close_long_told_ : 1 = false;
    bool early_data_ : 1 = false;  // SYN with data that the SYN,ACK acknowledged (RFC 7413)
};
static_assert(sizeof(Endpoint) <= 96 && sizeof(Connection) <= 256, "a million connections are to fit in memory");

}  // namespace tcpstate

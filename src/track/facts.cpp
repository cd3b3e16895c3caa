// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts.hpp"

namespace tcpstate {

Moves moves_of(const Connection& connection, Side from) {
    return {connection.of(from), connection.of(other(from)), connection.role_of(from)};
}

Facts::Facts(const Arrival& arrival)
    : Moves(arrival.sender, arrival.receiver, arrival.connection.role_of(arrival.from)), idle(arrival.idle()) {
    const Connection& c = arrival.connection;
    const Segment& segment = arrival.segment;
    settles_roles = c.snapshot.guessed && segment.any(flag::Syn) && !segment.any(flag::Rst);
    if (!settles_roles) return;
    Role const role = segment.any(flag::Ack) ? Role::Server : Role::Client;
    exchanges_roles = !c.self_connected && role != sender_role;
    if (exchanges_roles) sender_role = role;
}

int64_t grace(const Connection& connection) {
    if (connection.round_trip_us == 0) return second;
    return 2000 * static_cast<int64_t>(connection.round_trip_us) + 20 * millisecond;
}

Facts analyse(const Arrival& arrival) {
    Facts facts(arrival);
    if (arrival.connection.cold_state) judge_earlier_reset(arrival, facts);
    compare_numbers(arrival, facts);
    give_cues(arrival, facts);
    watch(arrival, facts);
    return facts;
}

/// RFC 1122 4.2.3.9: unreachable ends an attempt to connect, and nothing else.
Moves analyse(const IcmpError& error, const Connection& connection, Side from) {
    Moves moves = moves_of(connection, from);
    bool const is_hard = error.verdict == IcmpVerdict::Unreachable || error.verdict == IcmpVerdict::PortUnreachable ||
                         error.verdict == IcmpVerdict::Prohibited;
    Endpoint& sender = moves.sender();
    bool const quotes_syn = sender.syn_seen && error.seq == sender.iss && !moves.receiver().heard;
    if (is_hard && quotes_syn) moves.move(sender, Cue::GotIcmpError, Standing::Presumed);
    return moves;
}

/// A RST that was taken for good is contradicted when its victim, or its supposed sender, goes on. What was on its way
/// when the RST passed is no contradiction.
void judge_earlier_reset(const Arrival& arrival, Facts& facts) {
    const Connection& c = arrival.connection;
    const ColdState& past = *c.cold_state;
    const Segment& segment = arrival.segment;
    facts.tries_again = c.is_same_attempt(arrival.from, segment);
    if (facts.tries_again) {  // the refusal was right, and the attempt goes on all the same
        facts.undoes_reset = true;
        return;
    }
    Endpoint& sender = facts.sender();
    const Endpoint& receiver = facts.receiver();
    bool const by_victim = arrival.from != past.reset_by || c.self_connected;
    bool const sender_is_back =
        past.reset_hindsight != no_index && !by_victim && sender.state == State::Closed && !c.both_fins();
    if (!past.reset_open && !sender_is_back) return;
    bool const late = elapsed(past.reset_time, segment.time) > grace(c);
    if (!late && (by_victim || segment.seq < past.reset_seq)) return;
    facts.contradicts_reset = true;
    if (by_victim) {
        bool const other_life = segment.any(flag::Syn) && sender.syn_seen && segment.seq != sender.iss;
        facts.settles = other_life ? Settled::Accepted : Settled::Rejected;
        facts.undoes_reset = true;
    }
    if (!by_victim || c.self_connected) sender.sent_active_reset = false;
    if (sender.state != State::Closed) return;
    // back to where its own segments had brought it
    facts.move(sender, Cue::WentOn, Standing::Observed);
    if (sender.acks_fin_of(receiver)) facts.move(sender, Cue::SentAckOfFin, Standing::Observed);
    if (sender.fin_seen) facts.move(sender, Cue::SentFin, Standing::Observed);
    bool const fin_acked = sender.fin_seen && sender.peer_acked && sender.snd_una > sender.fin;
    if (fin_acked) facts.move(sender, Cue::GotAckOfFin, Standing::Presumed);
}

}  // namespace tcpstate

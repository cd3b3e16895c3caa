// SPDX-License-Identifier: GPL-2.0-or-later
/// What tells one life of a 4-tuple from another.
#include "connection.hpp"
#include "events.hpp"

namespace tcpstate {

namespace {
/// Where one side was never heard nothing can be compared: worse than the very next numbers, better than any others.
/// Successive lives may begin near each other: Linux adds 65537 in TIME-WAIT, else some 16 million a second.
constexpr uint64_t incomparable = 1U << 14;

/// Windows sends a refused SYN again after half a second, BSD never. An initial number is not chosen again so soon.
constexpr int64_t longest_connect = 10 * second;

uint64_t apart(Seq a, Seq b) {
    int64_t const difference = a - b;
    return static_cast<uint64_t>(difference < 0 ? -difference : difference);
}
}  // namespace

bool Connection::over() const { return reset || perhaps_reset() || both_fins(); }

bool Connection::is_attempt() const { return !established && !(ends[0].heard && ends[1].heard) && !snapshot.guessed; }

bool Connection::is_first_syn(Side from, const Segment& segment) const {
    const Endpoint& sender = of(from);
    const Endpoint& target = of(other(from));
    if (sender.syn_seen) return sender.iss == segment.seq;
    if (sender.heard || !target.heard) return false;
    if (target.state == State::SynSent) return true;                             // SYNs that cross
    return target.syn_seen && target.acks && target.rcv_nxt() == segment.end();  // its answer was captured first
}

bool Connection::is_same_attempt(Side from, const Segment& segment) const {
    const Endpoint& sender = of(from);
    bool const refused = reset && cold().reset_cause == Cause::Refused && cold().reset_by != from;
    bool const syn = segment.any(flag::Syn) && !segment.any(flag::Ack | flag::Rst);
    bool const same = sender.syn_seen && segment.seq == sender.iss;
    return refused && syn && same && elapsed(cold().reset_time, segment.time) <= longest_connect;
}

bool Connection::is_answer_to_syn(Side from, const Segment& segment) const {
    const Endpoint& asking = of(other(from));
    return asking.state == State::SynSent && segment.ack > asking.iss && segment.ack <= asking.snd_nxt;
}

uint64_t Connection::distance(Side from, const Segment& segment) const {
    const Endpoint& sender = of(from);
    const Endpoint& target = of(other(from));
    bool const reply_without_number = segment.has(flag::Rst | flag::Ack) && segment.seq == Seq{0};
    uint64_t sum = 0;
    if (!reply_without_number) sum += sender.heard ? apart(segment.seq, sender.snd_nxt) : incomparable;
    if (segment.any(flag::Ack)) sum += target.heard ? apart(segment.ack, target.snd_nxt) : incomparable;
    return sum;
}

bool Connection::follows_on(Side from, const Segment& segment) const {
    const Endpoint& sender = of(from);
    const Endpoint& target = of(other(from));
    bool const in_order = established && sender.heard && sender.acks && segment.seq == sender.snd_nxt;
    return in_order && segment.has(flag::Ack) && segment.ack >= sender.rcv_nxt() && segment.ack <= target.snd_nxt;
}

Outcome Connection::outcome() const {
    if (cold().discovered_in != 0 && !(cold().reopened && established)) return Outcome::Crashed;
    if (scan != Scan::None && !(ends[0].heard && ends[1].heard)) return Outcome::Probe;
    bool const ended_by_reset = reset || perhaps_reset();
    if (ended_by_reset && cold().reset_cause == Cause::Refused) return Outcome::Refused;
    bool const timed_out =
        cold().reset_cause == Cause::KeepaliveTimeout || cold().reset_cause == Cause::RetransmissionTimeout;
    if (ended_by_reset && timed_out) return Outcome::TimedOut;
    if (ended_by_reset && cold().reset_cause == Cause::Middlebox) return Outcome::Forgotten;
    if (ended_by_reset && cold().reset_cause == Cause::Unsolicited) return Outcome::Unknown;
    if (ended_by_reset) return Outcome::Aborted;
    if (suspects()) return Outcome::HalfOpen;
    if (both_fins()) return Outcome::Closed;
    if (established && (client().fin_seen || server().fin_seen))
        return half_closes ? Outcome::HalfClosed : Outcome::Unknown;  // the other direction is not captured
    if (client().state == State::SynReceived || server().state == State::SynReceived) return Outcome::Embryonic;
    if (established) return Outcome::Open;
    if (cold().icmp == IcmpVerdict::PortUnreachable && client().state == State::Closed) return Outcome::Refused;
    bool const syn_only = client().syn_seen && !server().heard;
    return syn_only ? Outcome::Unanswered : Outcome::Unknown;
}

}  // namespace tcpstate

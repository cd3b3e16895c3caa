// SPDX-License-Identifier: GPL-2.0-or-later
/// What tells one life of a 4-tuple from another.
#include "connection.hpp"
#include "events.hpp"

namespace tcpstate {

namespace {
/// Where one side was never heard nothing can be compared: worse than the very next numbers, better than any others.
/// Successive lives may begin near each other: Linux adds 65537 in TIME-WAIT, else some 16 million a second.
constexpr uint64_t incomparable = 1U << 14;

uint64_t apart(Seq a, Seq b) {
    int64_t const difference = a - b;
    return static_cast<uint64_t>(difference < 0 ? -difference : difference);
}
}  // namespace

bool Connection::over() const { return reset_ || perhaps_reset() || both_fins(); }

bool Connection::is_attempt() const {
    return !established_ && !(ends_[0].heard && ends_[1].heard) && !snapshot_.guessed;
}

bool Connection::is_first_syn(Side from, const Segment& segment) const {
    const Endpoint& sender = of(from);
    const Endpoint& target = of(other(from));
    if (sender.syn_seen) return sender.iss == segment.seq;
    if (sender.heard || !target.heard) return false;
    if (target.state == State::SynSent) return true;                       // SYNs that cross
    return target.syn_seen && target.acks && target.ack == segment.end();  // its answer was captured first
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

void Connection::met_new_syn(Side from, uint32_t frame) {
    make_cold().new_syn = frame;
    make_cold().new_syn_from = from;
    make_cold().challenge_due = frame;  // RFC 5961 4: a SYN on a synchronized connection is challenged
    make_cold().challenge_due_to = from;
}

void Connection::announce(const Connection* previous, Verdict& verdict) {
    if (announced_) return;
    announced_ = true;
    verdict.events |= bit(Event::NewIncarnation);
    if (surviving_predecessor() != no_index) {  // the repeated SYN was answered, on the connection before
        verdict.events &= ~bit(Event::SynUnanswered);
        verdict.embryonic = {};
        of(client_side_).attempts = 0;
    }
    verdict.annotations.previous = previous->outcome();
}

Outcome Connection::outcome() const {
    if (cold().discovered_in != 0) return Outcome::Crashed;
    bool const reset = reset_ || perhaps_reset();
    if (reset && cold().reset_cause == Cause::Refused) return Outcome::Refused;
    if (reset && cold().reset_cause == Cause::KeepaliveTimeout) return Outcome::TimedOut;
    if (reset && cold().reset_cause == Cause::Unsolicited) return Outcome::Unknown;
    if (reset) return Outcome::Aborted;
    if (suspects()) return Outcome::HalfOpen;
    if (both_fins()) return Outcome::Closed;
    if (established_ && (client().fin_seen || server().fin_seen)) return Outcome::HalfClosed;
    if (client().state == State::SynReceived || server().state == State::SynReceived) return Outcome::Embryonic;
    if (established_) return Outcome::Open;
    if (cold().icmp == IcmpVerdict::PortUnreachable && client().state == State::Closed) return Outcome::Refused;
    bool const syn_only = client().syn_seen && !server().heard;
    return syn_only ? Outcome::Unanswered : Outcome::Unknown;
}

}  // namespace tcpstate

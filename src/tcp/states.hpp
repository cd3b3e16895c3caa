// SPDX-License-Identifier: GPL-2.0-or-later
/// The states of an endpoint and the rules that move it. The table below is the whole state machine.
#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace tcpstate {

/// RFC 9293 3.3.2, and Unknown: nothing heard yet.
enum class State : uint8_t {
    Unknown,
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
    Count
};

/// What a segment means to one endpoint. Sent...: it sent this, so the new state is observed. Got...: it was sent
/// this, so the new state is presumed until a later segment of its own confirms it. The others take back a
/// presumption that turned out wrong.
enum class Cue : uint8_t {
    SentSyn,
    SentSynAck,
    SentSegment,   ///< anything that only a synchronized endpoint sends
    SentAckOfFin,  ///< its acknowledgment covers the peer's FIN
    SentFin,
    SentCrossingFin,  ///< its FIN does not acknowledge the peer's, which was already on its way
    SentRst,
    GotSyn,
    GotSynAck,
    GotAckOfSyn,
    GotAckOfFin,
    GotFin,
    GotRst,
    GotRstAsListener,  ///< the endpoint came from LISTEN
    GotIcmpError,      ///< an ICMP error that ends a connection attempt
    LostFin,       ///< the peer's FIN did not arrive: it repeats what came before, or this one does not acknowledge it
    LostAckOfFin,  ///< it repeats its FIN: the acknowledgment did not arrive
    WentOn,        ///< it goes on after a RST that should have ended it
    Count
};

/// One row of the state machine: in `from`, `cue` moves the endpoint to `to`, for the reason `why`.
struct Rule {
    State from;
    Cue cue;
    State to;
    const char* why;
};

// clang-format off
inline constexpr Rule rules[] = {
    // opening
    {State::Unknown,     Cue::SentSyn,     State::SynSent,     "RFC 9293 3.10.1: an active OPEN sends SYN"},
    {State::Closed,      Cue::SentSyn,     State::SynSent,     "RFC 9293 3.8.1: SYN repeated, the attempt goes on"},
    {State::Established, Cue::SentSyn,     State::SynSent,     "RFC 9293 3.8.1: SYN repeated, the SYN,ACK was lost"},
    {State::Unknown,     Cue::SentSynAck,  State::SynReceived, "RFC 9293 3.10.7.2: a listener answers SYN with SYN,ACK"},
    {State::SynSent,     Cue::SentSynAck,  State::SynReceived, "RFC 9293 3.10.7.3: SYN met SYN (figure 7)"},
    {State::Established, Cue::SentSynAck,  State::SynReceived, "RFC 9293 3.8.1: SYN,ACK repeated, the handshake's ACK was lost or not accepted"},
    {State::Closed,      Cue::SentSynAck,  State::SynReceived, "RFC 9293 3.10.7.2: a listener has come up and answers SYN with SYN,ACK"},
    {State::Listen,      Cue::SentSynAck,  State::SynReceived, "RFC 9293 3.8.1: SYN,ACK repeated, the RST did not end the handshake"},
    {State::SynSent,     Cue::GotSyn,      State::SynReceived, "RFC 9293 3.10.7.3: SYN met SYN (figure 7)"},
    {State::SynSent,     Cue::GotSynAck,   State::Established, "RFC 9293 3.10.7.3: our SYN is acknowledged by SYN,ACK"},
    {State::SynReceived, Cue::GotAckOfSyn, State::Established, "RFC 9293 3.10.7.4: our SYN is acknowledged"},
    {State::Unknown,     Cue::SentSegment, State::Established, "picked up mid-stream: it sends within a connection"},
    {State::SynSent,     Cue::SentSegment, State::Established, "RFC 9293 3.10.7.3: it acknowledges, so the SYN,ACK arrived"},
    {State::SynReceived, Cue::SentSegment, State::Established, "RFC 9293 3.10.7.4: it sends on, so the handshake's ACK arrived"},
    {State::SynSent,     Cue::GotIcmpError, State::Closed,     "RFC 1122 4.2.3.9: an ICMP error ends the attempt"},
    // closing
    {State::SynReceived, Cue::SentFin,      State::FinWait1,   "RFC 9293 3.10.4: CLOSE sends FIN"},
    {State::Established, Cue::SentFin,      State::FinWait1,   "RFC 9293 3.10.4: CLOSE sends FIN"},
    {State::CloseWait,   Cue::SentFin,      State::LastAck,    "RFC 9293 3.10.4: CLOSE after the peer's FIN"},
    {State::CloseWait,   Cue::SentCrossingFin, State::Closing, "RFC 9293 3.6: both closed at once (figure 13)"},
    {State::SynReceived, Cue::GotFin,       State::CloseWait,  "RFC 9293 3.10.7.4: the peer's FIN"},
    {State::Established, Cue::GotFin,       State::CloseWait,  "RFC 9293 3.10.7.4: the peer's FIN"},
    {State::FinWait1,    Cue::GotFin,       State::Closing,    "RFC 9293 3.10.7.4: the peer's FIN before the ACK of ours (figure 13)"},
    {State::FinWait2,    Cue::GotFin,       State::TimeWait,   "RFC 9293 3.10.7.4: the peer's FIN"},
    {State::Established, Cue::SentAckOfFin, State::CloseWait,  "RFC 9293 3.10.7.4: it acknowledges the peer's FIN"},
    {State::FinWait1,    Cue::SentAckOfFin, State::Closing,    "RFC 9293 3.10.7.4: it acknowledges the peer's FIN before the ACK of its own"},
    {State::FinWait2,    Cue::SentAckOfFin, State::TimeWait,   "RFC 9293 3.10.7.4: it acknowledges the peer's FIN"},
    {State::FinWait1,    Cue::GotAckOfFin,  State::FinWait2,   "RFC 9293 3.10.7.4: our FIN is acknowledged"},
    {State::Closing,     Cue::GotAckOfFin,  State::TimeWait,   "RFC 9293 3.10.7.4: our FIN is acknowledged"},
    {State::LastAck,     Cue::GotAckOfFin,  State::Closed,     "RFC 9293 3.10.7.4: our FIN is acknowledged"},
    // reset
    {State::Unknown,     Cue::SentRst, State::Closed, "RFC 9293 3.10.7.1: it sends RST, it has no connection"},
    {State::SynSent,     Cue::SentRst, State::Closed, "RFC 9293 3.10.5: ABORT"},
    {State::SynReceived, Cue::SentRst, State::Closed, "RFC 9293 3.10.5: ABORT sends RST"},
    {State::Established, Cue::SentRst, State::Closed, "RFC 9293 3.5.3: it sends RST, its side is gone"},
    {State::FinWait1,    Cue::SentRst, State::Closed, "RFC 9293 3.5.3: it sends RST, its side is gone"},
    {State::FinWait2,    Cue::SentRst, State::Closed, "RFC 9293 3.5.3: it sends RST, its side is gone"},
    {State::CloseWait,   Cue::SentRst, State::Closed, "RFC 9293 3.5.3: it sends RST, its side is gone"},
    {State::Closing,     Cue::SentRst, State::Closed, "RFC 9293 3.5.3: it sends RST, its side is gone"},
    {State::LastAck,     Cue::SentRst, State::Closed, "RFC 9293 3.5.3: it sends RST, its side is gone"},
    {State::TimeWait,    Cue::SentRst, State::Closed, "RFC 9293 3.5.3: it sends RST, its side is gone"},
    {State::SynSent,     Cue::GotRst, State::Closed, "RFC 9293 3.10.7.3: a RST that acknowledges our SYN"},
    {State::SynReceived, Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST after an active OPEN"},
    {State::SynReceived, Cue::GotRstAsListener, State::Listen, "RFC 9293 3.10.7.4: an acceptable RST after a passive OPEN (figure 8)"},
    {State::Established, Cue::GotRstAsListener, State::Listen, "RFC 9293 figure 9: an acceptable RST, and its listener is there for the next SYN"},
    {State::Established, Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST"},
    {State::FinWait1,    Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST"},
    {State::FinWait2,    Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST"},
    {State::CloseWait,   Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST"},
    {State::Closing,     Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST"},
    {State::LastAck,     Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST"},
    {State::TimeWait,    Cue::GotRst, State::Closed, "RFC 9293 3.10.7.4: an acceptable RST (RFC 1337: TIME-WAIT assassination)"},
    // presumptions taken back
    {State::CloseWait,   Cue::LostFin,      State::Established, "RFC 9293 3.8.1: the FIN was lost, data before it repeated or the FIN not acknowledged"},
    {State::Closing,     Cue::LostFin,      State::FinWait1,    "RFC 9293 3.8.1: the FIN was lost, data before it repeated or the FIN not acknowledged"},
    {State::TimeWait,    Cue::LostFin,      State::FinWait2,    "RFC 9293 3.8.1: the FIN was lost, data before it repeated or the FIN not acknowledged"},
    {State::FinWait2,    Cue::LostAckOfFin, State::FinWait1,    "RFC 9293 3.8.1: FIN repeated, its acknowledgment was lost"},
    {State::TimeWait,    Cue::LostAckOfFin, State::Closing,     "RFC 9293 3.8.1: FIN repeated, its acknowledgment was lost"},
    {State::Closed,      Cue::LostAckOfFin, State::LastAck,     "RFC 9293 3.8.1: FIN repeated, its acknowledgment was lost"},
    {State::Closed,      Cue::WentOn,       State::Established, "RFC 5961 3: it goes on, so the RST was lost or not accepted"},
};
// clang-format on

inline constexpr uint8_t no_rule = 0xff;
inline constexpr uint8_t rule_count = sizeof rules / sizeof rules[0];
static_assert(rule_count < 128, "a record keeps a rule in seven bits");

using Transitions = std::array<std::array<uint8_t, static_cast<size_t>(Cue::Count)>, static_cast<size_t>(State::Count)>;

/// The rules, indexed by state and cue. Two rows for one pair do not compile.
constexpr Transitions index_rules() {
    Transitions index{};
    for (auto& row : index) row.fill(no_rule);
    for (uint8_t i = 0; i < rule_count; ++i) {
        auto& cell = index[static_cast<size_t>(rules[i].from)][static_cast<size_t>(rules[i].cue)];
        if (cell != no_rule) throw "two rules for one state and cue";
        cell = i;
    }
    return index;
}
inline constexpr Transitions transitions = index_rules();

/// The rule that moves an endpoint in `from` at `cue`, or no_rule when it stays.
constexpr uint8_t rule_for(State from, Cue cue) {
    return transitions[static_cast<size_t>(from)][static_cast<size_t>(cue)];
}

const char* name(State state);
const char* name(Cue cue);

/// Connected in the sense of RFC 9293 3.3.2: both sequence numbers are known to it.
constexpr bool synchronized(State s) { return s >= State::Established; }

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// The table of causes. The order of the rows is the order of the decision.
#include <array>

#include "resets.hpp"

namespace tcpstate {

namespace {

using E = const Evidence&;
constexpr auto reply = ResetKind::Reply;
constexpr auto active = ResetKind::Active;

constexpr std::array table{
    CauseRow{Cause::Foreign, "foreign",
        [](E e) { return e.known && (e.ttl_foreign || ((e.overtaken || e.rising) && e.kind == ResetKind::Unknown)); },
        Confidence::Likely, Event::RstSuspicious,
        "A host's own RST continues its numbers and keeps its TTL (Weaver, Sommer, Paxson, NDSS 2009)",
        "a route that changed"},
    CauseRow{Cause::Unsolicited, "unsolicited",
        [](E e) { return !e.known; },
        Confidence::Certain, Event::RstUnsolicited,
        "Nothing else of this connection is in the capture before it, so that its cause cannot be seen", ""},
    CauseRow{Cause::AfterClose, "after-close",
        [](E e) { return e.over; },
        Confidence::Certain, Event::RstAfterClose,
        "The connection was over: a segment to a connection that no longer exists is answered by RST (RFC 9293 3.10.7.1)",
        ""},
    CauseRow{Cause::Refused, "refused",
        [](E e) { return e.kind == reply && e.answers_syn; },
        Confidence::Certain, Event::RstRefused,
        "Nobody listens on that port: a SYN to a closed port is answered by RST,ACK with number 0 (RFC 9293 3.10.7.1)",
        "a firewall that rejects with RST"},
    CauseRow{Cause::HandshakeAbort, "handshake-abort",
        [](E e) { return e.kind == reply && e.answers_syn_ack; },
        Confidence::Certain, Event::RstHandshakeAbort,
        "The SYN,ACK met an endpoint that does not want it (RFC 9293 3.10.7.3, figures 8 and 11)",
        "a SYN scan, a connect that was given up, a spoofed source, an old duplicate SYN"},
    CauseRow{Cause::HandshakeRejected, "handshake-rejected",
        [](E e) { return e.kind == reply && e.answers_handshake && !e.sender_fin; },
        Confidence::Likely, Event::RstHandshakeRejected,
        "The endpoint that had answered the SYN refuses the end of the handshake (RFC 9293 3.10.7.4)",
        "a full accept queue, an acknowledgment that it cannot accept, a listener that went away"},
    CauseRow{Cause::CrashReconnect, "crash-reconnect",
        [](E e) { return e.kind == reply && e.reconnects && e.synchronized; },
        Confidence::Certain, Event::RstAfterCrash,
        "It had sent a SYN with other numbers: it has lost its memory of this connection, and answers the old "
        "acknowledgment with RST (RFC 9293 3.5.1, figure 9)",
        "a host that reuses the port after a silent close"},
    CauseRow{Cause::KeepaliveTimeout, "keepalive-timeout",
        [](E e) { return e.kind == active && e.probed_in_vain; },
        Confidence::Likely, Event::RstKeepaliveTimeout,
        "Its keepalive probes went unanswered and it gave up (RFC 9293 3.8.4)",
        "an abort by the application at that moment"},
    CauseRow{Cause::DataAfterClose, "data-after-close",
        [](E e) { return e.kind == reply && e.sender_fin; },
        Confidence::Certain, Event::RstDataAfterClose,
        "It had closed its side, nobody can read what arrives, and it says so with RST (RFC 9293 3.6.1, RFC 1122 4.2.2.13)",
        "a process that ended, shutdown of both directions, a half-closed side that timed out"},
    CauseRow{Cause::Crash, "crash",
        [](E e) { return e.kind == reply && e.synchronized && !e.sender_fin && e.sender_fully_seen; },
        Confidence::Likely, Event::RstAfterCrash,
        "It had neither closed nor reset this connection and no longer knows it (RFC 9293 3.5.1, figure 10)",
        "a crash, a reboot, a closed socket whose FIN was lost, a middlebox that forgot the connection"},
    CauseRow{Cause::Abort, "abort",
        [](E e) { return e.kind == active && (e.synchronized || e.known); },
        Confidence::Certain, Event::RstAbort,
        "It ended a live connection itself: its numbers continue what it had sent (RFC 9293 3.10.5)",
        "SO_LINGER 0, close with unread data, disconnect, a process killed with unread data, a listener closed before accept"},
    CauseRow{Cause::Unknown, "unknown",
        [](E) { return true; },
        Confidence::Possible, Event::Count,
        "Its numbers fit neither an answer to what was seen nor an abort", ""},
};

constexpr bool in_order() {
    for (size_t i = 0; i < table.size(); ++i)
        if (table[i].id != static_cast<Cause>(i)) return false;
    return table.size() == static_cast<size_t>(Cause::Count);
}
static_assert(in_order(), "one row for each cause, in the order of the enumeration");

}  // namespace

std::span<const CauseRow> causes() { return table; }
const CauseRow& row(Cause cause) { return table[static_cast<size_t>(cause)]; }

}  // namespace tcpstate

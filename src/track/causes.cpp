// SPDX-License-Identifier: GPL-2.0-or-later
/// The table of causes. The order of the rows is the order of the decision.
#include <array>

#include "resets.hpp"

namespace tcpstate {

namespace {

using E = const Evidence&;
constexpr auto reply = ResetKind::Reply;
constexpr auto active = ResetKind::Active;

// clang-format off
constexpr std::array table{
    CauseRow{Cause::Foreign,
        [](E e) {
            // a NAT may stand anywhere on the path; that it forgot after a long pause needs no forger
            bool const far = e.distance == Distance::Far && !(e.forgot() && e.long_idle);
            return e.known && (far || e.mirrored || e.salvo);
        },
        Confidence::Likely, Event::RstSuspicious,
        "a host's own RST keeps its numbers and its TTL (Weaver et al., NDSS 2009)",
        "route change"},
    CauseRow{Cause::Unsolicited,
        [](E e) { return !e.known; },
        Confidence::Certain, Event::RstUnsolicited,
        "the capture shows nothing of this connection before it, so its cause cannot be seen", ""},
    CauseRow{Cause::AfterClose,
        [](E e) { return e.over; },
        Confidence::Certain, Event::RstAfterClose,
        "the connection was over: a segment for one that no longer exists is answered by RST (RFC 9293 3.10.7.1)",
        ""},
    CauseRow{Cause::Refused,
        [](E e) { return e.kind == reply && e.answers_syn; },
        Confidence::Certain, Event::RstRefused,
        "nothing listens on that port (RFC 9293 3.10.7.1)",
        "a firewall that rejects with RST"},
    CauseRow{Cause::HandshakeAbort,
        [](E e) {
            return (e.kind == reply && e.answers_syn_ack && !e.forgot_in_syn_sent) || e.withdraws_syn ||
                   (e.kind == active && e.into_syn_received);
        },
        Confidence::Certain, Event::RstHandshakeAbort,
        "it does not accept the SYN,ACK (RFC 9293 3.10.7.3, figures 8 and 11)",
        "SYN scan, connect given up, spoofed source, old duplicate SYN"},
    CauseRow{Cause::HandshakeRejected,
        [](E e) { return e.kind == reply && e.answers_handshake && !e.sender_fin; },
        Confidence::Likely, Event::RstHandshakeRejected,
        "it had answered the SYN and rejects the ACK of its SYN,ACK (RFC 9293 3.10.7.4)",
        "unacceptable ACK", "accept queue full, listener gone"},
    CauseRow{Cause::CrashReconnect,
        [](E e) {
            bool const seen = e.reconnects && e.synchronized && !e.sender_fin && e.fully_seen;
            return e.kind == reply && (seen || e.forgot_in_syn_sent);
        },
        Confidence::Certain, Event::RstAfterCrash,
        "its new SYN shows that it has lost its memory of this connection (RFC 9293 3.5.1, figure 9)",
        "a host that reuses the port after a silent close"},
    CauseRow{Cause::KeepaliveTimeout,
        [](E e) { return e.kind == active && e.probed_in_vain; },
        Confidence::Likely, Event::RstKeepaliveTimeout,
        "its keepalive probes went unanswered and it gave up (RFC 9293 3.8.4)",
        ""},
    CauseRow{Cause::RetransmissionTimeout,
        [](E e) { return e.kind == active && e.repeated_in_vain; },
        Confidence::Likely, Event::RstRetransmissionTimeout,
        "what it had repeated went unanswered and it gave up (RFC 9293 3.8.3)",
        ""},
    CauseRow{Cause::DataAfterClose,
        [](E e) { return (e.kind == reply && e.sender_fin) || (e.kind == active && e.unread_after_fin); },
        Confidence::Certain, Event::RstDataAfterClose,
        "it had closed and can no longer receive data (RFC 9293 3.6.1)",
        "process ended, shutdown both ways, half-close timed out"},
    CauseRow{Cause::Middlebox,
        [](E e) { return e.forgot() && e.distance != Distance::Same; },
        Confidence::Likely, Event::RstMiddlebox,
        "a middlebox no longer knows the connection (RFC 9293 3.10.7.1)",
        "load balancer, firewall, NAT, route change"},
    CauseRow{Cause::Crash,
        [](E e) { return e.forgot(); },
        Confidence::Likely, Event::RstAfterCrash,
        "it had neither closed nor reset this connection (RFC 9293 3.5.1, figure 10)",
        "reboot, close whose FIN was lost, middlebox that forgot"},
    CauseRow{Cause::Abort,
        [](E e) {
            bool const destroyed = e.kind == reply && e.synchronized && e.within_sent && !e.sender_fin && !e.forgot();
            return (e.kind == active && (e.synchronized || e.known)) || destroyed;
        },
        Confidence::Certain, Event::RstAbort,
        "it ended a live connection itself (RFC 9293 3.10.5)",
        "SO_LINGER 0, closed with unread data, disconnect", "listener closed"},
    CauseRow{Cause::Unknown,
        [](E) { return true; },
        Confidence::Possible, Event::Count,
        "its sequence number fits neither a reply to a segment that was seen nor an abort", ""},
};
// clang-format on

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

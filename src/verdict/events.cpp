// SPDX-License-Identifier: GPL-2.0-or-later
#include "events.hpp"

#include <array>

namespace tcpstate {

namespace {

// clang-format off
constexpr std::array table{
    EventRow{Event::SynUnanswered, "syn-unanswered", Severity::Note,
             "SYN repeated, nothing came back", "RFC 9293 3.8.1"},
    EventRow{Event::HandshakeStalled, "handshake-stalled", Severity::Note,
             "SYN,ACK repeated: the connection stays embryonic", "RFC 9293 3.8.1"},
    EventRow{Event::SimultaneousOpen, "simultaneous-open", Severity::Chat,
             "Both ends sent SYN", "RFC 9293 3.5, figure 7"},
    EventRow{Event::SimultaneousClose, "simultaneous-close", Severity::Chat,
             "Both ends sent FIN before they had the other's", "RFC 9293 3.6, figure 13"},
    EventRow{Event::HalfOpenSuspected, "half-open-suspected", Severity::Warn,
             "One end retransmits or probes; the other, which had been answering, is silent", "RFC 9293 3.5.1"},
    EventRow{Event::HalfOpenRecovered, "half-open-recovered", Severity::Note,
             "The silent end answers again: it was an outage, not a crash", "RFC 9293 3.8.4"},
    EventRow{Event::HalfOpenConfirmed, "half-open-confirmed", Severity::Warn,
             "One end no longer knows the connection that the other still holds", "RFC 9293 3.5.1, figures 9 and 10"},
    EventRow{Event::RstAfterCrash, "rst-after-crash", Severity::Error,
             "RST that reveals a crash", "RFC 9293 3.5.1, 3.10.7.1", "rst-after-crash-possible"},
    EventRow{Event::HalfClosed, "half-closed", Severity::Chat,
             "First FIN: one direction is closed, the other still open", "RFC 9293 3.6"},
    EventRow{Event::DataWhileHalfClosed, "data-while-half-closed", Severity::Note,
             "The open direction sends data after the other's FIN was acknowledged", "RFC 9293 3.6"},
    EventRow{Event::HalfClosedLong, "half-closed-long", Severity::Warn,
             "Half-closed for longer than the threshold", "RFC 9293 3.6.1"},
    EventRow{Event::RstRefused, "rst-refused", Severity::Note,
             "Connection refused", "RFC 9293 3.10.7.1"},
    EventRow{Event::RstAbort, "rst-abort", Severity::Warn,
             "One end aborted a live connection", "RFC 9293 3.10.5"},
    EventRow{Event::RstDataAfterClose, "rst-data-after-close", Severity::Warn,
             "Data reached an end that had closed", "RFC 9293 3.6.1"},
    EventRow{Event::RstKeepaliveTimeout, "rst-keepalive-timeout", Severity::Warn,
             "One end gave up: its keepalive probes went unanswered", "RFC 9293 3.8.4"},
    EventRow{Event::RstRetransmissionTimeout, "rst-retransmission-timeout", Severity::Warn,
             "One end gave up: what it had repeated went unanswered", "RFC 9293 3.8.3"},
    EventRow{Event::RstMiddlebox, "rst-middlebox", Severity::Warn,
             "A middlebox no longer knows the connection", "RFC 9293 3.10.7.1, hop count"},
    EventRow{Event::RstAfterClose, "rst-after-close", Severity::Chat,
             "RST when the connection was over", "RFC 9293 3.10.7.1"},
    EventRow{Event::RstHandshakeAbort, "rst-handshake-abort", Severity::Note,
             "The SYN,ACK was answered by RST", "RFC 9293 3.10.7.3"},
    EventRow{Event::RstHandshakeRejected, "rst-handshake-rejected", Severity::Note,
             "The handshake's ACK was answered by RST", "RFC 9293 3.10.7.4"},
    EventRow{Event::RstChallenged, "rst-challenged", Severity::Note,
             "RST in the window but not exact: it is challenged and changes nothing", "RFC 5961 3.2"},
    EventRow{Event::RstIgnored, "rst-ignored", Severity::Note,
             "RST outside the window: it changes nothing", "RFC 9293 3.10.7.4"},
    EventRow{Event::RstSuspicious, "rst-suspicious", Severity::Warn,
             "RST that the endpoint it names did not send", "Weaver, Sommer, Paxson, NDSS 2009"},
    EventRow{Event::RstUnsolicited, "rst-unsolicited", Severity::Note,
             "RST of a connection that is not in the capture", "RFC 9293 3.10.7.1"},
    EventRow{Event::ChallengeAck, "challenge-ack", Severity::Note,
             "Challenge ACK", "RFC 5961 3.2, 4.2, 5.2"},
    EventRow{Event::NewIncarnation, "new-incarnation", Severity::Note,
             "A SYN began a new connection with the same addresses and ports", "RFC 9293 3.4.1"},
    EventRow{Event::PickedUpMidstream, "picked-up-midstream", Severity::Chat,
             "The capture begins within this connection", "passive observation"},
    EventRow{Event::CaptureRemark, "capture-remark", Severity::Note,
             "Something is wrong with the capture itself", "passive observation"},
};
// clang-format on

constexpr bool in_order() {
    for (size_t i = 0; i < table.size(); ++i)
        if (table[i].id != static_cast<Event>(i)) return false;
    return table.size() == static_cast<size_t>(Event::Count);
}
static_assert(in_order(), "one row for each event, in the order of the enumeration");

}  // namespace

std::span<const EventRow> events() { return table; }

}  // namespace tcpstate

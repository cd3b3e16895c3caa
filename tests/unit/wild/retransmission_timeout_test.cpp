// SPDX-License-Identifier: GPL-2.0-or-later
// The survivor gives up by a RST while its own repeats or probes are unanswered.
#include "trace.hpp"

#define REPEATED_IN_VAIN                                                                           \
    "1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED\n"                                            \
    "1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED\n"                                            \
    "1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED\n"                                            \
    "2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED\n"                                            \
    "4.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.gone=server\n" \
    "7.324 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED half_open.attempts=5\n"

TRACE("five retransmissions unanswered, then RST,ACK", "[wild][retransmission-timeout]",
      HANDSHAKE HELLO REPEATED_IN_VAIN R"(
    13.85 > R.  11:11 ack 1 | CLOSED! * +rst-retransmission-timeout rst.cause=retransmission-timeout rst.kind=active rst.confidence=likely !rst.trigger !half_open client.unacked=5 phase=reset closed_first=client outcome=timed-out conn_state=RSTO summary~client
)")

TRACE("a host that rewinds: the RST,ACK lies below its data (Windows)", "[wild][retransmission-timeout]",
      HANDSHAKE HELLO REPEATED_IN_VAIN R"(
    13.85 > R.  6:6 ack 1 | CLOSED! * +rst-retransmission-timeout rst.cause=retransmission-timeout rst.kind=active !rst.trigger outcome=timed-out
)")

TRACE("a host that rewinds and leaves out the ACK flag", "[wild][retransmission-timeout]",
      HANDSHAKE HELLO REPEATED_IN_VAIN R"(
    13.85 > R   6:6 | CLOSED! * +rst-retransmission-timeout rst.cause=retransmission-timeout rst.kind=active !rst.trigger outcome=timed-out
)")

TRACE("a FIN repeated in vain, then RST,ACK", "[wild][retransmission-timeout]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.204 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    1.612 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    2.428 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    4.060 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-open-suspected
    7.324 > R.  7:7 ack 1 | CLOSED! * +rst-retransmission-timeout rst.cause=retransmission-timeout rst.kind=active outcome=timed-out
)")

TRACE("zero-window probes in vain, then RST,ACK", "[wild][retransmission-timeout][zero-window]", HANDSHAKE R"(
    0.100 > .   1:501 ack 1         | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    0.400 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    0.900 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    1.900 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    3.900 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    7.900 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED +half-open-suspected
    15.90 > R.  501:501 ack 1       | CLOSED! * +rst-retransmission-timeout rst.cause=retransmission-timeout rst.kind=active outcome=timed-out
)")

TRACE("the server gives up", "[wild][retransmission-timeout]", HANDSHAKE HELLO R"(
    1.000 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    1.300 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    1.900 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    3.100 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    5.500 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED +half-open-suspected half_open.gone=client
    10.30 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    19.90 < R.  101:101 ack 6 | * CLOSED! +rst-retransmission-timeout rst.cause=retransmission-timeout server.unacked=100 closed_first=server outcome=timed-out conn_state=RSTR
)")

TRACE("only its sender is captured: the growing distance of its repeats shows that it hears nothing",
      "[wild][retransmission-timeout][one-sided]", R"(
    0.000 > S   0:0         | SYN-SENT UNKNOWN
    0.020 > .   1:1 ack 1   | ESTABLISHED! UNKNOWN
    1.000 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN
    1.300 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN
    1.900 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN
    3.100 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN
    5.500 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN +*
    10.30 > R.  6:6 ack 1   | CLOSED! UNKNOWN +rst-retransmission-timeout rst.cause=retransmission-timeout rst.kind=active outcome=timed-out
)")

// what is none
TRACE("keepalive probes in vain remain a keepalive timeout", "[wild][retransmission-timeout][keepalive]",
      HANDSHAKE HELLO R"(
    60.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    61.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    62.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe !half_open
    63.00 > R.  6:6 ack 1 | CLOSED! * +rst-keepalive-timeout rst.cause=keepalive-timeout outcome=timed-out
)")

TRACE("data sent once and not yet acknowledged: an abort", "[wild][retransmission-timeout][abort]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.010 > R.  11:11 ack 1 | CLOSED! CLOSED? +rst-abort rst.cause=abort client.unacked=5 outcome=aborted
)")

TRACE("repeats that were answered before the RST: an abort", "[wild][retransmission-timeout][abort]",
      HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.204 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.622 < .   1:1 ack 11  | ESTABLISHED ESTABLISHED
    9.000 > R.  11:11 ack 1 | CLOSED! CLOSED? +rst-abort rst.cause=abort outcome=aborted
)")

TRACE("the other end resets while the repeats go on: not its timeout", "[wild][retransmission-timeout][abort]",
      HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.204 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    2.000 < R.  1:1 ack 6   | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active
)")

TRACE("the RST that the repeats meet in the end is a crash, not a timeout", "[wild][retransmission-timeout][crash]",
      HANDSHAKE HELLO REPEATED_IN_VAIN R"(
    7.334 < R   1:1 | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.trigger=11 half_open.attempts=5 outcome=crashed
)")

TRACE("a RST long before the timer can have expired: the application may have ended it",
      "[wild][retransmission-timeout]", HANDSHAKE HELLO REPEATED_IN_VAIN R"(
    7.600 > R.  11:11 ack 1 | CLOSED! * +rst-retransmission-timeout rst.cause=retransmission-timeout rst.kind=active rst.confidence=possible rst.explanation~abort outcome=timed-out
)")

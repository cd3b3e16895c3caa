// SPDX-License-Identifier: GPL-2.0-or-later
// One connect() is one connection: Windows sends a refused SYN again, with the same number, up to three times.
#include "trace.hpp"

TRACE("a refused SYN with the same number half a second later is the same attempt", "[wild][refused][incarnation]", R"(
    0.000 > S   0:0           | SYN-SENT! UNKNOWN conn=0
    0.001 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.trigger=1
    0.500 > S   0:0           | SYN-SENT! * conn=0 !incarnation
    0.501 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.effect=accepted rst.trigger=3 conn=0
    1.000 > S   0:0           | SYN-SENT! * conn=0 !incarnation
    1.001 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.effect=accepted rst.trigger=5 conn=0 !next outcome=refused conn_state=REJ
)")

TRACE("the same attempt succeeds in the end: the listener has come up", "[wild][refused][incarnation]", R"(
    0.000 > S   0:0           | SYN-SENT! UNKNOWN
    0.001 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused
    0.500 > S   0:0           | SYN-SENT! * conn=0
    0.501 < S.  0:0 ack 1     | ESTABLISHED? SYN-RECEIVED! conn=0
    0.502 > .   1:1 ack 1     | ESTABLISHED! ESTABLISHED? conn=0 outcome=open
)")

TRACE("another number after a refusal is another attempt", "[wild][refused][incarnation]", R"(
    0.000 > S   0:0           | SYN-SENT! UNKNOWN
    0.001 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused
    0.500 > S   0:0 iss 2     | SYN-SENT! UNKNOWN +new-incarnation conn=1 incarnation=2
)")

TRACE("the same number after an hour is another attempt", "[wild][refused][incarnation]", R"(
    0.000 > S   0:0           | SYN-SENT! UNKNOWN
    0.001 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused
    3600. > S   0:0           | SYN-SENT! UNKNOWN +new-incarnation conn=1 incarnation=2
)")

// deferred accept: the server waits for data and lets the bare ACK pass
TRACE("SYN,ACK again after a long silence that began with a bare ACK: deferred accept is named", "[wild][embryonic]",
      HANDSHAKE R"(
    7.010 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted embryonic.attempts=1 summary~deferred !half_open
    7.030 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
)")

TRACE("SYN,ACK again after a second: an ordinary repeat, deferred accept is not named", "[wild][embryonic]",
      HANDSHAKE R"(
    1.010 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted summary!~deferred
)")

TRACE("SYN,ACK again after a long silence, and no ACK was seen: it cannot be deferred", "[wild][embryonic]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    7.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! +handshake-stalled embryonic=syn-ack-unanswered summary!~deferred
)")

TRACE("SYN,ACK again after data: the server was not waiting for them", "[wild][embryonic]", HANDSHAKE R"(
    0.100 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    7.010 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted summary!~deferred
)")

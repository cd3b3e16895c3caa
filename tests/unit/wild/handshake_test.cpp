// SPDX-License-Identifier: GPL-2.0-or-later
// RSTs into a handshake.
#include "trace.hpp"

// refusals
TRACE("a refusal with a number other than 0: likely, no stack that keeps the RFC, or a firewall", "[wild][refused]", R"(
    0.000 > S   0:0                  | SYN-SENT UNKNOWN
    0.010 < R.  4711:4711 ack 1 raw  | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.kind=reply rst.effect=accepted rst.confidence=likely rst.trigger=1 rst.explanation~firewall outcome=refused
)")

TRACE("a refusal with number 0 is certain", "[wild][refused]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN
    0.010 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.confidence=certain
)")

TRACE("a RST,ACK that does not acknowledge the SYN refuses nothing", "[wild][refused]", R"(
    0.000 > S   0:0                    | SYN-SENT! UNKNOWN
    0.010 < R.  4711:4711 ack 900 raw  | SYN-SENT! * +rst-ignored rst.effect=ignored rst.cause!=refused
)")

TRACE("the SYN is acknowledged by a RST from another distance than the SYN,ACKs before", "[wild][refused][foreign]", R"(
    0.000 > S   0:0                 | SYN-SENT! UNKNOWN
    # SYN,ACKs of another attempt, refused
    0.010 < S.  0:0 ack 77          | SYN-SENT! SYN-RECEIVED!
    0.011 > R   77:77               | SYN-SENT! LISTEN? +rst-handshake-abort
    1.000 < S.  0:0 ack 77          | SYN-SENT! *
    1.001 > R   77:77               | SYN-SENT! * +*
    2.000 < R.  0:0 ack 1 raw ttl 50 | CLOSED? * +rst-suspicious rst.cause=foreign rst.effect=accepted rst.ttl_delta=-14
)")

TRACE("the SYN is acknowledged by a RST from the distance of the SYN,ACKs before, and refused", "[wild][refused]", R"(
    0.000 > S   0:0                 | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 77          | SYN-SENT! SYN-RECEIVED!
    0.011 > R   77:77               | SYN-SENT! LISTEN? +rst-handshake-abort
    1.000 > S   0:0                 | SYN-SENT! * +*
    1.010 < R.  0:0 ack 1 raw       | CLOSED? * +rst-refused rst.cause=refused rst.kind=reply rst.trigger=4 rst.effect=accepted
)")

// withdrawn
TRACE("a SYN withdrawn by a bare RST", "[wild][handshake-abort]", R"(
    0.000 > S   0:0 | SYN-SENT! UNKNOWN
    0.100 > R   1:1 | CLOSED! * +rst-handshake-abort rst.cause=handshake-abort summary!~SYN,ACK rst.explanation!~SYN,ACK !half_open outcome=aborted conn_state=RSTOS0
)")

TRACE("a SYN withdrawn by RST,ACK", "[wild][handshake-abort]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    1.000 > S   0:0       | SYN-SENT! UNKNOWN +syn-unanswered
    1.500 > R.  1:1 ack 0 | CLOSED! * +rst-handshake-abort rst.cause=handshake-abort summary!~SYN,ACK rst.explanation!~SYN,ACK conn_state=RSTOS0
)")

TRACE("a SYN,ACK that was seen is spoken of", "[wild][handshake-abort]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.011 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort summary~SYN,ACK
)")

// into SYN-RECEIVED
TRACE("an exact RST,ACK into SYN-RECEIVED is a handshake-abort", "[wild][handshake-abort]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.020 > R.  1:1 ack 1 | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.effect=accepted outcome=aborted
)")

TRACE("an exact RST into the SYN-RECEIVED of a simultaneous open is a handshake-abort", "[wild][handshake-abort]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.001 < S   0:0       | SYN-RECEIVED? SYN-SENT! +simultaneous-open
    0.002 > S.  0:0 ack 1 | SYN-RECEIVED! ESTABLISHED?
    0.003 < R.  1:1 ack 1 | CLOSED? CLOSED! +rst-handshake-abort rst.cause=handshake-abort rst.effect=accepted
)")

TRACE("a RST,ACK after the handshake's ACK is an abort of an open connection", "[wild][abort]", HANDSHAKE R"(
    0.100 > R.  1:1 ack 1 | CLOSED! CLOSED? +rst-abort rst.cause=abort rst.effect=accepted
)")

TRACE("an ACK far too old in SYN-RECEIVED is answered by RST: handshake-rejected, and the handshake goes on",
      "[wild][handshake-rejected]", R"(
    0.000 > S   0:0          | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1    | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   1:1 ack -900 | ESTABLISHED SYN-RECEIVED!
    0.021 < R   -900:-900    | ESTABLISHED SYN-RECEIVED! +* rst.cause=handshake-rejected rst.kind=reply rst.trigger=3
    0.200 > .   1:1 ack 1    | ESTABLISHED! ESTABLISHED?
)")

TRACE("data with an ACK of what was never sent, in SYN-RECEIVED: handshake-rejected, whatever the flags",
      "[wild][handshake-rejected]", R"(
    0.000 > S   0:0          | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1    | ESTABLISHED? SYN-RECEIVED!
    0.020 > P.  1:6 ack 900  | ESTABLISHED SYN-RECEIVED!
    0.021 < R   900:900      | ESTABLISHED SYN-RECEIVED! +* rst.cause=handshake-rejected rst.kind=reply rst.trigger=3
)")

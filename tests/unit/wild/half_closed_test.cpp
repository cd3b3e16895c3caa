// SPDX-License-Identifier: GPL-2.0-or-later
// A half-close is loud only once its FIN is acknowledged, and after 30 s and three round trips from there.
#include "trace.hpp"

#define FIN_AND_ITS_ACK                                             \
    "1.000 > F. 6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed\n" \
    "1.010 < .  1:1 ack 7 | FIN-WAIT-2? CLOSE-WAIT!\n"

TRACE("29.9 s after the FIN was acknowledged: not yet long", "[wild][half-closed]", HANDSHAKE HELLO FIN_AND_ITS_ACK R"(
    30.91 < P.  1:11 ack 7 | FIN-WAIT-2 CLOSE-WAIT! +data-while-half-closed
    30.92 > .   7:7 ack 11 | FIN-WAIT-2! CLOSE-WAIT!
)")

TRACE("30.2 s after the FIN was acknowledged: long, told once", "[wild][half-closed]",
      HANDSHAKE HELLO FIN_AND_ITS_ACK R"(
    30.91 < P.  1:11 ack 7  | FIN-WAIT-2 CLOSE-WAIT! +data-while-half-closed
    31.21 > .   7:7 ack 11  | FIN-WAIT-2! CLOSE-WAIT! +half-closed-long
    60.00 < P.  11:21 ack 7 | FIN-WAIT-2! CLOSE-WAIT!
    60.01 > .   7:7 ack 21  | FIN-WAIT-2! CLOSE-WAIT!
)")

TRACE("the time runs from the acknowledgment of the FIN, not from the FIN", "[wild][half-closed]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.204 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    1.612 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    2.428 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    4.060 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-open-suspected
    7.324 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    13.85 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    26.90 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    26.91 < .   1:1 ack 7 | FIN-WAIT-2? CLOSE-WAIT! +half-open-recovered
    40.00 < P.  1:11 ack 7 | FIN-WAIT-2 CLOSE-WAIT! +data-while-half-closed
    40.01 > .   7:7 ack 11 | FIN-WAIT-2! CLOSE-WAIT!
    57.00 < P.  11:21 ack 7 | FIN-WAIT-2! CLOSE-WAIT! +half-closed-long
)")

TRACE("never long on the FIN that ends it", "[wild][half-closed]", HANDSHAKE HELLO FIN_AND_ITS_ACK R"(
    90.00 < F.  1:1 ack 7 | TIME-WAIT? LAST-ACK! !half_closed
    90.01 > .   7:7 ack 2 | TIME-WAIT! CLOSED? outcome=closed
)")

TRACE("never long on the RST that ends it", "[wild][half-closed][rst]", HANDSHAKE HELLO FIN_AND_ITS_ACK R"(
    90.00 < R.  1:1 ack 7 | CLOSED? CLOSED! +rst-abort !half_closed outcome=aborted
)")

TRACE("a FIN that is never acknowledged is no long half-close", "[wild][half-closed]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1   | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    # the server sends on, and its acknowledgment shows that the FIN did not arrive
    20.00 < P.  1:11 ack 6  | FIN-WAIT-1! *
    20.01 > .   7:7 ack 11  | FIN-WAIT-1! *
    40.00 < P.  11:21 ack 6 | FIN-WAIT-1! *
    40.01 > .   7:7 ack 21  | FIN-WAIT-1! *
)")

TRACE("a round trip of 12 s: the threshold is three of them", "[wild][half-closed]", R"(
    0.000 > S   0:0        | SYN-SENT UNKNOWN
    6.000 < S.  0:0 ack 1  | ESTABLISHED SYN-RECEIVED
    12.00 > .   1:1 ack 1  | ESTABLISHED ESTABLISHED
    100.0 > F.  1:1 ack 1  | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    106.0 < .   1:1 ack 2  | FIN-WAIT-2? CLOSE-WAIT!
    140.0 < P.  1:11 ack 2 | FIN-WAIT-2 CLOSE-WAIT! +data-while-half-closed
    143.0 < P.  11:21 ack 2 | FIN-WAIT-2 CLOSE-WAIT! +half-closed-long
)")

TRACE("the threshold is a preference", "[wild][half-closed]", HANDSHAKE HELLO R"(
    preference half_closed_threshold 5
    1.000 > F.  6:6 ack 1   | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < .   1:1 ack 7   | FIN-WAIT-2? CLOSE-WAIT!
    5.900 < P.  1:11 ack 7  | FIN-WAIT-2 CLOSE-WAIT! +data-while-half-closed
    6.100 > .   7:7 ack 11  | FIN-WAIT-2! CLOSE-WAIT! +half-closed-long
)")

TRACE("one that never ended is found in hindsight, however short the capture was", "[wild][half-closed]",
      HANDSHAKE HELLO R"(
    1.000 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed half_closed.ended_by=capture-end
    1.010 > .   6:6 ack 2 | CLOSE-WAIT! FIN-WAIT-2? half_closed=server half_closed.ended_by=capture-end outcome=half-closed
)")

// one direction only
TRACE("only the client is captured: its FIN leaks nothing", "[wild][half-closed][one-sided]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.020 > .   1:1 ack 1 | ESTABLISHED! UNKNOWN
    0.100 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN
    0.200 > .   6:6 ack 101 | ESTABLISHED! UNKNOWN
    0.300 > F.  6:6 ack 101 | FIN-WAIT-1! UNKNOWN +* !half_closed !half_closed.ended_by outcome!=half-closed
    60.00 > .   7:7 ack 201 | * UNKNOWN +* !half_closed outcome!=half-closed
)")

MIDSTREAM_TRACE("only the server is captured, from the middle on: its FIN leaks nothing",
                "[wild][half-closed][one-sided]", R"(
    0.000 < P.  1:101 ack 1   | UNKNOWN ESTABLISHED! +picked-up-midstream
    0.100 < P.  101:201 ack 6 | UNKNOWN ESTABLISHED!
    0.200 < F.  201:201 ack 6 | UNKNOWN FIN-WAIT-1! +* !half_closed outcome!=half-closed
)")

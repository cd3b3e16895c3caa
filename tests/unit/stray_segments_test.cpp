// SPDX-License-Identifier: GPL-2.0-or-later
// Segments that meet no connection, or the remains of one: scans, old duplicates, wrong timestamps.
#include "trace.hpp"

TRACE("a SYN,ACK to a listener or a closed port is answered by RST", "[stray][rst]", R"(
    0.000 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED! roles=handshake sender=server
    0.001 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply rst.trigger=1 !half_open
)")

MIDSTREAM_TRACE("an XMAS scan of a closed port", "[stray][rst]", R"(
    0.000 > FPU 0:0
    0.001 < R.  0:0 ack 1 raw | UNKNOWN CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 !half_open
)")

MIDSTREAM_TRACE("a NULL scan of a closed port: RST,ACK acknowledges nothing more than its number", "[stray][rst]", R"(
    0.000 > -   0:0
    0.001 < R.  0:0 ack 0 raw | UNKNOWN CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 !half_open
)")

MIDSTREAM_TRACE("an ACK scan over and over: no crash is found", "[stray][rst]", R"(
    0.000 > .   0:0 ack 1
    0.001 < R   1:1       | CLOSED CLOSED! +rst-unsolicited
    5.000 > .   0:0 ack 1
    5.001 < R   1:1
)")

TRACE("a bad timestamp echo in SYN-SENT: RST, and the attempt goes on (PAWS)", "[stray][rst]", R"(
    0.000 > S   0:0 ts       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 ts | ESTABLISHED? SYN-RECEIVED!
    0.011 > R   1:1          | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply !half_open
    1.000 > S   0:0 ts
    1.010 < S.  900:900 ack 1 ts
    1.020 > .   1:1 ack 901 ts | ESTABLISHED! ESTABLISHED?
)")

TRACE("an old SYN into TIME-WAIT is acknowledged, its dead sender says RST", "[stray][rst][incarnation]",
      HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT FIN-WAIT-1 +half-closed
    0.510 > F.  6:6 ack 2 | LAST-ACK TIME-WAIT
    0.520 < .   2:2 ack 7 | CLOSED? TIME-WAIT!
    # an old duplicate: its number lies below, so TIME-WAIT acknowledges what it knows (RFC 9293 3.10.7.4)
    2.000 > S   -900:-900
    2.010 < .   2:2 ack 7 | CLOSED TIME-WAIT +challenge-ack conn=0 challenge_ack=9
    2.011 > R   7:7       | CLOSED CLOSED? +rst-after-close conn=0 rst.cause=after-close rst.kind=reply rst.trigger=10 !half_open outcome=closed
)")

TRACE("a SYN,ACK of another connection in SYN-SENT is refused and the right one is taken", "[stray][rst]", R"(
    0.000 > S   0:0           | SYN-SENT! UNKNOWN
    0.010 < S.  700:700 ack 9 | SYN-SENT! SYN-RECEIVED!
    0.011 > R   9:9           | SYN-SENT! LISTEN? +rst-handshake-abort rst.kind=reply rst.trigger=2
    0.020 < S.  0:0 ack 1     | ESTABLISHED? SYN-RECEIVED!
    0.030 > .   1:1 ack 1     | ESTABLISHED! ESTABLISHED? outcome=open
)")

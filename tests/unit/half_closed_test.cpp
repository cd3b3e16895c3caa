// SPDX-License-Identifier: GPL-2.0-or-later
// One end has said FIN, the other goes on.
#include "trace.hpp"

TRACE("half-close: the server says FIN, the client still sends world", "[half-closed]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed half_closed=server half_closed.since=6 half_closed.duration=0.000 half_closed.bytes=0 half_closed.segments=0 closed_first=server phase=half-closed half_closed.ended_in=10 half_closed.ended_by=fin summary~server
    0.510 > .   6:6 ack 2  | CLOSE-WAIT! FIN-WAIT-2? half_closed=server half_closed.since=6 half_closed.duration=0.010
    0.600 > P.  6:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed half_closed.bytes=5 half_closed.segments=1 half_closed.duration=0.100 phase=half-closed summary~frame_6
    0.610 < .   2:2 ack 11 | CLOSE-WAIT! FIN-WAIT-2! half_closed.bytes=5
    0.700 > F.  11:11 ack 2 | LAST-ACK! TIME-WAIT? !half_closed !half_closed.since !half_closed.ended_in phase=closing
    0.710 < .   2:2 ack 12  | CLOSED? TIME-WAIT! outcome=closed conn_state=SF history=ShADafF phase=closed
)")

TRACE("an ordinary close is quiet: half-closed is told once and nothing else", "[half-closed]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < .   1:1 ack 2 | FIN-WAIT-2 CLOSE-WAIT
    0.900 < F.  1:1 ack 2 | TIME-WAIT LAST-ACK
    0.910 > .   2:2 ack 2 | TIME-WAIT CLOSED
)")

TRACE("a long half-closed transfer: the closer stays in FIN-WAIT-2 throughout", "[half-closed]", HANDSHAKE R"(
    0.100 > FP. 1:6 ack 1     | FIN-WAIT-1! CLOSE-WAIT? +half-closed half_closed.bytes=0
    0.110 < .   1:1 ack 7     | FIN-WAIT-2? CLOSE-WAIT!
    0.200 < .   1:1001 ack 7  | FIN-WAIT-2 CLOSE-WAIT +data-while-half-closed half_closed.bytes=1000 half_closed.segments=1
    0.210 > .   7:7 ack 1001  | FIN-WAIT-2! CLOSE-WAIT!
    0.600 < .   1001:2001 ack 7 | FIN-WAIT-2! CLOSE-WAIT! half_closed.bytes=2000 half_closed.segments=2
    0.610 > .   7:7 ack 2001  | FIN-WAIT-2! CLOSE-WAIT!
    1.050 < P.  2001:2501 ack 7 | FIN-WAIT-2! CLOSE-WAIT! half_closed.bytes=2500 half_closed.segments=3 half_closed.duration=0.950
    1.300 < F.  2501:2501 ack 7 | TIME-WAIT? LAST-ACK!
    1.310 > .   7:7 ack 2502    | TIME-WAIT! CLOSED? outcome=closed
)")

TRACE("a FIN out of LISTEN closes nothing: the RST did not arrive, and the handshake goes on", "[half-closed]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED
    0.011 > R   1:1       | CLOSED LISTEN +rst-handshake-abort
    0.020 < F.  1:1 ack 1 | CLOSED LISTEN
    0.040 < S.  0:0 ack 1 | CLOSED SYN-RECEIVED +handshake-stalled
    0.050 > P.  1:6 ack 1 | ESTABLISHED ESTABLISHED !half_closed
)")

TRACE("retransmissions do not count twice as half-closed bytes", "[half-closed]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1     | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < .   1:1 ack 2     | FIN-WAIT-2 CLOSE-WAIT
    0.200 < .   1:101 ack 2   | FIN-WAIT-2 CLOSE-WAIT +data-while-half-closed half_closed.bytes=100 half_closed.segments=1
    0.500 < .   1:101 ack 2   | FIN-WAIT-2 CLOSE-WAIT half_closed.bytes=100 half_closed.segments=1
    0.510 > .   2:2 ack 101   | FIN-WAIT-2 CLOSE-WAIT
)")

TRACE("longer than the threshold: told once, on the first frame past it", "[half-closed]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1     | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < .   1:1 ack 2     | FIN-WAIT-2 CLOSE-WAIT
    30.11 < P.  1:11 ack 2    | FIN-WAIT-2 CLOSE-WAIT +data-while-half-closed half_closed.duration=30.010
    30.12 > .   2:2 ack 11    | FIN-WAIT-2 CLOSE-WAIT +half-closed-long summary~30.0_s summary~frame_4
    39.00 < P.  11:21 ack 2   | FIN-WAIT-2 CLOSE-WAIT half_closed.duration=38.900
    39.01 > .   2:2 ack 21    | FIN-WAIT-2 CLOSE-WAIT
)")

TEST_CASE("the threshold of half-closed-long is a preference", "[half-closed]") {
    tcpstate::Preferences preferences;
    preferences.half_closed_threshold = 5'000'000'000;
    trace::check(HANDSHAKE R"(
        0.100 > F.  1:1 ack 1     | FIN-WAIT-1 CLOSE-WAIT +half-closed
        0.110 < .   1:1 ack 2     | FIN-WAIT-2 CLOSE-WAIT
        4.000 < P.  1:11 ack 2    | FIN-WAIT-2 CLOSE-WAIT +data-while-half-closed
        6.000 > .   2:2 ack 11    | FIN-WAIT-2 CLOSE-WAIT +half-closed-long
    )",
                 preferences, true);
}

TRACE("a CLOSE-WAIT leak: the half-close never ends", "[half-closed]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed half_closed.ended_by=capture-end !half_closed.ended_in
    0.510 > .   6:6 ack 2 | CLOSE-WAIT! FIN-WAIT-2? half_closed=server half_closed.ended_by=capture-end outcome=half-closed conn_state=S3
)")

TRACE("a FIN that nobody acknowledged may not have arrived: no CLOSE-WAIT leak", "[half-closed]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed !half_closed.ended_by !half_closed.ended_in
    0.700 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! half_closed=server !half_closed.ended_by outcome=half-closed
)")

TRACE("the client's half-close never ends", "[half-closed]", HANDSHAKE R"(
    0.500 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed half_closed.ended_by=capture-end
    0.510 < .   1:1 ack 2 | FIN-WAIT-2? CLOSE-WAIT! outcome=half-closed conn_state=S2
)")

TRACE("a RST ends the half-close", "[half-closed][rst]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed half_closed.ended_in=8 half_closed.ended_by=rst
    0.510 > .   6:6 ack 2 | CLOSE-WAIT! FIN-WAIT-2? half_closed.ended_in=8 half_closed.ended_by=rst
    0.600 > R.  6:6 ack 2 | CLOSED! CLOSED? +rst-abort !half_closed phase=reset closed_first=server outcome=aborted conn_state=RSTO
)")

TRACE("data that crossed the FIN is no data while half-closed", "[half-closed]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.501 > P.  6:11 ack 1 | CLOSE-WAIT? FIN-WAIT-1! half_closed.bytes=5
    0.510 > .   11:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2?
    0.511 < .   2:2 ack 11  | CLOSE-WAIT! FIN-WAIT-2!
)")

TRACE("keepalives of the open direction are no data", "[half-closed][keepalive]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.510 > .   6:6 ack 2 | CLOSE-WAIT! FIN-WAIT-2?
    0.900 > .   5:6 ack 2 | CLOSE-WAIT! FIN-WAIT-2? keepalive=probe half_closed.bytes=0 half_closed.segments=0
    0.910 < .   2:2 ack 6 | CLOSE-WAIT! FIN-WAIT-2 keepalive=answer
)")

TRACE("a half-close counts from the acknowledgment of its FIN, also where a forged RST came in between",
      "[half-closed]", HANDSHAKE HELLO R"(
    0.500 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.600 < R.  1:1 ack 7 | CLOSED? CLOSED! +rst-abort rst.contradicted_in=8
    # neither end knows of it: the server acknowledges and goes on, the client takes it in
    5.000 < .   1:1 ack 7 | CLOSED? CLOSE-WAIT!
    5.010 < P.  1:6 ack 7 | CLOSED? CLOSE-WAIT! +*
    5.020 > .   7:7 ack 6 | FIN-WAIT-2! CLOSE-WAIT! phase=half-closed
    5.100 < .   6:6 ack 7 | FIN-WAIT-2! CLOSE-WAIT!
    40.00 < .   6:6 ack 7 | FIN-WAIT-2! CLOSE-WAIT! +half-closed-long
)")

TRACE("a server that does not take the handshake's ACK has no use for a FIN, until it acknowledges it", "[half-closed]",
      R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
    1.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled
    1.030 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
    3.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled
    3.030 > F.  1:1 ack 1 | FIN-WAIT-1! SYN-RECEIVED! +half-closed
    3.040 < .   1:1 ack 2 | FIN-WAIT-2? CLOSE-WAIT!
    3.050 < P.  1:6 ack 2 | FIN-WAIT-2? CLOSE-WAIT! +data-while-half-closed half_closed.bytes=5
    3.060 > .   2:2 ack 6 | FIN-WAIT-2! CLOSE-WAIT!
)")

TRACE("a server closes out of SYN-RECEIVED, and the client acknowledges its FIN and goes on", "[half-closed]", R"(
    0.000 > S   0:5       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 6 | ESTABLISHED? SYN-RECEIVED!
    0.011 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.030 > .   6:6 ack 2 | CLOSE-WAIT! FIN-WAIT-2?
    0.040 > P.  6:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed half_closed.bytes=5
)")

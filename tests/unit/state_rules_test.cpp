// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the rule table that the ordinary stories do not pass through.
#include "trace.hpp"

TRACE("a simultaneous open of which one SYN was not captured", "[rules]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 > S.  0:0 ack 1 | SYN-RECEIVED! UNKNOWN
)")

TRACE("TCP Fast Open: the server answers and closes before the handshake is complete", "[rules][fast-open]", R"(
    0.000 > S   0:5        | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 6  | ESTABLISHED? SYN-RECEIVED!
    0.011 < FP. 1:11 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed closed_first=server
    0.030 > .   6:6 ack 12 | CLOSE-WAIT! FIN-WAIT-2?
)")

TRACE("data before the FIN were not captured: only its acknowledgment shows that it arrived", "[rules][loss]",
      HANDSHAKE HELLO R"(
    1.000 > F.  11:11 ack 1 | FIN-WAIT-1! ESTABLISHED! +half-closed
    1.010 < .   1:1 ack 12  | FIN-WAIT-2? CLOSE-WAIT! transition~server_ESTABLISHED_->_CLOSE-WAIT
)")

TRACE("the same for FINs that cross: CLOSING is observed", "[rules][loss]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1     | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.001 < F.  101:101 ack 6 | FIN-WAIT-1! CLOSING! +simultaneous-close
    1.020 > .   7:7 ack 102   | CLOSING! TIME-WAIT?
    1.021 < .   102:102 ack 7 | TIME-WAIT? TIME-WAIT!
)")

TRACE("the same in FIN-WAIT-2: TIME-WAIT is observed", "[rules][loss]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1     | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < .   1:1 ack 7     | FIN-WAIT-2? CLOSE-WAIT!
    1.100 < F.  101:101 ack 7 | FIN-WAIT-2 LAST-ACK!
    1.110 > .   7:7 ack 102   | TIME-WAIT! CLOSED? phase=closed
)")

TRACE("an abort in CLOSING", "[rules][rst]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.001 < F.  1:1 ack 1 | CLOSING? CLOSING! +simultaneous-close
    1.010 > R.  2:2 ack 2 | CLOSED! CLOSED? +rst-after-close rst.cause=after-close rst.kind=active rst.effect=accepted
)")

TRACE("an abort in LAST-ACK", "[rules][rst]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
    1.015 < R.  2:2 ack 2 | CLOSED? CLOSED! +rst-after-close rst.cause=after-close rst.kind=active rst.effect=accepted
)")

TRACE("FINs crossed, then data before the second FIN come again: that FIN was lost", "[rules][loss]",
      HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1     | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.001 < P.  1:101 ack 6   | FIN-WAIT-1! CLOSE-WAIT?
    1.002 < F.  101:101 ack 6 | CLOSING? CLOSING! +simultaneous-close
    1.300 < P.  1:101 ack 6   | FIN-WAIT-1 CLOSING! transition=client_CLOSING_->_FIN-WAIT-1
    1.310 < F.  101:101 ack 6 | CLOSING? CLOSING!
)")

TRACE("in FIN-WAIT-2: data before the FIN come again, that FIN was lost", "[rules][loss]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1     | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < .   1:1 ack 7     | FIN-WAIT-2? CLOSE-WAIT!
    1.100 < P.  1:101 ack 7   | FIN-WAIT-2? CLOSE-WAIT! +data-while-half-closed
    1.101 < F.  101:101 ack 7 | TIME-WAIT? LAST-ACK!
    1.400 < P.  1:101 ack 7   | FIN-WAIT-2 LAST-ACK! transition=client_TIME-WAIT_->_FIN-WAIT-2
    1.410 < F.  101:101 ack 7 | TIME-WAIT? LAST-ACK!
    1.420 > .   7:7 ack 102   | TIME-WAIT! CLOSED?
)")

TRACE("a FIN acknowledges data that were not captured: it ends the handshake as well", "[rules][loss]", R"(
    0.000 > S   0:0        | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1  | ESTABLISHED? SYN-RECEIVED!
    # < P. 1:21 ack 1 was not captured
    0.100 > F.  1:1 ack 21 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.110 < F.  21:21 ack 2
    0.120 > .   2:2 ack 22  | TIME-WAIT! CLOSED? outcome=closed
)")

TRACE("a burst of repeats is one attempt, not many", "[rules][half-open]", HANDSHAKE HELLO R"(
    1.000 > .   6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.001 > .   106:206 ack 1 | ESTABLISHED ESTABLISHED
    1.002 > P.  206:306 ack 1 | ESTABLISHED ESTABLISHED
    1.300 > .   6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.301 > .   106:206 ack 1 | ESTABLISHED ESTABLISHED !half_open
    1.302 > P.  206:306 ack 1 | ESTABLISHED ESTABLISHED !half_open
    1.900 > .   6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.901 > .   106:206 ack 1 | ESTABLISHED ESTABLISHED !half_open
    3.100 > .   6:106 ack 1   | ESTABLISHED ESTABLISHED
    3.101 > .   106:206 ack 1 | ESTABLISHED ESTABLISHED !half_open
    5.500 > .   6:106 ack 1   | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=4 half_open.lost_bytes=300
    5.501 > .   106:206 ack 1 | ESTABLISHED ESTABLISHED half_open.attempts=4
)")

TRACE("a FIN does not open what the accept queue refuses", "[rules][embryonic]", HANDSHAKE R"(
    1.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled
    1.030 > .   1:1 ack 1
    3.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled
    3.030 > F.  1:1 ack 1 | FIN-WAIT-1! SYN-RECEIVED! +half-closed
    3.300 > F.  1:1 ack 1 | FIN-WAIT-1! SYN-RECEIVED!
    7.020 < S.  0:0 ack 1 | FIN-WAIT-1! SYN-RECEIVED! +handshake-stalled
)")

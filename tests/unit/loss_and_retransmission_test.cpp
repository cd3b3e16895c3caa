// SPDX-License-Identifier: GPL-2.0-or-later
// Seen means received, unless later evidence says otherwise.
#include "trace.hpp"

// the handshake
TRACE("the SYN was lost", "[loss]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    1.000 > S   0:0       | SYN-SENT! UNKNOWN +syn-unanswered
    1.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    1.020 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED? outcome=open
)")

TRACE("the SYN,ACK was lost: the repeated SYN takes back the presumed ESTABLISHED", "[loss]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    1.000 > S   0:0       | SYN-SENT! SYN-RECEIVED! transition=client_ESTABLISHED_->_SYN-SENT
    1.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    1.020 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED? outcome=open
)")

TRACE("the handshake's ACK was lost: the repeated SYN,ACK takes back the presumed ESTABLISHED", "[loss]", HANDSHAKE R"(
    0.100 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    1.010 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted transition=server_ESTABLISHED_->_SYN-RECEIVED
    1.020 > .   6:6 ack 1 | ESTABLISHED! ESTABLISHED?
    1.300 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    1.310 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! outcome=open
)")

TRACE("a late duplicate of the SYN,ACK on an observed server changes no state", "[loss][challenge]", HANDSHAKE HELLO R"(
    1.010 < S.  0:0 ack 1 | ESTABLISHED! ESTABLISHED!
    1.020 > .   6:6 ack 1 | ESTABLISHED! ESTABLISHED! +challenge-ack challenge_ack=6
)")

// data
TRACE("data lost once: a repeat is no is_annotated thing", "[loss]", HANDSHAKE R"(
    0.100 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.300 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.310 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! history=ShADTa
)")

TRACE("loss with SACK: repeats that are answered are no suspicion", "[loss]", HANDSHAKE R"(
    0.100 > .   1:101 ack 1   | ESTABLISHED ESTABLISHED
    0.101 > .   101:201 ack 1 | ESTABLISHED ESTABLISHED
    0.102 > .   201:301 ack 1 | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 1 sack 201 | ESTABLISHED ESTABLISHED
    0.111 < .   1:1 ack 1 sack 301 | ESTABLISHED ESTABLISHED
    0.120 > .   1:101 ack 1   | ESTABLISHED ESTABLISHED
    0.330 > .   1:101 ack 1   | ESTABLISHED ESTABLISHED !half_open
    0.340 < .   1:1 ack 301   | ESTABLISHED ESTABLISHED
)")

// the close
TRACE("the FIN was lost: repeated, and acknowledged", "[loss][close]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.200 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? half_closed.since=6
    1.210 < .   1:1 ack 7 | FIN-WAIT-2? CLOSE-WAIT!
)")

TRACE("data before the FIN repeated: the FIN did not arrive, CLOSE-WAIT is taken back", "[loss][close]",
      HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1  | ESTABLISHED! ESTABLISHED!
    1.001 > F.  11:11 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.200 > P.  6:11 ack 1  | FIN-WAIT-1! ESTABLISHED? transition=server_CLOSE-WAIT_->_ESTABLISHED
    1.210 < .   1:1 ack 11
    1.220 > F.  11:11 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    1.230 < .   1:1 ack 12  | FIN-WAIT-2? CLOSE-WAIT!
)")

TRACE("FIN repeated with the data before it merged in", "[loss][close]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1  | ESTABLISHED! ESTABLISHED!
    1.001 > F.  11:11 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed closed_first=client
    1.200 > FP. 6:11 ack 1  | FIN-WAIT-1! CLOSE-WAIT? half_closed.since=7
    1.210 < .   1:1 ack 12  | FIN-WAIT-2? CLOSE-WAIT!
    1.220 < F.  1:1 ack 12  | TIME-WAIT? LAST-ACK!
    1.230 > .   12:12 ack 2 | TIME-WAIT! CLOSED? outcome=closed
)")

TRACE("the FIN's acknowledgment was lost: the repeated FIN takes back FIN-WAIT-2", "[loss][close]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < .   1:1 ack 2 | FIN-WAIT-2? CLOSE-WAIT!
    1.200 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT! transition=client_FIN-WAIT-2_->_FIN-WAIT-1
    1.210 < .   1:1 ack 2 | FIN-WAIT-2? CLOSE-WAIT! !challenge_ack
)")

TRACE("the second FIN was lost", "[loss][close]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < .   1:1 ack 2 | FIN-WAIT-2? CLOSE-WAIT!
    1.020 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
    1.220 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
    1.230 > .   2:2 ack 2 | TIME-WAIT! CLOSED? outcome=closed
)")

TRACE("the last ACK was lost: LAST-ACK is still held", "[loss][close]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
    1.020 > .   2:2 ack 2 | TIME-WAIT! CLOSED?
    1.220 < F.  1:1 ack 2 | TIME-WAIT! LAST-ACK! transition=server_CLOSED_->_LAST-ACK phase=closing
    1.230 > .   2:2 ack 2 | TIME-WAIT! CLOSED? phase=closed outcome=closed
)")

TRACE("the FIN,ACK's acknowledgment of the first FIN was lost too: CLOSING by repetition", "[loss][close]",
      HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
    # it got neither
    1.200 > F.  1:1 ack 1
    1.210 < F.  1:1 ack 2
    1.220 > .   2:2 ack 2 | TIME-WAIT! CLOSED? outcome=closed
)")

TRACE("a simultaneous close with one acknowledgment lost", "[loss][close]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.001 < F.  1:1 ack 1 | CLOSING? CLOSING! +simultaneous-close
    1.020 > .   2:2 ack 2 | CLOSING! TIME-WAIT?
    1.201 < F.  1:1 ack 2 | TIME-WAIT? CLOSING!
    1.210 > .   2:2 ack 2 | TIME-WAIT TIME-WAIT? outcome=closed
)")

// order
TRACE("the capture shows the handshake's ACK before the SYN,ACK", "[reordering]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 > .   1:1 ack 1 | ESTABLISHED! UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED! ESTABLISHED? roles=handshake
    0.030 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.040 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED!
)")

TRACE("the capture shows the SYN,ACK before the SYN", "[reordering]", R"(
    0.000 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED! sender=server
    0.000 > S   0:0       | ESTABLISHED? SYN-RECEIVED! sender=client conn=0
    0.020 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED? conn=0
)")

TRACE("a FIN that overtakes the data before it closes nothing yet", "[reordering][close]", HANDSHAKE HELLO R"(
    1.000 > F.  11:11 ack 1 | FIN-WAIT-1! ESTABLISHED! +half-closed
    1.001 > P.  6:11 ack 1  | FIN-WAIT-1! CLOSE-WAIT?
    1.010 < .   1:1 ack 12  | FIN-WAIT-2? CLOSE-WAIT!
)")

TRACE("the capture shows the FIN's acknowledgment first", "[reordering][close]", HANDSHAKE R"(
    1.000 < .   1:1 ack 2
    1.000 > F.  1:1 ack 1 | FIN-WAIT-2? CLOSE-WAIT +half-closed
    1.010 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
    1.020 > .   2:2 ack 2 | TIME-WAIT! CLOSED? outcome=closed
)")

TRACE("data that overtake data are no repeats", "[reordering]", HANDSHAKE R"(
    0.100 > P.  101:201 ack 1 | ESTABLISHED ESTABLISHED
    0.101 > .   1:101 ack 1   | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 201   | ESTABLISHED ESTABLISHED history=ShADa
)")

// duplicates
TRACE("every segment of a mirror port comes twice: the copies change nothing", "[duplicates]", R"(
    0.0000 > S   0:0       | SYN-SENT! UNKNOWN
    0.0001 > S   0:0       | SYN-SENT! UNKNOWN !embryonic
    0.0100 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.0101 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! !embryonic
    0.0200 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
    0.0201 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
    0.1000 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.1001 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.1002 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED? !half_open
    0.1003 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED? !half_open
    0.1100 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED!
    0.1101 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED!
    0.2000 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.2001 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    0.2100 < F.  1:1 ack 7 | TIME-WAIT? LAST-ACK!
    0.2101 < F.  1:1 ack 7 | TIME-WAIT? LAST-ACK!
    0.2200 > .   7:7 ack 2 | TIME-WAIT! CLOSED?
    0.2201 > .   7:7 ack 2 | TIME-WAIT! CLOSED? outcome=closed conn_state=SF
)")

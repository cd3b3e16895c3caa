// SPDX-License-Identifier: GPL-2.0-or-later
// Both ends at once. Figures 7 and 13 themselves are in rfc_figures_test.cpp.
#include "trace.hpp"

TRACE("simultaneous open, data, and a close in turn", "[simultaneous]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN sender=client
    0.001 < S   0:0       | SYN-RECEIVED? SYN-SENT! +simultaneous-open sender=server conn=0
    0.011 > S.  0:0 ack 1 | SYN-RECEIVED! ESTABLISHED? !embryonic
    0.012 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! !embryonic
    0.021 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
    0.022 < .   1:1 ack 1 | ESTABLISHED! ESTABLISHED! phase=open
    0.100 < P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED!
    0.110 > .   1:1 ack 6 | ESTABLISHED! ESTABLISHED!
    0.200 > F.  1:1 ack 6 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.210 < F.  6:6 ack 2 | TIME-WAIT? LAST-ACK!
    0.220 > .   2:2 ack 7 | TIME-WAIT! CLOSED? outcome=closed conn_state=SF
)")

TRACE("simultaneous close with data in both FINs", "[simultaneous][close]", HANDSHAKE HELLO R"(
    1.000 > FP. 6:11 ack 1  | FIN-WAIT-1! CLOSE-WAIT? +half-closed closed_first=client half_closed=client
    1.001 < FP. 1:4 ack 6   | CLOSING? CLOSING! +simultaneous-close closed_first=client !half_closed phase=closing
    1.020 > .   12:12 ack 5 | CLOSING! TIME-WAIT?
    1.021 < .   5:5 ack 12  | TIME-WAIT? TIME-WAIT! phase=closed outcome=closed conn_state=SF
)")

TRACE("two FINs, of which the second acknowledges the first, are no simultaneous close", "[simultaneous][close]",
      HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.001 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
)")

TRACE("both SYNs cross and one SYN,ACK is lost", "[simultaneous][loss]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.001 < S   0:0       | SYN-RECEIVED? SYN-SENT! +simultaneous-open
    0.011 > S.  0:0 ack 1 | SYN-RECEIVED! ESTABLISHED?
    0.021 < .   1:1 ack 1 | ESTABLISHED? ESTABLISHED!
    0.030 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED!
)")

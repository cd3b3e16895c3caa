// SPDX-License-Identifier: GPL-2.0-or-later
// RFC 7413: data in the SYN.
#include "trace.hpp"

TRACE("TCP Fast Open: five bytes in the SYN, acknowledged by the SYN,ACK", "[fast-open]", R"(
    0.000 > S   0:5       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 6 | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   6:6 ack 1 | ESTABLISHED! ESTABLISHED? outcome=open history=SDhAd
    0.030 < P.  1:4 ack 6 | ESTABLISHED! ESTABLISHED!
)")

TRACE("TCP Fast Open: the server answers before the handshake is complete", "[fast-open]", R"(
    0.000 > S   0:5        | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 6  | ESTABLISHED? SYN-RECEIVED!
    0.011 < P.  1:11 ack 6 | ESTABLISHED? SYN-RECEIVED!
    0.030 > .   6:6 ack 11 | ESTABLISHED! ESTABLISHED?
    0.040 < P.  11:21 ack 6 | ESTABLISHED! ESTABLISHED!
)")

TRACE("TCP Fast Open refused: the data come again with the ACK", "[fast-open]", R"(
    0.000 > S   0:5       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.020 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED? !half_open
    0.030 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! outcome=open
)")

TRACE("data in the SYN,ACK", "[fast-open]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 < S.  0:3 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   1:1 ack 4 | ESTABLISHED! ESTABLISHED?
    0.100 > F.  1:1 ack 4 | FIN-WAIT-1! CLOSE-WAIT? +half-closed client.unacked=0 server.unacked=0
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// One life of a 4-tuple after another, and segments that come home to the right one.
#include "trace.hpp"

#define CLOSED_BY_CLIENT "1.000 > F. 1:1 ack 1\n1.010 < F. 1:1 ack 2\n1.020 > . 2:2 ack 2 | TIME-WAIT! CLOSED?\n"

TRACE("a port is used again after TIME-WAIT", "[incarnation]", HANDSHAKE CLOSED_BY_CLIENT R"(
    70.00 > S   0:0 iss 2       | SYN-SENT UNKNOWN +new-incarnation conn=1 incarnation=2 previous=0 !next !idle summary~closed
    70.01 < S.  0:0 ack 1 iss 2 | ESTABLISHED SYN-RECEIVED conn=1 incarnation=2
    70.02 > .   1:1 ack 1 iss 2 | ESTABLISHED ESTABLISHED conn=1 outcome=open
)")

TRACE("the earlier life knows the next, the first has no number", "[incarnation]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN conn=0 next=1 !previous !incarnation outcome=closed
    0.010 < S.  0:0 ack 1
    0.020 > .   1:1 ack 1
    1.000 > F.  1:1 ack 1
    1.010 < F.  1:1 ack 2
    1.020 > .   2:2 ack 2 | TIME-WAIT! CLOSED? next=1
    70.00 > S   0:0 iss 2 | SYN-SENT UNKNOWN +new-incarnation previous=0
)")

TRACE("the server's TIME-WAIT gives way to a SYN beyond the old numbers", "[incarnation]", HANDSHAKE R"(
    1.000 < F.  1:1 ack 1
    1.010 > F.  1:1 ack 2
    1.020 < .   2:2 ack 2          | CLOSED? TIME-WAIT!
    # Linux chooses an ISN near the old SND.NXT + 65537
    1.500 > S   200000:200000      | SYN-SENT UNKNOWN +new-incarnation conn=1 incarnation=2
    1.510 < S.  65539:65539 ack 200001 | ESTABLISHED? SYN-RECEIVED! conn=1
    1.520 > .   200001:200001 ack 65540 | ESTABLISHED! ESTABLISHED? conn=1
)")

TRACE("a port is used again after a RST", "[incarnation][rst]", HANDSHAKE R"(
    1.000 > R.  1:1 ack 1       | CLOSED CLOSED +rst-abort
    1.100 > S   0:0 iss 2       | SYN-SENT UNKNOWN +new-incarnation conn=1 incarnation=2 summary~aborted
    1.110 < S.  0:0 ack 1 iss 2 | ESTABLISHED SYN-RECEIVED conn=1
)")

TRACE("a port is used again with the same ISN after a close", "[incarnation]", HANDSHAKE CLOSED_BY_CLIENT R"(
    70.00 > S   0:0             | SYN-SENT UNKNOWN +new-incarnation conn=1 incarnation=2
    70.01 < S.  900:900 ack 1   | ESTABLISHED? SYN-RECEIVED! conn=1
    70.02 > .   1:1 ack 901     | ESTABLISHED! ESTABLISHED? conn=1 outcome=open
)")

TRACE("refused, and tried again with new numbers", "[incarnation][refused]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN conn=0 outcome=refused
    0.001 < R.  0:0 ack 1 raw | CLOSED CLOSED +rst-refused
    1.000 > S   0:0 iss 2     | SYN-SENT UNKNOWN +new-incarnation conn=1 summary~refused
    1.001 < R.  0:0 ack 1 raw iss 2 | CLOSED CLOSED +rst-refused conn=1 outcome=refused
)")

TRACE("three lives in a row", "[incarnation]", HANDSHAKE R"(
    1.000 > R.  1:1 ack 1 | CLOSED CLOSED +rst-abort next=1
    1.100 > S   0:0 iss 2 | SYN-SENT UNKNOWN +new-incarnation conn=1 incarnation=2 previous=0 next=2
    1.110 < R.  0:0 ack 1 raw iss 2 | CLOSED CLOSED +rst-refused conn=1
    2.100 > S   0:0 iss 3 | SYN-SENT UNKNOWN +new-incarnation conn=2 incarnation=3 previous=1
)")

TRACE("a stray SYN on a live connection opens no new life there", "[incarnation][challenge]", HANDSHAKE HELLO R"(
    1.000 > S   0:0 iss 2  | SYN-SENT UNKNOWN !event
    1.010 < .   1:1 ack 6  | ESTABLISHED ESTABLISHED +challenge-ack conn=0
    2.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED conn=0
    2.010 < P.  1:4 ack 11 | ESTABLISHED ESTABLISHED conn=0
    2.020 > F.  11:11 ack 4 | FIN-WAIT-1 CLOSE-WAIT +half-closed conn=0
    2.030 < F.  4:4 ack 12  | TIME-WAIT LAST-ACK conn=0
    2.040 > .   12:12 ack 5 | TIME-WAIT CLOSED conn=0 outcome=closed
)")

TRACE("a late segment of the old life belongs to the old one", "[incarnation]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1
    1.010 < F.  1:1 ack 7
    1.020 > .   7:7 ack 2       | TIME-WAIT! CLOSED?
    5.000 > S   0:0 iss 2       | SYN-SENT UNKNOWN +new-incarnation conn=1
    5.010 < S.  0:0 ack 1 iss 2 | ESTABLISHED SYN-RECEIVED conn=1
    5.020 > .   1:1 ack 1 iss 2 | ESTABLISHED ESTABLISHED conn=1
    5.030 > P.  1:6 ack 1       | TIME-WAIT CLOSED conn=0
    5.040 > P.  1:6 ack 1 iss 2 | ESTABLISHED ESTABLISHED conn=1
)")

TRACE("reconnect after a crash: challenge and RST belong to the old life, the rest to the new",
      "[incarnation][half-open]", HANDSHAKE HELLO R"(
    9.000 > S   0:0 iss 2       | SYN-SENT UNKNOWN conn=1
    9.010 < .   1:1 ack 6       | ESTABLISHED ESTABLISHED +challenge-ack conn=0
    9.011 > R   6:6             | CLOSED CLOSED +half-open-confirmed +rst-after-crash conn=0 next=1 outcome=crashed
    9.012 > S   0:0 iss 2       | SYN-SENT UNKNOWN +new-incarnation conn=1 previous=0 !embryonic summary~crashed
    9.013 < S.  0:0 ack 1 iss 2 | ESTABLISHED SYN-RECEIVED conn=1
    9.014 > .   1:1 ack 1 iss 2 | ESTABLISHED ESTABLISHED conn=1 outcome=open
)")

TRACE("the SYN of a crashed end is answered by SYN,ACK: both ends had gone", "[incarnation]", HANDSHAKE HELLO R"(
    99.00 > S   0:0 iss 2       | SYN-SENT UNKNOWN conn=1
    99.01 < S.  0:0 ack 1 iss 2 | ESTABLISHED? SYN-RECEIVED! +new-incarnation conn=1 incarnation=2 previous=0
    99.02 > .   1:1 ack 1 iss 2 | ESTABLISHED! ESTABLISHED? conn=1
)")

TRACE("a new life may begin at the other end", "[incarnation][roles]", HANDSHAKE CLOSED_BY_CLIENT R"(
    70.00 < S   0:0 iss 2       | SYN-SENT UNKNOWN +new-incarnation conn=1 sender=client
    70.01 > S.  0:0 ack 1 iss 2 | ESTABLISHED SYN-RECEIVED conn=1 sender=server
)")

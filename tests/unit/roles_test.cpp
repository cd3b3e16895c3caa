// SPDX-License-Identifier: GPL-2.0-or-later
// Who is client, who is server, and how that is known. Here > comes from port 40000, < from port 80.
#include "trace.hpp"

TRACE("the sender of the first SYN is the client, whatever the ports", "[roles]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN roles=handshake sender=client
    0.010 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED roles=handshake sender=server
)")

MIDSTREAM_TRACE("mid-stream the lower port is taken for the server's, and the fields say so", "[roles][midstream]", R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED! UNKNOWN +picked-up-midstream roles=guessed sender=client phase=open
    0.010 < .   1:1 ack 6  | ESTABLISHED! ESTABLISHED! roles=guessed sender=server phase=open
    0.020 > P.  6:11 ack 1 | ESTABLISHED! ESTABLISHED! outcome=open conn_state=OTH history=Da
)")

MIDSTREAM_TRACE("mid-stream the first segment may be the server's", "[roles][midstream]", R"(
    0.000 < P.  1:6 ack 1  | UNKNOWN ESTABLISHED! +picked-up-midstream roles=guessed sender=server
    0.010 > .   1:1 ack 6  | ESTABLISHED! ESTABLISHED! sender=client history=dA
)")

TRACE("a capture that begins with the SYN,ACK knows the roles", "[roles][midstream]", R"(
    0.000 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED! roles=handshake sender=server conn=0
    0.010 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED? sender=client
    0.100 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.110 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! outcome=open
)")

TRACE("a SYN,ACK in mid-stream fixes roles that were guessed", "[roles][midstream]", R"(
    # captured out of order: the client's data before the SYN,ACK. Both ports may be the lower one.
    0.020 > P.  1:6 ack 1
    0.021 < S.  0:0 ack 1 | ESTABLISHED! ESTABLISHED? roles=handshake sender=server
    0.030 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! roles=handshake sender=server
    0.040 > P.  6:11 ack 1 | ESTABLISHED! ESTABLISHED! sender=client
)")

MIDSTREAM_TRACE("mid-stream close: states follow from FIN and its acknowledgment", "[roles][midstream][close]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED!
    0.100 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed closed_first=client
    0.110 < F.  1:1 ack 7 | TIME-WAIT? LAST-ACK!
    0.120 > .   7:7 ack 2 | TIME-WAIT! CLOSED? outcome=closed
)")

MIDSTREAM_TRACE("mid-stream crash: data of both were seen, the reply RST tells", "[roles][midstream][rst]", R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < P.  1:4 ack 6  | ESTABLISHED! ESTABLISHED!
    0.020 > .   6:6 ack 4  | ESTABLISHED! ESTABLISHED!
    9.000 > P.  6:11 ack 4 | ESTABLISHED! ESTABLISHED!
    9.001 < R   4:4        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash half_open.gone=server half_open.since=2 conn_state=OTH
)")

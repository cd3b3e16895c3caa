// SPDX-License-Identifier: GPL-2.0-or-later
// Aborts without ACK flag (Windows, iOS, embedded stacks), and RST,ACK right on data that came after its sender's FIN.
#include "trace.hpp"

TRACE("a bare RST at its sender's next number, when nothing was left to answer, is an abort", "[wild][abort]",
      HANDSHAKE HELLO R"(
    1.000 < R   1:1 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted rst.confidence=likely !rst.trigger !half_open closed_first=server outcome=aborted conn_state=RSTR
)")

TRACE("the client may abort so too: the acknowledgment of its data is no news", "[wild][abort]", HANDSHAKE HELLO R"(
    1.000 > R   6:6 | CLOSED! CLOSED? +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted !rst.trigger !half_open closed_first=client conn_state=RSTO
)")

TRACE("a bare RST after data of its own", "[wild][abort]", HANDSHAKE HELLO R"(
    1.000 < P.  1:101 ack 6 | ESTABLISHED ESTABLISHED
    1.010 < R   101:101     | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted
)")

TRACE("a bare RST right on new data of the peer is a reply", "[wild][abort]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.010 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED
    1.020 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED
    1.030 < R   1:1         | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=reply rst.trigger=8 rst.confidence=likely
)")

TRACE("a bare RST that is not at its sender's next number is no abort", "[wild][abort]", HANDSHAKE HELLO R"(
    1.000 < R   301:301 | ESTABLISHED ESTABLISHED +* rst.cause=unknown rst.kind=unknown !half_open
)")

TRACE("a bare RST in FIN-WAIT-2, when nothing was left to answer, is an abort", "[wild][abort]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.510 > .   6:6 ack 2 | CLOSE-WAIT! FIN-WAIT-2?
    3.000 < R   2:2       | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted
)")

MIDSTREAM_TRACE("a bare RST in mid-stream, when nothing was left to answer, is an abort", "[wild][abort]", R"(
    0.000 > P.  1:6 ack 1   | ESTABLISHED UNKNOWN +picked-up-midstream
    0.010 < P.  1:101 ack 6 | ESTABLISHED ESTABLISHED
    0.020 > .   6:6 ack 101 | ESTABLISHED ESTABLISHED
    5.000 < R   101:101     | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted !half_open
)")

TRACE("RST,ACK right on data that came after its FIN: nobody is there to read them (RFC 1122 4.2.2.13)",
      "[wild][data-after-close]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.510 > .   6:6 ack 2  | CLOSE-WAIT! FIN-WAIT-2?
    0.600 > P.  6:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed
    0.610 < R.  2:2 ack 11 | CLOSED? CLOSED! +rst-data-after-close rst.cause=data-after-close rst.effect=accepted !half_open closed_first=server outcome=aborted
)")

TRACE("RST,ACK right on data after its FIN, and the data are not even acknowledged", "[wild][data-after-close]",
      HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.510 > .   6:6 ack 2  | CLOSE-WAIT! FIN-WAIT-2?
    0.600 > P.  6:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed
    0.610 < R.  2:2 ack 6  | CLOSED? CLOSED! +rst-data-after-close rst.cause=data-after-close client.unacked=5
)")

TRACE("RST,ACK long after the data were acknowledged is an abort", "[wild][data-after-close][abort]",
      HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.510 > .   6:6 ack 2  | CLOSE-WAIT! FIN-WAIT-2?
    0.600 > P.  6:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed
    0.610 < .   2:2 ack 11 | CLOSE-WAIT! FIN-WAIT-2!
    5.000 < R.  2:2 ack 11 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active
)")

TRACE("RST,ACK on data that had come before its FIN is an abort", "[wild][data-after-close][abort]", HANDSHAKE HELLO R"(
    0.500 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    0.510 < F.  1:1 ack 11 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.520 > .   11:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2?
    0.530 < R.  2:2 ack 11 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active
)")

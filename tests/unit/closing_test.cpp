// SPDX-License-Identifier: GPL-2.0-or-later
// RFC 9293 3.6. Half-closed connections that matter are in half_closed_test.cpp.
#include "trace.hpp"

TRACE("the server closes first: TIME-WAIT is on its side", "[close]", HANDSHAKE R"(
    0.100 < F.  1:1 ack 1 | CLOSE-WAIT? FIN-WAIT-1! +half-closed closed_first=server half_closed=server phase=half-closed
    0.110 > .   1:1 ack 2 | CLOSE-WAIT! FIN-WAIT-2? phase=half-closed
    0.120 > F.  1:1 ack 2 | LAST-ACK! TIME-WAIT? closed_first=server phase=closing
    0.130 < .   2:2 ack 2 | CLOSED? TIME-WAIT! phase=closed outcome=closed conn_state=SF history=ShAfFa
)")

TRACE("three segments close a connection: the FIN of the answer acknowledges the first", "[close]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed transition=client_ESTABLISHED_->_FIN-WAIT-1,server_ESTABLISHED_->_CLOSE-WAIT
    0.110 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK! !half_closed transition~client_FIN-WAIT-1_->_FIN-WAIT-2,client_FIN-WAIT-2_->_TIME-WAIT
    0.120 > .   2:2 ack 2 | TIME-WAIT! CLOSED? phase=closed outcome=closed
)")

TRACE("a FIN may carry data", "[close]", HANDSHAKE R"(
    0.100 > FP. 1:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed client.unacked=5 server.unacked=0
    0.110 < .   1:1 ack 7 | FIN-WAIT-2? CLOSE-WAIT!
    0.120 < FP. 1:4 ack 7 | TIME-WAIT? LAST-ACK! +data-while-half-closed client.unacked=0 server.unacked=3
    0.130 > .   7:7 ack 5 | TIME-WAIT! CLOSED? history=ShADFadf
)")

TRACE("an acknowledgment of the data alone does not acknowledge the FIN", "[close]", HANDSHAKE R"(
    0.100 > P.  1:6 ack 1 | ESTABLISHED ESTABLISHED
    0.101 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.110 < .   1:1 ack 6 | FIN-WAIT-1! CLOSE-WAIT?
    0.111 < .   1:1 ack 7 | FIN-WAIT-2? CLOSE-WAIT!
)")

TRACE("the capture ends after the last FIN: closed, though its acknowledgment was not seen", "[close]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < .   1:1 ack 2 | FIN-WAIT-2 CLOSE-WAIT
    0.120 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK! phase=closing outcome=closed conn_state=SF
)")

TRACE("the sequence numbers of a long close: data first, then both FINs", "[close]", HANDSHAKE HELLO R"(
    0.200 < P.  1:101 ack 6 | ESTABLISHED ESTABLISHED
    0.210 > .   6:6 ack 101 | ESTABLISHED ESTABLISHED
    0.220 < F.  101:101 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed client.unacked=0 server.unacked=0
    0.230 > F.  6:6 ack 102   | LAST-ACK! TIME-WAIT?
    0.240 < .   102:102 ack 7 | CLOSED? TIME-WAIT! phase=closed conn_state=SF history=ShADadfF
)")

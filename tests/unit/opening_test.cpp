// SPDX-License-Identifier: GPL-2.0-or-later
// The ordinary ways into a connection. Loss is in loss_and_retransmission_test.cpp.
#include "trace.hpp"

TRACE("a handshake moves each end by a rule of RFC 9293 3.10", "[open]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN! phase=opening sender=client roles=handshake conn=0 !incarnation !idle transition=client_UNKNOWN_->_SYN-SENT rule~RFC_9293_3.10.1
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! phase=opening sender=server idle=0.010 transition~server_UNKNOWN_->_SYN-RECEIVED transition~client_SYN-SENT_->_ESTABLISHED rule~RFC_9293_3.10.7
    0.030 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED? phase=open transition=server_SYN-RECEIVED_->_ESTABLISHED rule~RFC_9293_3.10.7.4 idle=0.020
    0.040 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED? !transition !rule
    0.050 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! !transition !embryonic !half_open !half_closed outcome=open conn_state=S1
)")

TRACE("the handshake's ACK may carry data", "[open]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.020 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.030 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED!
)")

TRACE("a server that speaks first confirms itself by its own data", "[open]", HANDSHAKE R"(
    0.030 < P.  1:21 ack 1 | ESTABLISHED! ESTABLISHED!
    0.040 > .   1:1 ack 21 | ESTABLISHED! ESTABLISHED! history=ShAd
)")

TRACE("only the SYN,ACK confirms nothing: the client stays presumed", "[open]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! outcome=embryonic phase=opening
)")

TRACE("a FIN may complete the handshake", "[open][close]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.020 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed half_closed=client
    0.030 < .   1:1 ack 2 | FIN-WAIT-2? CLOSE-WAIT!
)")

TRACE("urgent data is data", "[open]", HANDSHAKE R"(
    0.100 > PU. 1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    0.110 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! !rst.cause
)")

TRACE("options do not change what a handshake is", "[open]", R"(
    0.000 > S   0:0 wscale 7 ts       | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1 wscale 9 ts | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   1:1 ack 1 ts          | ESTABLISHED! ESTABLISHED?
)")

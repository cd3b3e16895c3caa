// SPDX-License-Identifier: GPL-2.0-or-later
// RFC 5961: what is near but not acceptable is answered by an ACK, and nothing changes.
#include "trace.hpp"

TRACE("a RST in the window is challenged by its receiver", "[challenge]", HANDSHAKE HELLO R"(
    1.000 < R   101:101   | ESTABLISHED ESTABLISHED rst.effect=unknown rst.settled=rejected
    1.010 > .   6:6 ack 1 | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6 summary~frame_6
    2.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED !challenge_ack
    2.010 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("the client challenges the server's SYN,ACK on an established connection", "[challenge]", HANDSHAKE HELLO R"(
    1.000 < S.  0:0 ack 1 | ESTABLISHED! ESTABLISHED!
    1.010 > .   6:6 ack 1 | ESTABLISHED! ESTABLISHED! +challenge-ack challenge_ack=6
    2.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.010 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("the server challenges a SYN on an established connection, which goes on", "[challenge][incarnation]",
      HANDSHAKE HELLO R"(
    1.000 > S   0:0 iss 2  | SYN-SENT UNKNOWN conn=1
    1.010 < .   1:1 ack 6  | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6 conn=0
    2.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED conn=0
    2.010 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED conn=0 outcome=open
)")

TRACE("a SYN with the connection's own number is challenged too", "[challenge]", HANDSHAKE HELLO R"(
    1.000 > S   0:0        | ESTABLISHED! ESTABLISHED! conn=0
    1.010 < .   1:1 ack 6  | ESTABLISHED! ESTABLISHED! +challenge-ack challenge_ack=6
    2.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.010 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("an acknowledgment that is too old is challenged (RFC 5961 5.2)", "[challenge]", HANDSHAKE HELLO R"(
    1.000 < .   1:1 ack -99000 | ESTABLISHED ESTABLISHED
    1.010 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
)")

TRACE("an acknowledgment of data that was never sent is challenged", "[challenge]", HANDSHAKE HELLO R"(
    1.000 < .   1:1 ack 5000   | ESTABLISHED ESTABLISHED
    1.010 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
    2.000 > P.  6:11 ack 1     | ESTABLISHED ESTABLISHED
    2.010 < .   1:1 ack 11     | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("a duplicate acknowledgment that nothing provoked is no challenge", "[challenge]", HANDSHAKE HELLO R"(
    1.000 < .   1:1 ack 6 | ESTABLISHED ESTABLISHED !challenge_ack
    2.000 > .   6:6 ack 1 | ESTABLISHED ESTABLISHED !challenge_ack
)")

TRACE("the answer to a repeated last FIN looks like a challenge and is none", "[challenge][close]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < F.  1:1 ack 2 | TIME-WAIT LAST-ACK
    0.120 > .   2:2 ack 2 | TIME-WAIT! CLOSED?
    0.400 < F.  1:1 ack 2 | TIME-WAIT! LAST-ACK!
    0.410 > .   2:2 ack 2 | TIME-WAIT! CLOSED? !challenge_ack
)")

TRACE("an acknowledgment of new data is no challenge, though a RST stood before it", "[challenge]", HANDSHAKE HELLO R"(
    0.500 < P.  1:101 ack 6 | ESTABLISHED ESTABLISHED
    0.600 < R   301:301     | ESTABLISHED ESTABLISHED rst.effect=unknown
    0.610 > .   6:6 ack 101 | ESTABLISHED ESTABLISHED !challenge_ack
)")

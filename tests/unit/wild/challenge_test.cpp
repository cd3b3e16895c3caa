// SPDX-License-Identifier: GPL-2.0-or-later
// A challenge ACK (RFC 5961) repeats its sender's own SEQ and ACK unchanged and comes no sooner than the path allows;
// what it answers is no hole of the capture, no keepalive, not the handshake. Each end is 10 ms away from the capture.
#include "trace.hpp"

// what a RST beyond the seen data does
TRACE("a RST beyond what its sender was seen to send: its effect is unknown until it is challenged",
      "[wild][challenge]", HANDSHAKE HELLO R"(
    1.000 < R   101:101    | ESTABLISHED ESTABLISHED rst.effect=unknown rst.cause=unknown rst.settled=rejected phase=open
    1.010 > .   6:6 ack 1  | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
    2.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.010 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("a RST beyond what its sender was seen to send, and nothing follows: unknown it stays", "[wild][challenge]",
      HANDSHAKE HELLO R"(
    # < P. 1:101 ack 6 may not have been captured
    1.000 < R.  101:101 ack 6 | ESTABLISHED * +* rst.effect=unknown !rst.settled
)")

TRACE("one number beyond its sender's next: unknown, not challenged", "[wild][challenge]", HANDSHAKE HELLO R"(
    1.000 < R   2:2 | ESTABLISHED * +* rst.effect=unknown rst.cause!=foreign
)")

TRACE("a RST from another distance lies where it lies: in the window, challenged", "[wild][challenge][foreign]",
      HANDSHAKE HELLO R"(
    1.000 < R   101:101 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.effect=challenged rst.cause=foreign
    1.010 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
)")

TRACE("a RST within what its sender has sent, above what arrived in order: challenged", "[wild][challenge]",
      HANDSHAKE HELLO R"(
    0.500 < .   1:101 ack 6          | ESTABLISHED ESTABLISHED
    0.501 < .   101:201 ack 6        | ESTABLISHED ESTABLISHED
    0.502 < .   201:301 ack 6        | ESTABLISHED ESTABLISHED
    # 1:101 was lost after the capture
    0.512 > .   6:6 ack 1 sack 201   | ESTABLISHED ESTABLISHED
    0.513 > .   6:6 ack 1 sack 301   | ESTABLISHED ESTABLISHED
    0.600 < R   201:201              | ESTABLISHED ESTABLISHED +rst-challenged rst.effect=challenged
    0.610 > .   6:6 ack 1 sack 301   | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=11
)")

// what a challenge looks like
TRACE("an acknowledgment that left before the RST could arrive is no challenge", "[wild][challenge]",
      HANDSHAKE HELLO R"(
    1.000 < R   101:101    | ESTABLISHED ESTABLISHED +* !rst.settled
    1.002 > .   6:6 ack 1  | ESTABLISHED ESTABLISHED !challenge_ack
)")

TRACE("the challenge comes behind one that left too early", "[wild][challenge]", HANDSHAKE HELLO R"(
    1.000 < R   101:101 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged
    1.002 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED !challenge_ack
    1.011 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
)")

TRACE("another acknowledgment number is no challenge", "[wild][challenge]", HANDSHAKE HELLO R"(
    0.500 < P.  1:101 ack 6      | ESTABLISHED ESTABLISHED
    0.600 < R   301:301 ttl 50   | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged
    0.610 > .   6:6 ack 101      | ESTABLISHED ESTABLISHED !challenge_ack
)")

TRACE("another sequence number is no challenge", "[wild][challenge]", HANDSHAKE HELLO R"(
    1.000 < R   101:101 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged
    # 6:106 of the client was not captured
    1.010 > .   106:106 ack 1  | ESTABLISHED ESTABLISHED !challenge_ack
)")

TRACE("an acknowledgment with data is no challenge", "[wild][challenge]", HANDSHAKE HELLO R"(
    1.000 < R   101:101 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged
    1.010 > P.  6:11 ack 1     | ESTABLISHED ESTABLISHED !challenge_ack
)")

// what it answers
TRACE("an acknowledgment of what the capture has missed provokes nothing", "[wild][challenge][loss]",
      HANDSHAKE HELLO R"(
    # > P. 6:106 ack 1 was not captured
    1.000 < .   1:1 ack 106    | ESTABLISHED ESTABLISHED
    1.010 > .   106:106 ack 1  | ESTABLISHED ESTABLISHED !challenge_ack
)")

TRACE("an acknowledgment of what was never sent is challenged: the next number proves it", "[wild][challenge]",
      HANDSHAKE HELLO R"(
    1.000 < .   1:1 ack 106    | ESTABLISHED ESTABLISHED
    1.010 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
    2.000 > P.  6:11 ack 1     | ESTABLISHED ESTABLISHED
    2.010 < .   1:1 ack 11     | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("a keepalive's answer is no challenge, though a RST stood before it", "[wild][challenge][keepalive]",
      HANDSHAKE HELLO R"(
    1.000 < R   101:101 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged
    1.001 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED !challenge_ack
    60.00 < .   0:0 ack 6      | ESTABLISHED ESTABLISHED keepalive=probe
    60.01 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED keepalive=answer !challenge_ack
)")

TRACE("the acknowledgment of a repeated SYN,ACK finishes the handshake and is no challenge", "[wild][challenge]",
      HANDSHAKE R"(
    1.010 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled
    1.020 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED? !challenge_ack
    2.000 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED? !challenge_ack
    2.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! !challenge_ack
)")

TRACE("duplicate acknowledgments of data that overtook others are no challenge", "[wild][challenge][loss]",
      HANDSHAKE HELLO R"(
    # 1:101 of the server was not captured and arrived late
    1.000 < .   101:201 ack 6 | ESTABLISHED ESTABLISHED
    1.010 > .   6:6 ack 1     | ESTABLISHED ESTABLISHED !challenge_ack
    1.020 < .   201:301 ack 6 | ESTABLISHED ESTABLISHED
    1.030 > .   6:6 ack 1     | ESTABLISHED ESTABLISHED !challenge_ack
    1.040 > .   6:6 ack 301   | ESTABLISHED ESTABLISHED !challenge_ack
)")

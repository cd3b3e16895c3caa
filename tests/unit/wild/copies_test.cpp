// SPDX-License-Identifier: GPL-2.0-or-later
// Each packet seen two to four times (-i any, a mirror port, two interfaces): a copy has the same identification,
// numbers and flags, a TTL equal or a little lower, and follows at once. It changes nothing and counts nowhere.
#include "trace.hpp"

TRACE("a connection of which every packet is seen twice", "[wild][copies]", R"(
    0.00000 > S   0:0 id 100       | SYN-SENT! UNKNOWN conn=0 !copy_of
    0.00005 > S   0:0 id 100       | SYN-SENT! UNKNOWN conn=0 copy_of=1 !embryonic !transition
    0.01000 < S.  0:0 ack 1 id none | ESTABLISHED? SYN-RECEIVED!
    0.01005 < S.  0:0 ack 1 id none | ESTABLISHED? SYN-RECEIVED! copy_of=3 !embryonic
    0.02000 > .   1:1 ack 1 id 101 | ESTABLISHED! ESTABLISHED?
    0.02005 > .   1:1 ack 1 id 101 | ESTABLISHED! ESTABLISHED? copy_of=5
    0.10000 > P.  1:6 ack 1 id 102 | ESTABLISHED! ESTABLISHED?
    0.10005 > P.  1:6 ack 1 id 102 | ESTABLISHED! ESTABLISHED? copy_of=7
    0.11000 < .   1:1 ack 6 id 900 | ESTABLISHED! ESTABLISHED!
    0.11005 < .   1:1 ack 6 id 900 | ESTABLISHED! ESTABLISHED! copy_of=9 !challenge_ack !keepalive
    0.20000 > F.  6:6 ack 1 id 103 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.20005 > F.  6:6 ack 1 id 103 | FIN-WAIT-1! CLOSE-WAIT? copy_of=11
    0.21000 < F.  1:1 ack 7 id 901 | TIME-WAIT? LAST-ACK!
    0.21005 < F.  1:1 ack 7 id 901 | TIME-WAIT? LAST-ACK! copy_of=13
    0.22000 > .   7:7 ack 2 id 104 | TIME-WAIT! CLOSED?
    0.22005 > .   7:7 ack 2 id 104 | TIME-WAIT! CLOSED? copy_of=15 outcome=closed conn_state=SF history=ShADaFf
)")

TRACE("each packet four times, before and behind a router: the TTL falls by one", "[wild][copies]", HANDSHAKE HELLO R"(
    1.00000 > P.  6:11 ack 1 id 300         | ESTABLISHED ESTABLISHED !copy_of
    1.00003 > P.  6:11 ack 1 id 300         | ESTABLISHED ESTABLISHED copy_of=6
    1.00006 > P.  6:11 ack 1 id 300 ttl 63  | ESTABLISHED ESTABLISHED copy_of=6
    1.00009 > P.  6:11 ack 1 id 300 ttl 63  | ESTABLISHED ESTABLISHED copy_of=6 !half_open
    1.01000 < .   1:1 ack 11 id 801         | ESTABLISHED ESTABLISHED
)")

TRACE("copies that come interleaved", "[wild][copies]", HANDSHAKE HELLO R"(
    1.00000 > .   6:106 ack 1 id 300   | ESTABLISHED ESTABLISHED
    1.00001 > P.  106:206 ack 1 id 301 | ESTABLISHED ESTABLISHED
    1.00005 > .   6:106 ack 1 id 300   | ESTABLISHED ESTABLISHED copy_of=6
    1.00006 > P.  106:206 ack 1 id 301 | ESTABLISHED ESTABLISHED copy_of=7
    1.01000 < .   1:1 ack 206 id 801   | ESTABLISHED ESTABLISHED history=ShADa
)")

TRACE("another identification at once: sent again, no copy", "[wild][copies]", HANDSHAKE HELLO R"(
    1.00000 > P.  6:11 ack 1 id 300 | ESTABLISHED ESTABLISHED
    1.00005 > P.  6:11 ack 1 id 301 | ESTABLISHED ESTABLISHED !copy_of
)")

TRACE("the same identification 300 ms later: sent again, no copy", "[wild][copies]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 id 300 | ESTABLISHED ESTABLISHED
    1.300 > P.  6:11 ack 1 id 300 | ESTABLISHED ESTABLISHED !copy_of history=ShADaT
)")

TRACE("the same identification with another window: no copy", "[wild][copies]", HANDSHAKE HELLO R"(
    1.00000 > .   6:6 ack 1 id 300  | ESTABLISHED ESTABLISHED
    1.00005 > .   6:6 ack 1 id 300 win 400 | ESTABLISHED ESTABLISHED !copy_of
)")

TRACE("a TTL far lower is another packet", "[wild][copies][foreign]", HANDSHAKE HELLO R"(
    1.00000 < R.  1:1 ack 6 id 300        | CLOSED? CLOSED! +rst-abort !copy_of
    1.00005 < R.  1:1 ack 6 id 300 ttl 44 | CLOSED? CLOSED! +* !copy_of
)")

// what must count once
TRACE("SYN repeats count once each", "[wild][copies][embryonic]", R"(
    0.00000 > S 0:0 id 1 | SYN-SENT! UNKNOWN
    0.00005 > S 0:0 id 1 | SYN-SENT! UNKNOWN copy_of=1 !embryonic
    1.00000 > S 0:0 id 2 | SYN-SENT! UNKNOWN +syn-unanswered embryonic.attempts=1
    1.00005 > S 0:0 id 2 | SYN-SENT! UNKNOWN copy_of=3 embryonic.attempts=1
    3.00000 > S 0:0 id 3 | SYN-SENT! UNKNOWN +syn-unanswered embryonic.attempts=2
    3.00005 > S 0:0 id 3 | SYN-SENT! UNKNOWN copy_of=5 embryonic.attempts=2 outcome=unanswered
)")

TRACE("repeats count once each: suspicion comes with the fourth, not with the second", "[wild][copies][suspicion]",
      HANDSHAKE HELLO R"(
    1.00000 > P. 6:11 ack 1 id 300 | ESTABLISHED ESTABLISHED
    1.00005 > P. 6:11 ack 1 id 300 | ESTABLISHED ESTABLISHED copy_of=6
    1.20400 > P. 6:11 ack 1 id 301 | ESTABLISHED ESTABLISHED
    1.20405 > P. 6:11 ack 1 id 301 | ESTABLISHED ESTABLISHED copy_of=8
    1.61200 > P. 6:11 ack 1 id 302 | ESTABLISHED ESTABLISHED
    1.61205 > P. 6:11 ack 1 id 302 | ESTABLISHED ESTABLISHED copy_of=10 !half_open
    2.42800 > P. 6:11 ack 1 id 303 | ESTABLISHED ESTABLISHED
    2.42805 > P. 6:11 ack 1 id 303 | ESTABLISHED ESTABLISHED copy_of=12 !half_open
    4.06000 > P. 6:11 ack 1 id 304 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=4 half_open.lost_bytes=5
    4.06005 > P. 6:11 ack 1 id 304 | ESTABLISHED ESTABLISHED copy_of=14 half_open=suspected half_open.attempts=4 half_open.lost_bytes=5
)")

TRACE("probes count once each", "[wild][copies][keepalive]", HANDSHAKE HELLO R"(
    60.0000 > .  5:5 ack 1 id 300 | ESTABLISHED ESTABLISHED keepalive=probe
    60.0001 > .  5:5 ack 1 id 300 | ESTABLISHED ESTABLISHED copy_of=6
    61.0000 > .  5:5 ack 1 id 301 | ESTABLISHED ESTABLISHED keepalive=probe
    61.0001 > .  5:5 ack 1 id 301 | ESTABLISHED ESTABLISHED copy_of=8
    62.0000 > .  5:5 ack 1 id 302 | ESTABLISHED ESTABLISHED keepalive=probe
    62.0001 > .  5:5 ack 1 id 302 | ESTABLISHED ESTABLISHED copy_of=10 !half_open
    63.0000 > R. 6:6 ack 1 id 303 | CLOSED! * +rst-keepalive-timeout summary~3_probes
)")

TRACE("half-closed bytes and segments count once", "[wild][copies][half-closed]", HANDSHAKE R"(
    0.10000 > F.  1:1 ack 1 id 300   | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.11000 < .   1:1 ack 2 id 800   | FIN-WAIT-2? CLOSE-WAIT!
    0.20000 < .   1:101 ack 2 id 801 | FIN-WAIT-2 CLOSE-WAIT! +data-while-half-closed half_closed.bytes=100 half_closed.segments=1
    0.20005 < .   1:101 ack 2 id 801 | FIN-WAIT-2 CLOSE-WAIT! copy_of=6 half_closed.bytes=100 half_closed.segments=1
    0.21000 > .   2:2 ack 101 id 301 | FIN-WAIT-2! CLOSE-WAIT! half_closed.bytes=100
)")

TRACE("the copy of a RST inherits its cause and tells nothing again", "[wild][copies][rst]", HANDSHAKE HELLO R"(
    5.00000 > P.  6:11 ack 1 id 300  | ESTABLISHED ESTABLISHED
    5.00005 > P.  6:11 ack 1 id 300  | ESTABLISHED ESTABLISHED copy_of=6
    5.01000 < R   1:1 id none     | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.trigger=6
    5.01005 < R   1:1 id none     | CLOSED? CLOSED! copy_of=8 rst.cause=crash !event outcome=crashed
)")

TRACE("the copy of a RST says the same reason", "[wild][copies][declared]", HANDSHAKE HELLO R"(
    5.00000 < R. 1:8 ack 6 id 300 payload "Go away" | CLOSED? CLOSED! +rst-abort rst.declared=Go_away rst.cause=abort
    5.00005 < R. 1:8 ack 6 id 300 payload "Go away" | CLOSED? CLOSED! copy_of=6 rst.declared=Go_away rst.cause=abort !event
)")

TRACE("two segments and two RSTs without identification: no copy, one for each", "[wild][copies][pairing]",
      HANDSHAKE HELLO R"(
    5.00000 > .   6:106 ack 1 id 300   | ESTABLISHED ESTABLISHED
    5.00001 > P.  106:206 ack 1 id 301 | ESTABLISHED ESTABLISHED
    5.01000 < R   1:1 id none       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.trigger=6
    5.01001 < R   1:1 id none       | CLOSED? CLOSED! +* rst.trigger=7 !copy_of
)")

TRACE("the copy of an abort is no second abort", "[wild][copies][rst]", HANDSHAKE HELLO R"(
    1.00000 < R.  1:1 ack 6 id 300 | CLOSED? CLOSED! +rst-abort rst.cause=abort
    1.00005 < R.  1:1 ack 6 id 300 | CLOSED? CLOSED! copy_of=6 rst.cause=abort !event
)")

TRACE("the copy of what was sent before the RST contradicts nothing", "[wild][copies][hindsight]", HANDSHAKE HELLO R"(
    1.00000 < P.  1:101 ack 6 id 300   | ESTABLISHED ESTABLISHED
    1.00010 < R.  101:101 ack 6 id 301 | CLOSED? CLOSED! +rst-abort !rst.contradicted_in
    1.00015 < P.  1:101 ack 6 id 300   | CLOSED? CLOSED! copy_of=6
    1.00020 < R.  101:101 ack 6 id 301 | CLOSED? CLOSED! copy_of=7 outcome=aborted
)")

TRACE("the copy of a SYN opens no new life", "[wild][copies][incarnation]", HANDSHAKE R"(
    1.00000 > R.  1:1 ack 1 id 300 | CLOSED CLOSED +rst-abort
    2.00000 > S   0:0 iss 2 id 301 | SYN-SENT UNKNOWN +new-incarnation conn=1
    2.00005 > S   0:0 iss 2 id 301 | SYN-SENT UNKNOWN conn=1 copy_of=5 !next
)")

// what has no identification
TRACE("two SYNs are answered by two SYN,ACKs at once: no copy", "[wild][copies]", R"(
    0.00000 > S   0:0 id 1 | SYN-SENT! UNKNOWN
    1.00000 > S   0:0 id 2 | SYN-SENT! UNKNOWN +syn-unanswered
    1.20000 < S.  0:0 ack 1 id none | ESTABLISHED? SYN-RECEIVED! !copy_of
    1.20003 < S.  0:0 ack 1 id none | ESTABLISHED? SYN-RECEIVED! +* !copy_of
)")

TRACE("a bare ACK without identification comes again behind a router: a copy", "[wild][copies]", HANDSHAKE HELLO R"(
    1.00000 > P.  6:11 ack 1 id 300         | ESTABLISHED ESTABLISHED
    1.01000 < .   1:1 ack 11 id none        | ESTABLISHED ESTABLISHED !copy_of
    1.01003 < .   1:1 ack 11 id none ttl 63 | ESTABLISHED ESTABLISHED copy_of=7
)")

TRACE("a bare ACK without identification comes twice: perhaps a duplicate acknowledgment", "[wild][copies]",
      HANDSHAKE HELLO R"(
    1.00000 > P.  6:11 ack 1 id 300  | ESTABLISHED ESTABLISHED
    1.01000 < .   1:1 ack 11 id none | ESTABLISHED ESTABLISHED !copy_of
    1.01003 < .   1:1 ack 11 id none | ESTABLISHED ESTABLISHED !copy_of
)")

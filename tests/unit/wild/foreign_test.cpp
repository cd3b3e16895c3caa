// SPDX-License-Identifier: GPL-2.0-or-later
// RSTs that the endpoint they name did not send: by distance, by a mirrored identification, by numbers that no stack
// sends; and what looks like one of these and is none.
#include "beginnings.hpp"

// distance: hops from the initial TTL of 32, 64, 128 or 255
TRACE("another initial TTL from no distance is the same box", "[wild][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 255 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted !rst.hops_delta rst.ttl_delta=191
)")

TRACE("a TTL of 128 in the name of one of 64 is the same box", "[wild][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 128 | CLOSED? CLOSED! +rst-abort rst.cause=abort !rst.hops_delta rst.ttl_delta=64
)")

TRACE("a TTL of 32 in the name of one of 64 is the same box", "[wild][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 32  | CLOSED? CLOSED! +rst-abort rst.cause=abort !rst.hops_delta rst.ttl_delta=-32
)")

TRACE("five hops of 255 where the endpoint is none away: foreign", "[wild][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 250 | CLOSED? ESTABLISHED! +rst-suspicious rst.cause=foreign rst.confidence=likely rst.hops_delta=5 rst.ttl_delta=186 summary~probably
)")

TRACE("two hops of 128: within the tolerance, only the confidence suffers", "[wild][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 126 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.confidence=possible rst.hops_delta=2 rst.ttl_delta=62
)")

TRACE("an endpoint of unknown TTL has no distance", "[wild][foreign]", R"(
    0.000 > S   0:0                 | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 ttl none  | ESTABLISHED SYN-RECEIVED
    0.020 > .   1:1 ack 1           | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1           | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 6 ttl none  | ESTABLISHED ESTABLISHED
    1.000 < R.  1:1 ack 6 ttl 50    | CLOSED? CLOSED! +rst-abort rst.cause=abort !rst.hops_delta !rst.ttl_delta
)")

// the identification of the segment that it answers, mirrored
TRACE("identification and window of the segment that it answers: built in between", "[wild][foreign]",
      HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1 id 4660 win 501 | ESTABLISHED ESTABLISHED
    5.010 < R   1:1 id 4660 win 501        | CLOSED? ESTABLISHED +rst-suspicious rst.cause=foreign rst.kind=reply rst.trigger=6 rst.confidence=likely rst.effect=accepted !half_open summary~probably rst.explanation~ID
)")

TRACE("an identification of its own: the endpoint", "[wild][foreign][crash]", HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1 id 4660 win 501 | ESTABLISHED ESTABLISHED
    5.010 < R   1:1 id 17 win 0            | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash
)")

TRACE("no identification on either side is no copy", "[wild][foreign][crash]", HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1 id none win 0 | ESTABLISHED ESTABLISHED
    5.010 < R   1:1 id none win 0        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash
)")

TRACE("a refusal with the SYN's own identification and window is foreign", "[wild][foreign][refused]", R"(
    0.000 > S   0:0 id 999 win 64240               | SYN-SENT UNKNOWN
    0.010 < R.  0:0 ack 1 raw id 999 win 64240     | CLOSED? UNKNOWN +rst-suspicious rst.cause=foreign rst.kind=reply rst.trigger=1 rst.effect=accepted
)")

TRACE("a refusal with an identification of its own is a refusal", "[wild][foreign][refused]", R"(
    0.000 > S   0:0 id 999 win 64240      | SYN-SENT UNKNOWN
    0.010 < R.  0:0 ack 1 raw id none win 0 | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.confidence=certain
)")

// numbers
TRACE("RSTs of a burst whose numbers rise beyond what was sent: no stack does that", "[wild][foreign]",
      HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6       | CLOSED? CLOSED! +rst-abort rst.cause=abort
    1.001 < R.  1461:1461 ack 6 | CLOSED * +rst-suspicious +* rst.cause=foreign rst.confidence=possible summary!~probably
    1.002 < R.  4381:4381 ack 6 | CLOSED * +rst-suspicious +* rst.cause=foreign rst.confidence=possible
)")

TRACE("one RST beyond what was sent is not yet a race", "[wild][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1461:1461 ack 6 | ESTABLISHED * +* rst.cause!=foreign
)")

TRACE("RSTs whose numbers rise within what was sent answer one acknowledgment each", "[wild][foreign]",
      HANDSHAKE HELLO R"(
    1.000 < .   1:1461 ack 6    | ESTABLISHED ESTABLISHED
    1.001 < .   1461:2921 ack 6 | ESTABLISHED ESTABLISHED
    1.002 < P.  2921:4381 ack 6 | ESTABLISHED ESTABLISHED
    1.012 > .   6:6 ack 1461    | ESTABLISHED ESTABLISHED
    1.013 > .   6:6 ack 2921    | ESTABLISHED ESTABLISHED
    1.014 > .   6:6 ack 4381    | ESTABLISHED ESTABLISHED
    1.022 < R   1461:1461       | * * +* rst.kind=reply rst.trigger=9 rst.cause!=foreign
    1.023 < R   2921:2921       | * * +* rst.kind=reply rst.trigger=10 rst.cause!=foreign
    1.024 < R   4381:4381       | * * +* rst.kind=reply rst.trigger=11 rst.cause!=foreign
)")

TRACE("a RST at the oldest number that is not acknowledged: its sender rewound", "[wild][foreign]", HANDSHAKE HELLO R"(
    1.000 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    1.020 > .   6:6 ack 101   | ESTABLISHED ESTABLISHED
    1.030 < P.  101:201 ack 6 | ESTABLISHED ESTABLISHED
    1.031 < R.  101:101 ack 6 | * * +* rst.cause!=foreign
)")

TRACE("a RST below what was acknowledged long ago, in the middle of the stream, is no rewinding", "[wild][foreign]",
      HANDSHAKE HELLO R"(
    1.000 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    1.020 > .   6:6 ack 101   | ESTABLISHED ESTABLISHED
    9.000 < R.  51:51 ack 6   | ESTABLISHED ESTABLISHED +* rst.effect=ignored rst.kind=unknown
)")

TRACE("the host's own identification goes on: the numbers had a hole in the capture", "[wild][foreign]", R"(
    0.000 > S   0:0                | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 id 500   | ESTABLISHED SYN-RECEIVED
    0.020 > .   1:1 ack 1          | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1          | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 6 id 501   | ESTABLISHED ESTABLISHED
    0.200 < P.  1:101 ack 6 id 502 | ESTABLISHED ESTABLISHED
    0.220 > .   6:6 ack 101        | ESTABLISHED ESTABLISHED
    # two segments with 503 and 504 were not captured
    0.300 < R.  1561:1561 ack 6 id 505 | * * +* rst.cause!=foreign
    0.301 < R.  3021:3021 ack 6 id 506 | * * +* rst.cause!=foreign
)")

TRACE("the same numbers with identifications of another counter are foreign", "[wild][foreign]", R"(
    0.000 > S   0:0                | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 id 500   | ESTABLISHED SYN-RECEIVED
    0.020 > .   1:1 ack 1          | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1          | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 6 id 501   | ESTABLISHED ESTABLISHED
    0.200 < P.  1:101 ack 6 id 502 | ESTABLISHED ESTABLISHED
    0.220 > .   6:6 ack 101        | ESTABLISHED ESTABLISHED
    0.300 < R.  1561:1561 ack 6 id 41000 | * * +*
    0.301 < R.  3021:3021 ack 6 id 7     | * * +rst-suspicious +* rst.cause=foreign rst.confidence=possible
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// As a crash, but from another distance than the endpoint that the RST names: a box in between has forgotten. The
// server's segments arrive with TTL 63, one hop away.
#include "beginnings.hpp"

TRACE("the router before the server no longer knows the connection", "[wild][middlebox]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0001 < R   1:1 ttl 64   | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.kind=reply rst.effect=accepted rst.confidence=likely rst.trigger=6 rst.hops_delta=-1 rst.ttl_delta=1 !half_open phase=reset outcome=forgotten
)")

TRACE("the same distance: the server itself, a crash", "[wild][middlebox][crash]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0020 < R   1:1 ttl 63   | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely !rst.hops_delta !rst.ttl_delta outcome=crashed
)")

TRACE("the same distance with another initial TTL: the same box, a crash", "[wild][middlebox][crash]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0020 < R   1:1 ttl 127  | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely !rst.hops_delta rst.ttl_delta=64
)")

TRACE("another initial TTL and another distance: a box", "[wild][middlebox]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0001 < R   1:1 ttl 255  | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.hops_delta=-1 rst.ttl_delta=192 outcome=forgotten
)")

TRACE("three hops farther: a box behind the server's address", "[wild][middlebox]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0020 < R   1:1 ttl 60   | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.hops_delta=3 rst.ttl_delta=-3
)")

TRACE("four hops farther: more than the tolerance, foreign", "[wild][middlebox][foreign]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0020 < R   1:1 ttl 59   | CLOSED? ESTABLISHED +rst-suspicious rst.cause=foreign rst.hops_delta=4 rst.ttl_delta=-4 !half_open
)")

TRACE("an unknown TTL is no distance: a crash", "[wild][middlebox][crash]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0020 < R   1:1 ttl none | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash !rst.hops_delta !rst.ttl_delta
)")

TRACE("the distance of an endpoint that varies proves nothing", "[wild][middlebox][crash]", R"(
    0.0000 > S   0:0               | SYN-SENT UNKNOWN
    0.0020 < S.  0:0 ack 1 ttl 63  | ESTABLISHED SYN-RECEIVED
    0.0021 > .   1:1 ack 1         | ESTABLISHED ESTABLISHED
    0.1000 > P.  1:6 ack 1         | ESTABLISHED ESTABLISHED
    0.1020 < .   1:1 ack 6 ttl 61  | ESTABLISHED ESTABLISHED
    3.0000 > P.  6:11 ack 1        | ESTABLISHED ESTABLISHED
    3.0020 < R   1:1 ttl 62        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash !rst.hops_delta
)")

TRACE("a box needs the same absence as a crash: the endpoint was heard 50 ms before", "[wild][middlebox]",
      BEHIND_ROUTER R"(
    0.1500 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    0.1501 < R   1:1 ttl 64   | * * +* rst.cause!=middlebox rst.cause!=crash rst.confidence=possible rst.hops_delta=-1 !half_open
)")

TRACE("a box after half a second of silence: only possible, as a crash would be", "[wild][middlebox]", BEHIND_ROUTER R"(
    0.6000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    0.6001 < R   1:1 ttl 64   | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.confidence=possible
)")

TRACE("a box after minutes of idleness: its idle timeout is named", "[wild][middlebox]", BEHIND_ROUTER R"(
    350.10 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    350.11 < R   1:1 ttl 64   | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.explanation~idle_timeout
)")

TRACE("an acknowledgment before the idle time does not hide it", "[wild][middlebox]", BEHIND_ROUTER R"(
    0.2000 < P.  1:11 ack 6 ttl 63 | ESTABLISHED ESTABLISHED
    0.2001 > .   6:6 ack 11   | ESTABLISHED ESTABLISHED
    350.20 > P.  6:11 ack 11  | ESTABLISHED ESTABLISHED
    350.21 < R   11:11 ttl 64 | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.explanation~idle_timeout
)")

TRACE("a keepalive probe finds a box that has forgotten", "[wild][middlebox][keepalive]", BEHIND_ROUTER R"(
    60.000 > .   5:5 ack 1    | ESTABLISHED ESTABLISHED keepalive=probe
    60.001 < R   1:1 ttl 64   | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.trigger=6 outcome=forgotten
)")

TRACE("a box answers each retransmission: the cause stays", "[wild][middlebox]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    3.0001 < R   1:1 ttl 64   | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.trigger=6
    3.2000 > P.  6:11 ack 1   | ESTABLISHED! ESTABLISHED
    3.2001 < R   1:1 ttl 64   | CLOSED? ESTABLISHED +* rst.cause=middlebox rst.trigger=8 !half_open
)")

TRACE("the server lives on behind the box, and learns from the client", "[wild][middlebox]", BEHIND_ROUTER R"(
    3.0000 > P.  6:11 ack 1         | ESTABLISHED ESTABLISHED
    3.0001 < R   1:1 ttl 64         | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.contradicted_in=8 outcome=forgotten
    9.0000 < P.  1:101 ack 6 ttl 63 | CLOSED? ESTABLISHED!
    9.0001 > R   6:6                | CLOSED! CLOSED? +rst-after-close rst.cause=after-close rst.kind=reply rst.trigger=8 !half_open
)")

TRACE("no box where its sender had said FIN: data after close", "[wild][middlebox]", BEHIND_ROUTER R"(
    1.0000 < F.  1:1 ack 6 ttl 63 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    1.0001 > .   6:6 ack 2        | CLOSE-WAIT! FIN-WAIT-2?
    3.0000 > P.  6:11 ack 2       | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed
    3.0001 < R   2:2 ttl 64       | * * +* rst.cause=data-after-close rst.confidence=possible rst.hops_delta=-1 !half_open
)")

TRACE("a NAT many hops away that forgot in a long pause: a box, not a forger", "[wild][middlebox][foreign]",
      BEHIND_ROUTER R"(
    400.00 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    400.01 < R   1:1 ttl 56   | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.kind=reply rst.hops_delta=7 rst.explanation~idle_timeout outcome=forgotten
)")

TRACE("in the long pause but with the identification of what it answers: built in between",
      "[wild][middlebox][foreign]", BEHIND_ROUTER R"(
    400.00 > P.  6:11 ack 1 id 4660 win 501  | ESTABLISHED ESTABLISHED
    400.01 < R   1:1 ttl 56 id 4660 win 501  | CLOSED? ESTABLISHED +rst-suspicious rst.cause=foreign
)")

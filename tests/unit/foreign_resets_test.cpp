// SPDX-License-Identifier: GPL-2.0-or-later
// RSTs that the endpoint they name did not send.
#include "trace.hpp"

TRACE("a firewall's RST: the TTL betrays it, its supposed sender lives on", "[rst][foreign]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1      | ESTABLISHED ESTABLISHED
    1.001 < R   1:1 ttl 50      | CLOSED? ESTABLISHED! +rst-suspicious rst.cause=foreign rst.kind=reply rst.effect=accepted rst.trigger=6 rst.ttl_delta=-14 rst.confidence=likely !half_open summary~-14 rst.contradicted_in=8 outcome=aborted
    # the server knows nothing of it; the victim says so
    1.200 < P.  1:101 ack 11    | CLOSED? ESTABLISHED!
    1.201 > R   11:11           | CLOSED! CLOSED? +rst-after-close rst.cause=after-close rst.kind=reply rst.trigger=8 !half_open
)")

TRACE("a forged RST,ACK with the exact number and a higher TTL", "[rst][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 250 | CLOSED? ESTABLISHED! +rst-suspicious rst.cause=foreign rst.ttl_delta=186 rst.effect=accepted closed_first=server
)")

TRACE("a TTL off by less only lowers the confidence", "[rst][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 62 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.confidence=possible rst.ttl_delta=-2 rst.explanation~TTL
)")

TRACE("a TTL off by exactly the tolerance is not foreign", "[rst][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 61 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.confidence=possible rst.ttl_delta=-3
)")

TRACE("a TTL off by more than the tolerance is foreign", "[rst][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 60 | CLOSED? ESTABLISHED! +rst-suspicious rst.cause=foreign rst.ttl_delta=-4
)")

TEST_CASE("the tolerance of the TTL is a preference", "[rst][foreign]") {
    tcpstate::Preferences preferences;
    preferences.ttl_tolerance = 20;
    trace::check(HANDSHAKE HELLO R"(
        1.000 < R.  1:1 ack 6 ttl 50 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.confidence=possible rst.ttl_delta=-14
    )",
                 preferences, true);
}

TRACE("an endpoint whose TTL had not been constant betrays nothing", "[rst][foreign]", R"(
    0.000 > S   0:0               | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1         | ESTABLISHED SYN-RECEIVED
    0.020 > .   1:1 ack 1         | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1         | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 6 ttl 55  | ESTABLISHED ESTABLISHED
    1.000 < R.  1:1 ack 6 ttl 50  | CLOSED? CLOSED! +rst-abort rst.cause=abort !rst.ttl_delta
)")

TRACE("forged, TTL 50: a quarter of the space off and one below are dropped, +100 is challenged, exact kills",
      "[rst][foreign][position]", HANDSHAKE HELLO R"(
    1.000 < R   1073741825:1073741825 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-ignored rst.effect=ignored rst.cause=foreign
    2.000 < R   0:0 ttl 50     | ESTABLISHED ESTABLISHED +rst-suspicious +rst-ignored rst.effect=ignored rst.cause=foreign
    3.000 < R   101:101 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.effect=challenged rst.cause=foreign
    3.010 > .   6:6 ack 1      | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=8
    4.000 < R   1:1 ttl 50     | CLOSED? ESTABLISHED! +rst-suspicious rst.effect=accepted rst.cause=foreign outcome=aborted
)")

TRACE("a RST below what its sender was seen to send: it may have rewound, its place says nothing", "[rst][foreign]",
      HANDSHAKE HELLO R"(
    1.000 < P.  1:101 ack 6   | ESTABLISHED ESTABLISHED
    1.001 > .   6:6 ack 101   | ESTABLISHED ESTABLISHED
    1.002 < P.  101:201 ack 6 | ESTABLISHED ESTABLISHED
    1.003 < R.  101:101 ack 6 | ESTABLISHED ESTABLISHED! +rst-ignored rst.cause=abort rst.confidence=possible rst.effect=ignored
    1.010 < P.  201:301 ack 6 | ESTABLISHED ESTABLISHED!
    1.020 > .   6:6 ack 301   | ESTABLISHED! ESTABLISHED! outcome=open
)")

TRACE("back-to-back RSTs with rising numbers", "[rst][foreign]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6       | CLOSED? CLOSED! +rst-abort rst.effect=accepted
    1.001 < R.  1461:1461 ack 6
    1.002 < R.  4381:4381 ack 6
)")

TRACE("in hindsight: the supposed sender of an unremarkable RST goes on", "[rst][foreign][hindsight]",
      HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6   | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.effect=accepted rst.contradicted_in=7
    2.000 < P.  1:101 ack 6 | CLOSED? ESTABLISHED!
)")

TRACE("in hindsight: the victim goes on, it never got the RST", "[rst][foreign][hindsight]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6    | CLOSED? CLOSED! +rst-abort rst.effect=accepted rst.contradicted_in=7
    2.000 > P.  6:11 ack 1   | ESTABLISHED! CLOSED!
    2.010 < .   1:1 ack 11   | ESTABLISHED! ESTABLISHED! outcome=open
)")

TRACE("the victim never got the abort, and the RST that answers it is the end of it", "[rst][after-close]",
      HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6    | CLOSED? CLOSED! +rst-abort rst.effect=accepted rst.contradicted_in=7 outcome=aborted
    2.000 > P.  6:11 ack 1   | ESTABLISHED! CLOSED!
    2.010 < R   1:1          | CLOSED? CLOSED! +rst-after-close rst.cause=after-close rst.trigger=7 outcome=aborted
)")

TRACE("what was on its way when the RST passed is no contradiction", "[rst][hindsight]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6    | CLOSED? CLOSED! +rst-abort !rst.contradicted_in
    1.005 > P.  6:11 ack 1   | CLOSED? CLOSED! phase=reset outcome=aborted
)")

MIDSTREAM_TRACE("an unknown effect is settled by what follows: rejected, the victim goes on", "[rst][hindsight]", R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < P.  1:6 ack 6  | ESTABLISHED! ESTABLISHED!
    # 6:106 of the server was not captured
    0.100 < P.  106:111 ack 6 | ESTABLISHED! ESTABLISHED!
    0.200 < R.  111:111 ack 6 | ESTABLISHED! CLOSED! +rst-abort rst.effect=unknown rst.settled=rejected
    3.000 > P.  6:11 ack 1    | ESTABLISHED! CLOSED!
)")

MIDSTREAM_TRACE("an unknown effect is settled by what follows: accepted, the victim no longer knows the connection",
                "[rst][hindsight]", R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < P.  1:6 ack 6  | ESTABLISHED! ESTABLISHED!
    # 6:106 of the server was not captured
    0.100 < P.  106:111 ack 6 | ESTABLISHED! ESTABLISHED!
    0.200 < R.  111:111 ack 6 ttl 40 | ESTABLISHED! ESTABLISHED! +rst-suspicious rst.effect=unknown rst.settled=accepted
    0.300 < P.  111:116 ack 6 | ESTABLISHED ESTABLISHED!
    0.301 > R   6:6           | CLOSED! CLOSED? +rst-after-close rst.cause=after-close rst.kind=reply !half_open
)")

TRACE("an unknown TTL is no TTL of 0: nothing speaks against the RST", "[foreign]", R"(
)" HANDSHAKE HELLO R"(
1.000 > P. 6:11 ack 1     | ESTABLISHED ESTABLISHED
1.010 < R 1:1 ttl none    | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash !rst.ttl_delta
)")

TRACE("an endpoint whose TTL is unknown has no usual TTL", "[foreign]", R"(
0.000 > S 0:0                  | SYN-SENT UNKNOWN
0.010 < S. 0:0 ack 1 ttl none  | ESTABLISHED? SYN-RECEIVED
0.020 > . 1:1 ack 1            | ESTABLISHED ESTABLISHED?
0.100 > P. 1:6 ack 1           | ESTABLISHED ESTABLISHED?
0.110 < . 1:1 ack 6 ttl none   | ESTABLISHED ESTABLISHED
1.000 > P. 6:11 ack 1          | ESTABLISHED ESTABLISHED
1.010 < R 1:1 ttl 200          | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash !rst.ttl_delta
)")

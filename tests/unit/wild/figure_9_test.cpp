// SPDX-License-Identifier: GPL-2.0-or-later
// RFC 9293 figure 9 where the capture shows nothing of the old connection: a SYN meets an ACK that does not fit, and
// RST.
#include "trace.hpp"

TRACE("a SYN is answered by a bare ACK that does not fit, then RST: the client had lost its memory", "[wild][figure-9]",
      R"(
    0.000 > S   0:0                   | SYN-SENT UNKNOWN conn=0
    0.010 < .   700000:700000 ack 300000 | * *
    0.011 > R   300000:300000         | * * +half-open-confirmed +rst-after-crash rst.cause=crash-reconnect rst.kind=reply rst.trigger=2 half_open=confirmed half_open.gone=client half_open.discovered_by=syn
    # Linux sends the SYN again at once; the server must not stay CLOSED
    0.021 > S   0:0                   | SYN-SENT! * +* conn=0
    0.031 < S.  0:0 ack 1             | ESTABLISHED? SYN-RECEIVED! conn=0
    0.032 > .   1:1 ack 1             | ESTABLISHED! ESTABLISHED? conn=0
    0.100 > P.  1:6 ack 1             | ESTABLISHED! ESTABLISHED? conn=0
    0.110 < .   1:1 ack 6             | ESTABLISHED! ESTABLISHED! conn=0 outcome=open
)")

TRACE("the RST of figure 9 bears the number that the bare ACK acknowledged, whatever its own", "[wild][figure-9]", R"(
    0.000 > S   0:0                | SYN-SENT UNKNOWN
    1.000 > S   0:0                | SYN-SENT UNKNOWN +syn-unanswered
    1.010 < .   9:9 ack -5000      | * *
    1.011 > R   -5000:-5000        | * * +half-open-confirmed +rst-after-crash rst.cause=crash-reconnect rst.trigger=3 half_open.gone=client
)")

TRACE("a SYN,ACK that does not fit is a duplicate of another attempt, not figure 9", "[wild][figure-9]", R"(
    0.000 > S   0:0                | SYN-SENT! UNKNOWN
    0.010 < S.  700000:700000 ack 300000 | SYN-SENT! SYN-RECEIVED!
    0.011 > R   300000:300000      | SYN-SENT! LISTEN? +rst-handshake-abort rst.cause=handshake-abort !half_open
)")

TRACE("a bare ACK that does fit belongs to a SYN,ACK that was not captured", "[wild][figure-9]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    # < S. 0:0 ack 1 and > . 1:1 ack 1 were not captured
    0.020 < .   1:1 ack 1 | * *
    0.021 > R   1:1       | * * +* rst.cause!=crash-reconnect !half_open
)")

TRACE("the ACK goes unanswered, and the SYN is answered after all: nobody is gone", "[wild][figure-9]", R"(
    0.000 > S   0:0                      | SYN-SENT UNKNOWN
    0.010 < .   700000:700000 ack 300000 | * * !half_open
    1.000 > S   0:0                      | SYN-SENT! * +*
    1.010 < S.  0:0 ack 1                | ESTABLISHED? SYN-RECEIVED! !half_open
    1.020 > .   1:1 ack 1                | ESTABLISHED! ESTABLISHED? !half_open outcome=open
)")

TRACE("a bare ACK that does not fit shows an old life in ESTABLISHED: its listener is there for the next SYN",
      "[wild][figure-9]", R"(
    0.000 > S   0:0                      | SYN-SENT! UNKNOWN
    0.010 < .   700000:700000 ack 300000 | SYN-SENT! ESTABLISHED!
    0.011 > R   300000:300000            | SYN-SENT! LISTEN? +half-open-confirmed +rst-after-crash
)")

TRACE("a FIN that does not fit shows an old life that was closing: the RST ends it, and of a listener nothing is known",
      "[wild][figure-9]", R"(
    0.000 > S   0:0                      | SYN-SENT! UNKNOWN
    0.010 < F.  700000:700000 ack 300000 | SYN-SENT! FIN-WAIT-1!
    0.011 > R   300000:300000            | SYN-SENT! CLOSED? +half-open-confirmed +rst-after-crash
    # a listener has come up
    1.000 > S   0:0                      | SYN-SENT! CLOSED? +*
    1.010 < S.  0:0 ack 1                | ESTABLISHED? SYN-RECEIVED!
)")

TRACE("a SYN meets a server still in SYN-RECEIVED: no connection was synchronized, so nobody survives it",
      "[wild][figure-9]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN conn=0
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    9.000 > S   0:0 iss 2 | SYN-SENT! UNKNOWN +* conn=1
    9.010 < .   1:1 ack 1 | * * conn=0 !half_open
    9.011 > R   1:1       | * * +* conn=0 rst.cause=handshake-abort !half_open
)")

TRACE("two SYNs crossed, and one end begins anew: no connection was synchronized, so nobody survives it",
      "[wild][figure-9]", R"(
    0.000 > S   0:0       | SYN-SENT! UNKNOWN conn=0
    0.001 < S   0:0       | SYN-RECEIVED? SYN-SENT! +simultaneous-open
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    9.000 > S   0:0 iss 2 | SYN-SENT! UNKNOWN +* conn=1
    9.010 < .   1:1 ack 1 | * SYN-RECEIVED! +* conn=0 !half_open
    9.011 > R   1:1       | * * +* conn=0 rst.cause!=crash-reconnect !half_open
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// A connection that never was is never over: the replies of a host without any socket keep their names, however many
// come.
#include "trace.hpp"

MIDSTREAM_TRACE("naked ACKs, again and again: each RST is unsolicited and answers its own", "[wild][never-was]", R"(
    0.000 > .   0:0 ack 1 | * UNKNOWN +picked-up-midstream
    0.010 < R   1:1       | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.trigger=1
    5.000 > .   0:0 ack 1 | * *
    5.010 < R   1:1       | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=3
    9.000 > .   0:0 ack 8 | * *
    9.010 < R   8:8       | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=5 !half_open
)")

MIDSTREAM_TRACE("FIN scans, again and again", "[wild][never-was][scan]", R"(
    0.000 > F   0:0           | * UNKNOWN +*
    0.010 < R.  0:0 ack 1 raw | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.trigger=1
    1.000 > F   0:0           | * * +*
    1.010 < R.  0:0 ack 1 raw | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=3
    2.000 > F   7:7           | * * +*
    2.010 < R.  0:0 ack 8 raw | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=5
)")

TRACE("SYN,ACKs to a host that never asked, again and again (backscatter)", "[wild][never-was]", R"(
    0.000 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED!
    0.010 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.trigger=1
    1.000 < S.  0:0 ack 1 | * SYN-RECEIVED! +*
    1.010 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply rst.trigger=3
    3.000 < S.  0:0 ack 1 | * SYN-RECEIVED! +*
    3.010 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply rst.trigger=5 !half_open
)")

TRACE("refused again and again: each refusal answers its own SYN", "[wild][never-was][refused]", R"(
    0.000 > S   0:0                 | SYN-SENT UNKNOWN
    0.010 < R.  0:0 ack 1 raw       | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.trigger=1
    1.000 > S   0:0 iss 2           | SYN-SENT UNKNOWN +new-incarnation
    1.010 < R.  0:0 ack 1 raw iss 2 | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.trigger=3
    2.000 > S   0:0 iss 3           | SYN-SENT UNKNOWN +new-incarnation
    2.010 < R.  0:0 ack 1 raw iss 3 | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.trigger=5 outcome=refused
)")

TRACE("a scan of one port in several ways: refused first, then unsolicited", "[wild][never-was][scan]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN
    0.010 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.trigger=1
    1.000 > .   50:50 ack 900 | * * +*
    1.010 < R   900:900       | * CLOSED! +* rst.kind=reply rst.trigger=3 rst.cause!=after-close !half_open
)")

MIDSTREAM_TRACE("RSTs out of nowhere, again and again", "[wild][never-was]", R"(
    0.000 < R   0:0   | UNKNOWN CLOSED! +rst-unsolicited rst.cause=unsolicited
    1.000 < R   0:0   | UNKNOWN CLOSED! +rst-unsolicited rst.cause=unsolicited
    2.000 < R   77:77 | UNKNOWN CLOSED! +rst-unsolicited rst.cause=unsolicited outcome=unknown
)")

TRACE("a connection that was is over after its RST", "[wild][never-was][after-close]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6  | CLOSED? CLOSED! +rst-abort
    1.005 > P.  6:11 ack 1 | CLOSED? CLOSED!
    1.015 < R   1:1        | CLOSED? CLOSED! +rst-after-close rst.cause=after-close rst.kind=reply rst.trigger=7
)")

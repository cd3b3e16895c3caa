// SPDX-License-Identifier: GPL-2.0-or-later
// Segments of no connection that are sent to see what comes back. No stack sends one without ACK after the handshake
// (RFC 9293 3.1), so FIN, NULL and XMAS are probes each by itself; a naked ACK is one where many ports get it.
#include "trace.hpp"

MIDSTREAM_TRACE("a FIN scan says its name, and is a probe", "[wild][scan]", R"(
    0.000 > F   0:0           | * UNKNOWN +* outcome=probe
    0.001 < R.  0:0 ack 1 raw | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 rst.explanation~FIN !half_open outcome=probe
)")

MIDSTREAM_TRACE("a NULL scan says its name, and is a probe", "[wild][scan]", R"(
    0.000 > -   0:0           | * UNKNOWN +* outcome=probe
    0.001 < R.  0:0 ack 0 raw | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 rst.explanation~NULL !half_open outcome=probe
)")

MIDSTREAM_TRACE("an XMAS scan says its name, and is a probe", "[wild][scan]", R"(
    0.000 > FPU 0:0           | * UNKNOWN +* outcome=probe
    0.001 < R.  0:0 ack 1 raw | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 rst.explanation~XMAS !half_open outcome=probe
)")

MIDSTREAM_TRACE("a FIN scan of an open port gets no answer, and is a probe", "[wild][scan]", R"(
    0.000 > F   0:0 | * UNKNOWN +* !half_closed outcome=probe
)")

MIDSTREAM_TRACE("naked ACKs to many ports of a host are a scan", "[wild][scan]", R"(
    0.000 > .   0:0 ack 1 server 2:21 | * UNKNOWN +picked-up-midstream
    0.001 < R   1:1 server 2:21       | * CLOSED! +rst-unsolicited !half_open
    0.010 > .   0:0 ack 1 server 2:22
    0.011 < R   1:1 server 2:22       | * CLOSED! +rst-unsolicited !half_open
    0.020 > .   0:0 ack 1 server 2:23
    0.021 < R   1:1 server 2:23       | * CLOSED! +rst-unsolicited !half_open
    0.030 > .   0:0 ack 1 server 2:25
    0.031 < R   1:1 server 2:25       | * CLOSED! +rst-unsolicited !half_open
    0.040 > .   0:0 ack 1 server 2:80
    0.041 < R   1:1 server 2:80       | * CLOSED! +rst-unsolicited rst.explanation~ACK_scan !half_open outcome=probe
)")

MIDSTREAM_TRACE("a scan of many ports with FIN,ACK and data is none: these come from inside connections",
                "[wild][scan]", R"(
    0.000 > P.  1:6 ack 1 server 2:21 | * UNKNOWN +picked-up-midstream
    0.001 < R   1:1 server 2:21       | * CLOSED! +half-open-confirmed +rst-after-crash outcome=crashed
    0.010 > F.  1:1 ack 1 server 2:22 | * * +*
    0.011 < R   1:1 server 2:22       | * CLOSED! +half-open-confirmed +rst-after-crash outcome=crashed
)")

TRACE("a SYN scan has connections, however short, and is no probe", "[wild][scan]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.001 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED
    0.002 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort outcome=aborted
)")

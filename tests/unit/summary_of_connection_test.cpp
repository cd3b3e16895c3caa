// SPDX-License-Identifier: GPL-2.0-or-later
// What a connection came to, in our words and in Zeek's. The documented meaning of each code stands beside it
// (https://docs.zeek.org, Conn::Info).
#include "trace.hpp"

TRACE("S0: connection attempt seen, no reply", "[summary]", R"(
    0.000 > S   0:0 | SYN-SENT UNKNOWN conn_state=S0 history=S outcome=unanswered !closed_first
)")

TRACE("S1: connection established, not terminated", "[summary]", HANDSHAKE HELLO R"(
    0.200 < P.  1:6 ack 6 | ESTABLISHED ESTABLISHED conn_state=S1 history=ShADad outcome=open
)")

TRACE("SF: normal establishment and termination", "[summary]", HANDSHAKE HELLO R"(
    1.000 < F.  1:1 ack 6 | CLOSE-WAIT FIN-WAIT-1 +half-closed
    1.010 > F.  6:6 ack 2 | LAST-ACK TIME-WAIT
    1.020 < .   2:2 ack 7 | CLOSED TIME-WAIT conn_state=SF history=ShADafF outcome=closed closed_first=server
)")

TRACE("REJ: connection attempt rejected", "[summary]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN conn_state=REJ history=Sr outcome=refused
    0.001 < R.  0:0 ack 1 raw | CLOSED CLOSED +rst-refused conn_state=REJ history=Sr outcome=refused !closed_first
)")

TRACE("S2: established, close attempt by the originator, no reply", "[summary]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed conn_state=S2 history=ShAF outcome=half-closed closed_first=client
)")

TRACE("S3: established, close attempt by the responder, no reply", "[summary]", HANDSHAKE R"(
    1.000 < F.  1:1 ack 1 | CLOSE-WAIT FIN-WAIT-1 +half-closed conn_state=S3 history=ShAf outcome=half-closed closed_first=server
)")

TRACE("RSTO: established, originator aborted", "[summary]", HANDSHAKE R"(
    1.000 > R.  1:1 ack 1 | CLOSED CLOSED +rst-abort conn_state=RSTO history=ShAR outcome=aborted closed_first=client
)")

TRACE("RSTR: responder sent a RST", "[summary]", HANDSHAKE R"(
    1.000 < R.  1:1 ack 1 | CLOSED CLOSED +rst-abort conn_state=RSTR history=ShAr outcome=aborted closed_first=server
)")

TRACE("RSTOS0: originator sent SYN, then RST; no SYN,ACK seen", "[summary]", R"(
    0.000 > S   0:0 | SYN-SENT UNKNOWN conn_state=RSTOS0 history=SR
    0.100 > R   1:1
)")

TRACE("RSTRH: responder sent SYN,ACK, then RST; no SYN seen", "[summary]", R"(
    0.000 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED
    0.100 < R.  1:1 ack 1 | UNKNOWN CLOSED conn_state=RSTRH history=hr +rst-abort
)")

TRACE("SH: originator sent SYN, then FIN; no SYN,ACK seen", "[summary]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.020 > F.  1:1 ack 1
    0.420 > F.  1:1 ack 1 | FIN-WAIT-1 UNKNOWN conn_state=SH history=SF
)")

TRACE("SHR: responder sent SYN,ACK, then FIN; no SYN seen", "[summary]", R"(
    0.000 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED
    0.020 < F.  1:1 ack 1
    0.420 < F.  1:1 ack 1 | UNKNOWN FIN-WAIT-1 conn_state=SHR history=hf
)")

MIDSTREAM_TRACE("OTH: no SYN seen, just midstream traffic", "[summary]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED ESTABLISHED conn_state=OTH history=Da outcome=open
)")

TRACE("crashed: both words for a half-open connection that was discovered", "[summary]", HANDSHAKE HELLO R"(
    9.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    9.001 < R   1:1        | CLOSED CLOSED +half-open-confirmed +rst-after-crash conn_state=RSTR history=ShADar outcome=crashed
)")

TRACE("half-open: suspected at the end of the capture", "[summary]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected outcome=half-open conn_state=S1 history=ShADaT
)")

TRACE("timed-out: the survivor gave up by RST", "[summary]", HANDSHAKE HELLO R"(
    60.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED
    61.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED
    62.00 > R.  6:6 ack 1 | CLOSED CLOSED +rst-keepalive-timeout outcome=timed-out conn_state=RSTO
)")

TRACE("embryonic: SYN,ACK seen and nothing after it", "[summary]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED outcome=embryonic history=Sh
)")

MIDSTREAM_TRACE("unknown: a RST that nothing explains", "[summary]", R"(
    0.000 < R   0:0
    1.000 < R   0:0 | UNKNOWN CLOSED +rst-unsolicited outcome=unknown conn_state=OTH
)")

TRACE("a RST after the close changes neither outcome nor conn_state", "[summary]", HANDSHAKE R"(
    1.000 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed
    1.010 < F.  1:1 ack 2 | TIME-WAIT LAST-ACK
    1.020 > .   2:2 ack 2 | TIME-WAIT CLOSED
    1.500 < R   2:2       | CLOSED CLOSED +rst-after-close outcome=closed conn_state=SF history=ShAFfr
)")

TRACE("every letter of the history: w zero window, t repeat, i FIN with RST, q SYN with FIN", "[summary]", HANDSHAKE R"(
    0.100 > .   1:501 ack 1
    0.300 > .   1:501 ack 1       | ESTABLISHED ESTABLISHED history~T
    0.310 < .   1:1 ack 501 win 0 | ESTABLISHED ESTABLISHED history~w
    0.400 > FR. 501:501 ack 1     | CLOSED CLOSED +rst-abort history~I
)")

TRACE("the history names a segment with SYN and FIN, or SYN and RST", "[summary]", R"(
    0.000 > SF 0:0
    0.100 > SR 0:0
    0.200 > S  0:0 iss 2
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// One trace or more for each cause. What Linux gave as its own reason stands in capitals.
#include "trace.hpp"

// refused
TRACE("refused: nobody listens, the SYN meets RST,ACK with number 0 (NO_SOCKET)", "[rst][refused]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN
    0.001 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.kind=reply rst.effect=accepted rst.confidence=certain rst.trigger=1 phase=reset !closed_first outcome=refused conn_state=REJ history=Sr
)")

TRACE("refused with data in the SYN: the RST acknowledges that too", "[rst][refused][fast-open]", R"(
    0.000 > S   0:5           | SYN-SENT UNKNOWN
    0.001 < R.  0:0 ack 6 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.kind=reply rst.effect=accepted rst.trigger=1 outcome=refused
)")

TRACE("refused at the second attempt: the first SYN was lost", "[rst][refused]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN
    1.000 > S   0:0           | SYN-SENT UNKNOWN +syn-unanswered
    1.001 < R.  0:0 ack 1 raw | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.trigger=2 outcome=refused
)")

// handshake-abort
TRACE("handshake-abort: SYN scan, or a connect that was given up (NO_SOCKET)", "[rst][handshake-abort]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.011 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply rst.effect=accepted rst.trigger=2 rst.confidence=certain phase=reset outcome=aborted conn_state=RSTO history=ShR
)")

TRACE("handshake-abort: the SYN was spoofed or went another way, only the answer is seen",
      "[rst][handshake-abort][one-sided]", R"(
    0.010 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED! roles=handshake
    0.011 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.trigger=1
)")

// handshake-rejected
TRACE("handshake-rejected: the accept queue overflows with tcp_abort_on_overflow (INVALID_SYN)",
      "[rst][handshake-rejected]", HANDSHAKE R"(
    0.021 < R   1:1 | CLOSED? CLOSED! +rst-handshake-rejected rst.cause=handshake-rejected rst.kind=reply rst.effect=accepted rst.trigger=3 !half_open outcome=aborted conn_state=RSTR
)")

TRACE("handshake-rejected: the first data came along, the RST still answers the handshake", "[rst][handshake-rejected]",
      HANDSHAKE R"(
    0.021 > P.  1:6 ack 1 | ESTABLISHED ESTABLISHED
    0.031 < R   1:1       | CLOSED? CLOSED! +rst-handshake-rejected rst.cause=handshake-rejected !half_open
)")

TRACE("handshake-rejected: an acknowledgment in SYN-RECEIVED that is wrong, and the handshake goes on (TOO_OLD_ACK)",
      "[rst][handshake-rejected]", R"(
    0.000 > S   0:0         | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1   | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   1:1 ack 900 | ESTABLISHED SYN-RECEIVED!
    # an acknowledgment of what was never seen: what its sender expects cannot be known, until it goes on;
    # the server refuses one segment and keeps its state
    0.021 < R   900:900     | ESTABLISHED SYN-RECEIVED! +rst-handshake-rejected rst.cause=handshake-rejected rst.kind=reply rst.effect=unknown rst.trigger=3
    0.200 > .   1:1 ack 1   | ESTABLISHED! ESTABLISHED?
)")

// crash-reconnect is figure 9
TRACE("crash-reconnect: the server's ACK of the old connection meets a RST (INVALID_ACK_SEQUENCE)",
      "[rst][crash-reconnect][half-open]", HANDSHAKE HELLO R"(
    9.000 > S   0:0 iss 2  | SYN-SENT UNKNOWN conn=1
    9.010 < .   1:1 ack 6  | ESTABLISHED ESTABLISHED +challenge-ack conn=0 challenge_ack=6
    9.011 > R   6:6        | CLOSED! CLOSED? +half-open-confirmed +rst-after-crash conn=0 rst.cause=crash-reconnect rst.kind=reply rst.effect=accepted rst.confidence=certain rst.trigger=7 half_open.gone=client half_open.discovered_by=syn outcome=crashed
    10.01 > S   0:0 iss 2  | SYN-SENT UNKNOWN +new-incarnation conn=1
    10.02 < S.  0:0 ack 1 iss 2 | ESTABLISHED? SYN-RECEIVED! conn=1
)")

TRACE("an end that had closed has not crashed when it connects again", "[rst][data-after-close]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1  | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.010 < .   1:1 ack 7  | FIN-WAIT-2? CLOSE-WAIT!
    # FIN-WAIT-2 has timed out; the server still holds its side
    90.00 > S   0:0 iss 2  | SYN-SENT UNKNOWN conn=1
    90.01 < .   1:1 ack 7  | FIN-WAIT-2 CLOSE-WAIT +challenge-ack +half-closed-long conn=0
    90.02 > R   7:7        | CLOSED! CLOSED? +rst-data-after-close conn=0 rst.cause=data-after-close rst.trigger=9 !half_open
)")

// keepalive-timeout is in keepalives_and_zero_window_probes_test.cpp

// data-after-close
TRACE("data-after-close: process killed, then data (TCP_TIMEWAIT_SOCKET)", "[rst][data-after-close]",
      HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.510 > .   6:6 ack 2  | CLOSE-WAIT! FIN-WAIT-2?
    0.600 > P.  6:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed
    0.601 < R   2:2        | CLOSED? CLOSED! +rst-data-after-close rst.cause=data-after-close rst.kind=reply rst.effect=accepted rst.trigger=8 rst.confidence=certain !half_open client.unacked=5 closed_first=server outcome=aborted
)")

TRACE("data-after-close: data crosses the FIN, the RST has the FIN's own number (TCP_ABORT_ON_DATA)",
      "[rst][data-after-close]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.501 > P.  6:11 ack 1 | CLOSE-WAIT? FIN-WAIT-1!
    0.502 < R   1:1        | CLOSED? CLOSED! +rst-data-after-close rst.cause=data-after-close rst.kind=reply rst.effect=accepted rst.trigger=7 !half_open
)")

TRACE("data-after-close: data into the FIN-WAIT-2 of a client that shut both directions", "[rst][data-after-close]",
      HANDSHAKE HELLO R"(
    0.500 > F.  6:6 ack 1   | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.510 < .   1:1 ack 7   | FIN-WAIT-2? CLOSE-WAIT!
    0.600 < P.  1:101 ack 7 | FIN-WAIT-2? CLOSE-WAIT! +data-while-half-closed
    0.601 > R   7:7         | CLOSED! CLOSED? +rst-data-after-close rst.cause=data-after-close rst.trigger=8 server.unacked=100
)")

TRACE("data-after-close: a late FIN finds that FIN-WAIT-2 has timed out (NO_SOCKET)", "[rst][data-after-close]",
      HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.110 < .   1:1 ack 2 | FIN-WAIT-2? CLOSE-WAIT!
    90.00 < F.  1:1 ack 2 | TIME-WAIT? LAST-ACK!
    90.01 > R   2:2       | CLOSED! CLOSED? +rst-after-close rst.kind=reply rst.effect=accepted rst.cause=after-close rst.trigger=6
)")

// crash
TRACE("crash: a reply RST from an end that never closed (NO_SOCKET, TCP_FLAGS with a listener again)", "[rst][crash]",
      HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    5.001 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.kind=reply rst.effect=accepted rst.confidence=likely rst.explanation~reboot rst.explanation~middlebox
)")

// abort
TRACE("abort: SO_LINGER 0, close with unread data, disconnect (TCP_STATE, TCP_ABORT_ON_CLOSE)", "[rst][abort]",
      HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted rst.confidence=certain !rst.trigger closed_first=server outcome=aborted conn_state=RSTR rst.explanation~LINGER rst.explanation~unread
)")

TRACE("abort by the client in ESTABLISHED", "[rst][abort]", HANDSHAKE HELLO R"(
    1.000 > R.  6:6 ack 1 | CLOSED! CLOSED? +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted outcome=aborted conn_state=RSTO closed_first=client
)")

TRACE("abort in FIN-WAIT-2", "[rst][abort]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < .   1:1 ack 2 | FIN-WAIT-2 CLOSE-WAIT
    0.400 > R.  2:2 ack 1 | CLOSED! CLOSED? +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted half_closed= closed_first=client
)")

TRACE("abort in CLOSE-WAIT", "[rst][abort]", HANDSHAKE R"(
    0.100 < F.  1:1 ack 1 | CLOSE-WAIT FIN-WAIT-1 +half-closed
    0.110 > .   1:1 ack 2 | CLOSE-WAIT FIN-WAIT-2
    0.400 > R.  1:1 ack 2 | CLOSED! CLOSED? +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted
)")

TRACE("abort: TCP_LINGER2 is -1 (TCP_ABORT_ON_LINGER)", "[rst][abort]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT FIN-WAIT-1 +half-closed
    0.510 > .   6:6 ack 2 | CLOSE-WAIT FIN-WAIT-2
    0.511 < R.  2:2 ack 6 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted
)")

TRACE("abort: listener closed with a connection that nobody accepted", "[rst][abort]", HANDSHAKE R"(
    5.000 < R.  1:1 ack 1 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted
)")

TRACE("abort with data not acknowledged: the figures say how much", "[rst][abort]", HANDSHAKE HELLO R"(
    1.000 < P.  1:101 ack 6 | ESTABLISHED ESTABLISHED
    1.001 > P.  6:16 ack 1  | ESTABLISHED ESTABLISHED
    1.002 < R.  101:101 ack 16 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted client.unacked=10 server.unacked=100 summary~server
)")

TRACE("abort with the last acknowledgment still outstanding", "[rst][abort]", HANDSHAKE HELLO R"(
    1.001 > P.  6:16 ack 1  | ESTABLISHED ESTABLISHED
    1.002 < R.  1:1 ack 6   | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted client.unacked=10
)")

TRACE("a RST with data is an abort all the same", "[rst][abort]", HANDSHAKE HELLO R"(
    1.000 < R.  1:21 ack 6 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted server.unacked=0
)")

// after-close
TRACE("after-close: RST in TIME-WAIT assassinates it (RFC 1337)", "[rst][after-close]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < F.  1:1 ack 2 | TIME-WAIT LAST-ACK
    0.120 > .   2:2 ack 2 | TIME-WAIT CLOSED
    0.130 < R   2:2       | CLOSED? CLOSED +rst-after-close rst.cause=after-close rst.effect=accepted rst.kind=reply rst.trigger=6 outcome=closed conn_state=SF
)")

TRACE("after-close: an old segment into TIME-WAIT is acknowledged, its dead sender says RST (NO_SOCKET)",
      "[rst][after-close]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6 | CLOSE-WAIT FIN-WAIT-1 +half-closed
    0.510 > F.  6:6 ack 2 | LAST-ACK TIME-WAIT
    0.520 < .   2:2 ack 7 | CLOSED? TIME-WAIT!
    5.000 > P.  1:6 ack 1 | CLOSED TIME-WAIT
    5.001 < .   2:2 ack 7 | CLOSED TIME-WAIT
    5.002 > R   7:7       | CLOSED CLOSED? +rst-after-close rst.cause=after-close rst.kind=reply rst.trigger=10 rst.effect=accepted outcome=closed
)")

TRACE("after-close: a second RST of the same end changes nothing", "[rst][after-close]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 | CLOSED? CLOSED! +rst-abort rst.cause=abort
    1.001 < R.  1:1 ack 6 | CLOSED? CLOSED! +rst-after-close rst.cause=after-close rst.effect=ignored
)")

TRACE("after-close: what was on its way when the RST passed is answered by RST", "[rst][after-close]",
      HANDSHAKE HELLO R"(
    1.000 > R.  6:6 ack 1   | CLOSED! CLOSED? +rst-abort
    1.005 < P.  1:101 ack 6 | CLOSED! CLOSED?
    1.006 > R   6:6         | CLOSED! CLOSED? +rst-after-close rst.cause=after-close rst.kind=reply rst.trigger=7
)")

// unsolicited
MIDSTREAM_TRACE("unsolicited: a RST out of nowhere, as backscatter", "[rst][unsolicited]", R"(
    0.000 < R   0:0       | UNKNOWN CLOSED! +rst-unsolicited rst.cause=unsolicited rst.effect=unknown rst.kind=unknown roles=guessed phase=reset conn_state=OTH history=r
)")

MIDSTREAM_TRACE("unsolicited: RST,ACK out of nowhere", "[rst][unsolicited]", R"(
    0.000 > R.  0:0 ack 1 | CLOSED! UNKNOWN +rst-unsolicited rst.cause=unsolicited rst.effect=unknown roles=guessed
)")

MIDSTREAM_TRACE("unsolicited: an ACK scan meets RST, no connection is known", "[rst][unsolicited]", R"(
    0.000 > .   0:0 ack 1 | ESTABLISHED UNKNOWN +picked-up-midstream roles=guessed
    0.001 < R   1:1       | CLOSED? CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 !half_open
)")

MIDSTREAM_TRACE("unsolicited: FIN, XMAS and NULL scans of a closed port", "[rst][unsolicited]", R"(
    0.000 > F   0:0
    0.001 < R.  0:0 ack 1 raw | UNKNOWN CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 !half_open
)")

// unknown
TRACE("unknown: numbers that fit neither an answer nor an abort", "[rst][unknown]", HANDSHAKE HELLO R"(
    9.000 < R   1001:1001 | ESTABLISHED ESTABLISHED +rst-ignored rst.cause=unknown rst.kind=unknown rst.effect=ignored rst.confidence=possible
)")

// How long a reply may take, by what it answers (src/track/resets.cpp).
TRACE("a RST answers the segment whose number it has, and not an hour later", "[resets][deadline]", R"(
)" HANDSHAKE HELLO R"(
0.500 < P. 1:11 ack 6     | ESTABLISHED ESTABLISHED
0.510 > . 6:6 ack 11      | ESTABLISHED ESTABLISHED
3600.0 > P. 6:106 ack 11  | ESTABLISHED ESTABLISHED
3600.1 < R 1:1            | ESTABLISHED ESTABLISHED +rst-ignored +* rst.kind=unknown !rst.trigger rst.effect=ignored
)")

TRACE("a late RST still names the SYN that it answers: refused", "[resets][deadline]", R"(
0.000 > S 0:0            | SYN-SENT UNKNOWN
60.00 < R. 0:0 ack 1 raw | CLOSED? CLOSED +rst-refused rst.kind=reply rst.trigger=1 rst.cause=refused
)")

TRACE("nobody waits for the answer to a SYN longer than it may be repeated", "[resets][deadline]", R"(
0.000 > S 0:0            | SYN-SENT UNKNOWN
200.0 < R. 0:0 ack 1 raw | CLOSED? CLOSED rst.kind=unknown !rst.trigger rst.cause=unknown
)")

TRACE("a long round trip lets a reply take longer", "[resets][deadline]", R"(
0.000 > S 0:0          | SYN-SENT UNKNOWN
0.010 < S. 0:0 ack 1   | ESTABLISHED? SYN-RECEIVED
1.500 > . 1:1 ack 1    | ESTABLISHED ESTABLISHED?
2.000 > P. 1:6 ack 1   | ESTABLISHED ESTABLISHED?
2.010 < . 1:1 ack 6    | ESTABLISHED ESTABLISHED
9.000 > P. 6:11 ack 1  | ESTABLISHED ESTABLISHED
13.00 < R 1:1          | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.trigger=6 rst.cause=crash
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// The figures of RFC 9293 3.5 and 3.6, each written from the figure. Numbers are relative to the ISN.
#include "trace.hpp"

TRACE("figure 6: basic three-way handshake", "[figures][open]", R"(
    0.000 > S   0:0         | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 1   | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   1:1 ack 1   | ESTABLISHED! ESTABLISHED?
    0.030 > P.  1:6 ack 1   | ESTABLISHED! ESTABLISHED?
    0.040 < .   1:1 ack 6   | ESTABLISHED! ESTABLISHED! outcome=open conn_state=S1 history=ShADa phase=open
)")

TRACE("figure 7: simultaneous connection synchronization", "[figures][open]", R"(
    0.000 > S   0:0         | SYN-SENT! UNKNOWN
    0.001 < S   0:0         | SYN-RECEIVED? SYN-SENT! +simultaneous-open
    0.002 > S.  0:0 ack 1   | SYN-RECEIVED! ESTABLISHED?
    0.003 < S.  0:0 ack 1   | ESTABLISHED? SYN-RECEIVED!
    0.004 > .   1:1 ack 1   | ESTABLISHED! ESTABLISHED?
    0.005 < .   1:1 ack 1   | ESTABLISHED! ESTABLISHED! phase=open
)")

TRACE("figure 8: recovery from an old duplicate SYN, seen at the server", "[figures][open][rst]", R"(
    # the old duplicate
    0.000 > S   0:0         | SYN-SENT UNKNOWN outcome=aborted
    0.001 < S.  0:0 ack 1   | ESTABLISHED? SYN-RECEIVED!
    0.020 > R   1:1         | CLOSED LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply rst.effect=accepted rst.trigger=2
    # the SYN that was meant
    0.030 > S   0:0 iss 2        | SYN-SENT UNKNOWN +new-incarnation conn=1 incarnation=2
    0.031 < S.  0:0 ack 1 iss 2  | ESTABLISHED? SYN-RECEIVED!
    0.050 > .   1:1 ack 1 iss 2  | ESTABLISHED! ESTABLISHED?
)")

TRACE("figure 8: recovery from an old duplicate SYN, seen at the client", "[figures][open][rst]", R"(
    0.000 > S   0:0              | SYN-SENT UNKNOWN
    # the server answers a duplicate that never passed here, with an acknowledgment nine below
    0.010 < S.  0:0 ack -8       | SYN-SENT! SYN-RECEIVED!
    # the figure: the server returns to LISTEN, the client stays in SYN-SENT
    0.011 > R   -8:-8            | SYN-SENT! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply rst.trigger=2
    0.030 < S.  100:100 ack 1    | ESTABLISHED? SYN-RECEIVED!
    0.031 > .   1:1 ack 101      | ESTABLISHED! ESTABLISHED?
)")

TRACE("figure 9: half-open connection discovery", "[figures][half-open][rst]", R"(
    0.000 > S   0:0         | SYN-SENT UNKNOWN conn=0 outcome=crashed
    0.001 < S.  0:0 ack 1   | ESTABLISHED SYN-RECEIVED
    0.002 > .   1:1 ack 1   | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1   | ESTABLISHED ESTABLISHED half_open.discovered_in=8 !half_open
    0.101 < .   1:1 ack 6   | ESTABLISHED! ESTABLISHED! half_open.discovered_in=8
    # the client has crashed and connects again from the same port
    9.000 > S   0:0 iss 2   | SYN-SENT UNKNOWN conn=1 previous=0 !event
    9.001 < .   1:1 ack 6   | ESTABLISHED ESTABLISHED +challenge-ack conn=0 challenge_ack=6
    9.002 > R   6:6         | CLOSED CLOSED +half-open-confirmed +rst-after-crash conn=0 rst.cause=crash-reconnect rst.trigger=7 half_open=confirmed half_open.gone=client half_open.discovered_by=syn half_open.since=4 next=1
    9.012 > S   0:0 iss 2   | SYN-SENT UNKNOWN +new-incarnation conn=1 !embryonic
    9.013 < S.  0:0 ack 1 iss 2  | ESTABLISHED SYN-RECEIVED conn=1
    9.014 > .   1:1 ack 1 iss 2  | ESTABLISHED ESTABLISHED conn=1 outcome=open
)")

TRACE("figure 10: active side causes half-open connection discovery", "[figures][half-open][rst]", R"(
    0.000 > S   0:0         | SYN-SENT UNKNOWN
    0.001 < S.  0:0 ack 1   | ESTABLISHED SYN-RECEIVED
    0.002 > .   1:1 ack 1   | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1   | ESTABLISHED ESTABLISHED
    0.101 < .   1:1 ack 6   | ESTABLISHED ESTABLISHED half_open.discovered_in=7 !half_open
    12.40 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED half_open.discovered_in=7 idle=12.299
    12.41 < R   1:1         | CLOSED CLOSED +half-open-confirmed +rst-after-crash half_open=confirmed half_open.gone=server half_open.since=5 half_open.duration=12.309 half_open.lost_bytes=5 half_open.discovered_by=rst rst.cause=crash rst.kind=reply rst.effect=accepted rst.trigger=6 client.unacked=5 server.unacked=0 phase=reset outcome=crashed conn_state=RSTR history=ShADar
)")

TRACE("figure 11: old duplicate SYN causes a reset on two passive sockets", "[figures][rst]", R"(
    0.000 > S   0:0         | SYN-SENT UNKNOWN
    0.001 < S.  0:0 ack 1   | ESTABLISHED SYN-RECEIVED
    0.002 > R   1:1         | CLOSED LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.confidence=certain outcome=aborted conn_state=RSTO
)")

TRACE("figure 12: normal close sequence", "[figures][close]", R"(
    0.000 > S   0:0         | SYN-SENT UNKNOWN
    0.001 < S.  0:0 ack 1   | ESTABLISHED SYN-RECEIVED
    0.002 > .   1:1 ack 1   | ESTABLISHED ESTABLISHED
    0.100 > F.  1:1 ack 1   | FIN-WAIT-1! CLOSE-WAIT? +half-closed closed_first=client half_closed=client
    0.101 < .   1:1 ack 2   | FIN-WAIT-2? CLOSE-WAIT! half_closed=client
    0.102 < F.  1:1 ack 2   | TIME-WAIT? LAST-ACK! !half_closed phase=closing
    0.103 > .   2:2 ack 2   | TIME-WAIT! CLOSED? phase=closed outcome=closed conn_state=SF history=ShAFaf
)")

TRACE("figure 13: simultaneous close sequence", "[figures][close]", R"(
    0.000 > S   0:0         | SYN-SENT UNKNOWN
    0.020 < S.  0:0 ack 1   | ESTABLISHED SYN-RECEIVED
    0.040 > .   1:1 ack 1   | ESTABLISHED ESTABLISHED
    1.000 > F.  1:1 ack 1   | FIN-WAIT-1 CLOSE-WAIT? +half-closed
    1.001 < F.  1:1 ack 1   | CLOSING? CLOSING! +simultaneous-close
    1.020 > .   2:2 ack 2   | CLOSING! TIME-WAIT?
    1.021 < .   2:2 ack 2   | TIME-WAIT? TIME-WAIT! phase=closed outcome=closed conn_state=SF
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// One end is gone and the other still holds its side (RFC 9293 3.5.1).
#include "trace.hpp"

TRACE("half-open: the server dies in silence and world meets a RST", "[half-open][rst]", HANDSHAKE HELLO R"(
    2.100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED phase=open !half_open half_open.discovered_in=7 idle=1.990
    2.101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash half_open=confirmed half_open.gone=server half_open.since=5 half_open.duration=1.991 half_open.attempts=0 half_open.lost_bytes=5 half_open.discovered_by=rst half_open.discovered_in=7 rst.cause=crash rst.kind=reply rst.effect=accepted rst.trigger=6 rst.confidence=likely client.unacked=5 server.unacked=0 phase=reset !closed_first outcome=crashed conn_state=RSTR history=ShADar summary~RST_after_crash:_the_server_no_longer_knows_this_connection;_last_heard_in_frame_5,_2.0_s_ago;_5_bytes_lost
)")

TRACE("what came before the last sign of life is not painted", "[half-open][rst]", R"(
    0.000 > S   0:0        | SYN-SENT UNKNOWN !half_open.discovered_in
    0.010 < S.  0:0 ack 1  | ESTABLISHED SYN-RECEIVED !half_open.discovered_in
    0.020 > .   1:1 ack 1  | ESTABLISHED ESTABLISHED !half_open.discovered_in
    0.100 > P.  1:6 ack 1  | ESTABLISHED ESTABLISHED !half_open.discovered_in
    0.110 < .   1:1 ack 6  | ESTABLISHED ESTABLISHED half_open.discovered_in=8
    2.100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED half_open.discovered_in=8
    2.300 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED half_open.discovered_in=8 !half_open
    2.301 < R   1:1        | CLOSED CLOSED! +half-open-confirmed +rst-after-crash half_open.attempts=1 half_open.discovered_in=8 rst.trigger=7
)")

TRACE("first RSTs lost: each retransmission meets one more, and the cause stays", "[half-open][rst]",
      HANDSHAKE HELLO R"(
    2.100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.trigger=6
    2.300 > P.  6:11 ack 1 | ESTABLISHED! CLOSED! half_open=confirmed phase=half-open
    2.301 < R   1:1        | CLOSED? CLOSED! rst.cause=crash rst.kind=reply rst.trigger=8 half_open=confirmed
    2.700 > P.  6:11 ack 1 | ESTABLISHED! CLOSED! half_open=confirmed
    2.701 < R   1:1        | CLOSED? CLOSED! rst.cause=crash rst.trigger=10 phase=reset outcome=crashed
)")

TRACE("the survivor closes instead of sending: FIN meets a RST", "[half-open][rst]", HANDSHAKE HELLO R"(
    2.100 > F.  6:6 ack 1  | FIN-WAIT-1! CLOSE-WAIT? +half-closed client.unacked=0
    2.101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.trigger=6 half_open.gone=server half_open.lost_bytes=0 outcome=crashed
)")

TRACE("an outage: the silent end answers again", "[half-open]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open.recovered_in
    1.204 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.recovered_in=12
    7.324 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED half_open.attempts=5 half_open.recovered_in=12
    7.334 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED +half-open-recovered !half_open !half_open.recovered_in phase=open outcome=open
    8.000 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED !half_open
    8.204 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED !half_open
    8.214 < .   1:1 ack 16  | ESTABLISHED ESTABLISHED
)")

TRACE("an outage may come twice", "[half-open]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.recovered_in=11
    4.070 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED +half-open-recovered
    5.000 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED
    5.204 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED
    5.612 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED
    6.428 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED !half_open
    8.060 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.since=11 half_open.recovered_in=17
    8.070 < .   1:1 ack 16  | ESTABLISHED ESTABLISHED +half-open-recovered
)")

TRACE("a FIN unanswered: suspected, and the half-close is told too", "[half-open][half-closed]", HANDSHAKE HELLO R"(
    1.000 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.204 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    1.612 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    2.428 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT?
    4.060 > F.  6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-open-suspected half_open.gone=server half_open.attempts=4 half_open.lost_bytes=0 half_closed=client
)")

TRACE("the orphan's FIN gives up; data that comes later meets a RST", "[half-open][rst]", HANDSHAKE HELLO R"(
    1.000 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    1.204 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1!
    1.612 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1!
    2.428 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1!
    4.060 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-open-suspected half_open.gone=client half_open.attempts=4
    # the client is no longer cut off; it never got the FIN, and its acknowledgment says so
    6.000 > P.  6:11 ack 1 | ESTABLISHED! FIN-WAIT-1! +half-open-recovered
    6.001 < R   1:1        | CLOSED? CLOSED! +rst-data-after-close rst.cause=data-after-close rst.kind=reply rst.trigger=11 rst.effect=accepted outcome=aborted
)")

TRACE("the survivor gives up in silence: the death is invisible", "[half-open]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=4 outcome=half-open
)")

TRACE("suspected, then confirmed by a RST", "[half-open][rst]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED half_open.discovered_in=12
    1.204 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED half_open.discovered_in=12
    1.612 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open=suspected half_open.discovered_in=12
    7.324 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED half_open=suspected
    7.325 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash half_open=confirmed half_open.since=5 half_open.attempts=5 half_open.lost_bytes=5 rst.cause=crash rst.trigger=11
)")

TRACE("the client is the one that is gone", "[half-open][rst]", HANDSHAKE HELLO R"(
    5.000 < P.  1:101 ack 6 | ESTABLISHED ESTABLISHED
    5.001 > R   6:6         | CLOSED! CLOSED? +half-open-confirmed +rst-after-crash half_open.gone=client half_open.since=4 half_open.lost_bytes=100 rst.cause=crash client.unacked=0 server.unacked=100 conn_state=RSTO !closed_first
)")

TRACE("killed, the orphan lives, its FIN comes before world: no crash", "[half-open][rst]", HANDSHAKE HELLO R"(
    3.000 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    3.001 > .   6:6 ack 2  | CLOSE-WAIT! FIN-WAIT-2?
    3.100 > P.  6:11 ack 2 | CLOSE-WAIT! FIN-WAIT-2? +data-while-half-closed
    3.101 < R   2:2        | CLOSED? CLOSED! +rst-data-after-close rst.cause=data-after-close rst.confidence=certain rst.trigger=8 !half_open outcome=aborted
)")

TRACE("acknowledged data followed by silence of both is no suspicion", "[half-open]", HANDSHAKE HELLO R"(
    3600.0 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open idle=3599.890
    3600.1 < .  1:1 ack 11 | ESTABLISHED ESTABLISHED
)")

TRACE("repeats that are answered in between are a poor network, not a death", "[half-open]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.200 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.210 < .   1:1 ack 6   | ESTABLISHED ESTABLISHED
    1.600 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED !half_open
    1.610 < .   1:1 ack 11  | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("the first sign of life of a server is its SYN,ACK", "[half-open][rst]", R"(
    0.000 > S   0:0        | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1  | ESTABLISHED? SYN-RECEIVED!
    0.020 > .   1:1 ack 1  | ESTABLISHED! ESTABLISHED?
    5.000 > P.  1:6 ack 1  | ESTABLISHED! ESTABLISHED?
    5.204 > P.  1:6 ack 1  | ESTABLISHED! ESTABLISHED?
    5.612 > P.  1:6 ack 1  | ESTABLISHED! ESTABLISHED?
    6.428 > P.  1:6 ack 1  | ESTABLISHED! ESTABLISHED?
    8.060 > P.  1:6 ack 1  | ESTABLISHED! ESTABLISHED? +half-open-suspected half_open.gone=server half_open.since=2 half_open.lost_bytes=5
)")

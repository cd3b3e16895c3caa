// SPDX-License-Identifier: GPL-2.0-or-later
// RFC 9293 3.8.4 and 3.8.6.1: probes, their answers, and what their silence means.
#include "trace.hpp"

TRACE("a keepalive and its answer are no activity", "[keepalive]", HANDSHAKE HELLO R"(
    60.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe idle=59.890
    60.010 < .  1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer idle=59.900
    90.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe idle=89.890
    90.010 < .  1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer
    99.110 > P. 6:7 ack 1 | ESTABLISHED ESTABLISHED !keepalive idle=99.000
    99.210 < .  1:1 ack 7 | ESTABLISHED ESTABLISHED !keepalive idle=0.100 outcome=open
)")

TRACE("a keepalive may carry one garbage byte", "[keepalive]", HANDSHAKE HELLO R"(
    60.000 > .  5:6 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe client.unacked= server.unacked=
    60.010 < .  1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer
    90.000 > .  5:6 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    90.010 < .  1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer !half_open history=ShADa
)")

TRACE("both ends may probe", "[keepalive]", HANDSHAKE HELLO R"(
    0.200 < P.  1:11 ack 6 | ESTABLISHED ESTABLISHED
    0.210 > .   6:6 ack 11 | ESTABLISHED ESTABLISHED
    60.000 > .  5:5 ack 11 | ESTABLISHED ESTABLISHED keepalive=probe
    60.010 < .  11:11 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer
    61.000 < .  10:10 ack 6 | ESTABLISHED ESTABLISHED keepalive=probe
    61.010 > .  6:6 ack 11  | ESTABLISHED ESTABLISHED keepalive=answer
)")

TRACE("three probes unanswered, then RST: keepalive timeout", "[keepalive][half-open][rst]", HANDSHAKE HELLO R"(
    1.100 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe !half_open
    2.100 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe !half_open
    3.100 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe !half_open
    4.100 > R.  6:6 ack 1 | CLOSED! CLOSED? +rst-keepalive-timeout rst.cause=keepalive-timeout rst.kind=active rst.effect=accepted !rst.trigger rst.confidence=likely !half_open phase=reset outcome=timed-out conn_state=RSTO closed_first=client summary~3_probes
)")

TRACE("a RST right after the last of three probes: the application may have ended it", "[keepalive][rst]",
      HANDSHAKE HELLO R"(
    1.100 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    2.100 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    3.100 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    3.400 > R.  6:6 ack 1 | CLOSED! CLOSED? +rst-keepalive-timeout rst.cause=keepalive-timeout rst.confidence=possible rst.explanation~abort outcome=timed-out
)")

TRACE("a RST right after the only probe: the application may have ended it", "[keepalive][rst]", HANDSHAKE HELLO R"(
    60.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    60.300 > R. 6:6 ack 1 | CLOSED! CLOSED? +rst-keepalive-timeout rst.cause=keepalive-timeout rst.confidence=possible rst.explanation~abort outcome=timed-out
)")

TRACE("a RST one interval after the only probe: the limit is one probe", "[keepalive][rst]", HANDSHAKE HELLO R"(
    60.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    61.000 > R. 6:6 ack 1 | CLOSED! CLOSED? +rst-keepalive-timeout rst.cause=keepalive-timeout rst.confidence=likely outcome=timed-out
)")

TRACE("a keepalive finds a rebooted peer", "[keepalive][half-open][rst]", HANDSHAKE HELLO R"(
    60.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    60.001 < R  1:1       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.trigger=6 half_open.gone=server half_open.since=5 half_open.lost_bytes=0 half_open.duration=59.891 outcome=crashed
)")

TRACE("one missed probe is no death", "[keepalive][half-open]", HANDSHAKE HELLO R"(
    60.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    61.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe !half_open
    61.010 < .  1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer
    62.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe !half_open
    62.010 < .  1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer outcome=open
)")

TRACE("keepalive probes, silence, then the peer answers again", "[keepalive][half-open]", HANDSHAKE HELLO R"(
    60.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    61.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    62.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    63.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    64.000 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe +half-open-suspected half_open.recovered_in=11
    64.010 < .  1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer +half-open-recovered !half_open
)")

TRACE("zero-window probes that are answered for an hour are no half-open connection", "[zero-window]", HANDSHAKE R"(
    0.100 > .   1:501 ack 1        | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 501 win 0  | ESTABLISHED ESTABLISHED
    # SND.UNA - 1 and no data, as Linux probes
    0.500 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED !keepalive !half_open
    0.510 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED !keepalive
    60.00 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    60.01 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    1800  > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    1800.1 < .  1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    3600  > .   500:500 ack 1       | ESTABLISHED ESTABLISHED !half_open
    3600.1 < .  1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    3700  < .   1:1 ack 501 win 500 | ESTABLISHED ESTABLISHED
    3700.1 > .  501:1001 ack 1      | ESTABLISHED ESTABLISHED
    3700.2 < .  1:1 ack 1001        | ESTABLISHED ESTABLISHED outcome=open history=ShADaw
)")

TRACE("zero-window probes with the next byte, answered", "[zero-window]", HANDSHAKE R"(
    0.100 > .   1:501 ack 1         | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    0.500 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED
    0.510 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    1.500 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED
    1.510 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    3.500 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED !half_open
    3.510 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED !half_open
    7.500 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED !half_open
    7.510 < .   1:1 ack 502 win 500 | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("zero-window probes go on unanswered: suspected once", "[zero-window][half-open]", HANDSHAKE R"(
    0.100 > .   1:501 ack 1         | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    0.500 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    0.900 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED !half_open
    1.700 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    3.300 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED !half_open
    6.500 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED +half-open-suspected half_open.gone=server half_open.since=5 half_open.attempts=4
    12.90 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED half_open.attempts=5 outcome=half-open
)")

TRACE("zero-window probes with the next byte unanswered: suspected at the fourth repeat", "[zero-window][half-open]",
      HANDSHAKE R"(
    0.100 > .   1:501 ack 1         | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    0.500 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED
    0.900 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED !half_open
    1.700 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED
    3.300 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED !half_open
    6.500 > .   501:502 ack 1       | ESTABLISHED ESTABLISHED +half-open-suspected half_open.gone=server half_open.attempts=4
)")

TRACE("a zero-window prober meets a RST: the peer had crashed", "[zero-window][half-open][rst]", HANDSHAKE R"(
    0.100 > .   1:501 ack 1         | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    5.500 > .   500:500 ack 1       | ESTABLISHED ESTABLISHED
    5.501 < R   1:1                 | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.trigger=6
)")

TRACE("zero window, shutdown, disconnect: the FIN was never on the wire", "[zero-window][rst]", HANDSHAKE R"(
    0.100 > .   1:501 ack 1         | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 501 win 0   | ESTABLISHED ESTABLISHED
    0.600 > R.  501:501 ack 1       | CLOSED! CLOSED? +rst-abort rst.cause=abort rst.kind=active rst.effect=accepted !half_closed outcome=aborted
)")

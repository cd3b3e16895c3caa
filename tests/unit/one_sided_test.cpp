// SPDX-License-Identifier: GPL-2.0-or-later
// Captures that show one direction, begin late or lose segments: silence that was not captured is no evidence.
#include "trace.hpp"

TRACE("only the client is seen: its repeats are no suspicion", "[one-sided]", R"(
    0.000 > S   0:0         | SYN-SENT UNKNOWN
    0.020 > .   1:1 ack 1   | ESTABLISHED! UNKNOWN
    0.100 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN
    0.300 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN
    0.700 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN !half_open
    1.500 > P.  1:6 ack 1   | ESTABLISHED! UNKNOWN !half_open
    3.000 > P.  6:11 ack 50 | ESTABLISHED! UNKNOWN !half_open outcome=open
)")

TRACE("only the client is seen: its keepalives are no suspicion", "[one-sided][keepalive]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.020 > .   1:1 ack 1 | ESTABLISHED! UNKNOWN
    0.100 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN
    60.00 > .   5:5 ack 1 | ESTABLISHED! UNKNOWN
    61.00 > .   5:5 ack 1 | ESTABLISHED! UNKNOWN
    62.00 > .   5:5 ack 1 | ESTABLISHED! UNKNOWN !half_open
    63.00 > .   5:5 ack 1 | ESTABLISHED! UNKNOWN !half_open
)")

TRACE("only the server is seen", "[one-sided]", R"(
    0.010 < S.  0:0 ack 1   | UNKNOWN SYN-RECEIVED!
    0.110 < .   1:1 ack 6   | UNKNOWN ESTABLISHED!
    0.120 < P.  1:101 ack 6 | UNKNOWN ESTABLISHED!
    0.320 < P.  1:101 ack 6 | UNKNOWN ESTABLISHED!
    0.720 < P.  1:101 ack 6 | UNKNOWN ESTABLISHED! !half_open
    1.520 < P.  1:101 ack 6 | UNKNOWN ESTABLISHED! !half_open
)")

TRACE("only the server is seen: its bare RST is no crash", "[one-sided][rst]", R"(
    0.010 < S.  0:0 ack 1   | UNKNOWN SYN-RECEIVED!
    0.110 < .   1:1 ack 6   | UNKNOWN ESTABLISHED!
    9.000 < R   1:1         | UNKNOWN ESTABLISHED rst.effect=unknown rst.kind=unknown !half_open !rst.trigger
)")

TRACE("only the server is seen: its RST,ACK is an abort", "[one-sided][rst]", R"(
    0.010 < S.  0:0 ack 1   | UNKNOWN SYN-RECEIVED!
    0.110 < .   1:1 ack 6   | UNKNOWN ESTABLISHED!
    9.000 < R.  1:1 ack 6   | UNKNOWN CLOSED! +rst-abort rst.kind=active rst.cause=abort rst.effect=unknown
)")

TRACE("only the client is seen: its RST answers what was not captured", "[one-sided][rst]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.020 > .   1:1 ack 1 | ESTABLISHED! UNKNOWN
    0.100 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN
    9.000 > R   6:6       | ESTABLISHED UNKNOWN rst.effect=unknown rst.kind=unknown !half_open !rst.trigger
)")

MIDSTREAM_TRACE("the capture begins with a repeat of unknown age", "[one-sided][midstream]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.800 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN
    2.400 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN !half_open
    5.600 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN !half_open
)")

MIDSTREAM_TRACE("the capture begins before the RST: a crash is possible, its sender may have closed as well",
                "[one-sided][midstream][rst]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.001 < R   1:1       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible rst.trigger=1 rst.effect=accepted half_open.gone=server
)")

MIDSTREAM_TRACE("its sender was seen to acknowledge only: it may have closed before the capture",
                "[one-sided][midstream][rst]", R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.001 < .   1:1 ack 6  | ESTABLISHED! ESTABLISHED!
    3.000 > P.  6:11 ack 1 | ESTABLISHED! ESTABLISHED!
    3.001 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.kind=reply rst.cause=crash rst.confidence=possible
)")

TRACE("captured loss: the server acknowledges what was not captured, and repeats follow", "[one-sided][loss]",
      HANDSHAKE HELLO R"(
    0.200 < .   1:1 ack 106   | ESTABLISHED ESTABLISHED
    0.300 > P.  106:111 ack 1 | ESTABLISHED ESTABLISHED
    0.310 < .   1:1 ack 111   | ESTABLISHED ESTABLISHED !half_open
)")

TRACE("captured loss of the FIN: what its acknowledgment shows is no crash", "[one-sided][loss][rst]",
      HANDSHAKE HELLO R"(
    # < F. 1:1 ack 6 was not captured
    0.510 > .   6:6 ack 2  | ESTABLISHED ESTABLISHED
    0.600 > P.  6:11 ack 2 | ESTABLISHED ESTABLISHED
    0.601 < R   2:2        | CLOSED? CLOSED! rst.kind=reply rst.trigger=7 !half_open rst.cause=unknown
)")

TRACE("an answer missing in the capture is no silence: the survivor goes on with new data", "[one-sided][loss]",
      HANDSHAKE HELLO R"(
    # the server's acknowledgments of these were not captured
    1.000 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    2.000 > P.  11:16 ack 1 | ESTABLISHED ESTABLISHED
    3.000 > P.  16:21 ack 1 | ESTABLISHED ESTABLISHED
    4.000 > P.  21:26 ack 1 | ESTABLISHED ESTABLISHED !half_open
)")

TRACE("the capture ends in the middle of a handshake", "[one-sided]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED outcome=embryonic !half_open
)")

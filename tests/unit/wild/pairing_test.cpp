// SPDX-License-Identifier: GPL-2.0-or-later
// Which RST answers which segment: first in, first out.
#include "trace.hpp"

TRACE("three segments in a burst, three RSTs: each answers its own", "[wild][pairing]", HANDSHAKE HELLO R"(
    5.000 > .   6:106 ack 1   | ESTABLISHED ESTABLISHED
    5.001 > .   106:206 ack 1 | ESTABLISHED ESTABLISHED
    5.002 > P.  206:306 ack 1 | ESTABLISHED ESTABLISHED
    5.010 < R   1:1           | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.kind=reply rst.trigger=6
    5.011 < R   1:1           | CLOSED? CLOSED! +* rst.kind=reply rst.trigger=7
    5.012 < R   1:1           | CLOSED? CLOSED! +* rst.kind=reply rst.trigger=8 outcome=crashed
)")

TRACE("two segments with different acknowledgments: the numbers decide", "[wild][pairing]", HANDSHAKE HELLO R"(
    1.000 < P.  1:101 ack 6     | ESTABLISHED ESTABLISHED
    1.010 > P.  6:11 ack 1      | ESTABLISHED ESTABLISHED
    1.011 > P.  11:16 ack 101   | ESTABLISHED ESTABLISHED
    1.020 < R   1:1             | * * +* rst.kind=reply rst.trigger=7
    1.021 < R   101:101         | * * +* rst.kind=reply rst.trigger=8
)")

TRACE("a RST comes before the next segment: the next answers that one", "[wild][pairing]", HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    5.010 < R   1:1         | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.trigger=6
    5.200 > P.  6:11 ack 1  | ESTABLISHED! CLOSED!
    5.210 < R   1:1         | CLOSED? CLOSED! +* rst.trigger=8
)")

TRACE("one RST for two segments answers the first that it can", "[wild][pairing]", HANDSHAKE HELLO R"(
    5.000 > .   6:106 ack 1   | ESTABLISHED ESTABLISHED
    5.009 > P.  106:206 ack 1 | ESTABLISHED ESTABLISHED
    5.010 < R   1:1           | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.trigger=6
)")

TRACE("an acknowledgment seven before the latest may still be what a RST answers", "[wild][pairing]",
      HANDSHAKE HELLO R"(
    1.000 < .   1:101 ack 6    | ESTABLISHED ESTABLISHED
    1.001 < .   101:201 ack 6  | ESTABLISHED ESTABLISHED
    1.002 < .   201:301 ack 6  | ESTABLISHED ESTABLISHED
    1.003 < .   301:401 ack 6  | ESTABLISHED ESTABLISHED
    1.004 < .   401:501 ack 6  | ESTABLISHED ESTABLISHED
    1.005 < .   501:601 ack 6  | ESTABLISHED ESTABLISHED
    1.006 < .   601:701 ack 6  | ESTABLISHED ESTABLISHED
    1.007 < P.  701:801 ack 6  | ESTABLISHED ESTABLISHED
    1.010 > .   6:6 ack 101    | ESTABLISHED ESTABLISHED
    1.011 > .   6:6 ack 201    | ESTABLISHED ESTABLISHED
    1.012 > .   6:6 ack 301    | ESTABLISHED ESTABLISHED
    1.013 > .   6:6 ack 401    | ESTABLISHED ESTABLISHED
    1.014 > .   6:6 ack 501    | ESTABLISHED ESTABLISHED
    1.015 > .   6:6 ack 601    | ESTABLISHED ESTABLISHED
    1.016 > .   6:6 ack 701    | ESTABLISHED ESTABLISHED
    1.017 > .   6:6 ack 801    | ESTABLISHED ESTABLISHED
    1.020 < R   101:101        | * * +* rst.kind=reply rst.trigger=14 rst.cause!=foreign rst.cause!=unknown
    1.027 < R   801:801        | * * +* rst.kind=reply rst.trigger=21 rst.cause!=foreign
)")

TRACE("after the close a RST says that data were never acknowledged", "[wild][pairing][after-close]",
      HANDSHAKE HELLO R"(
    1.000 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    1.010 > FP. 6:11 ack 2 | LAST-ACK! *
    1.020 < R   2:2        | CLOSED? CLOSED! +rst-after-close rst.cause=after-close rst.kind=reply rst.trigger=7 client.unacked=5 rst.explanation~acknowledged
)")

TRACE("after a close in which everything was acknowledged a RST says nothing of the kind",
      "[wild][pairing][after-close]", HANDSHAKE HELLO R"(
    1.000 < F.  1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    1.010 > F.  6:6 ack 2 | LAST-ACK! TIME-WAIT?
    1.020 < .   2:2 ack 7 | CLOSED? TIME-WAIT!
    1.500 > R   7:7       | CLOSED! * +rst-after-close rst.cause=after-close client.unacked=0 server.unacked=0 rst.explanation!~acknowledged
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// Where a RST lies decides what it does: RFC 9293 3.10.7.3 and 3.10.7.4, RFC 5961 3.2. The window is 500. What lies
// beyond everything that its sender was seen to send is judged by its place only where another host sent it (TTL 50):
// else the capture may lack what came before it.
#include "trace.hpp"

TRACE("exact: accepted", "[rst][position]", HANDSHAKE HELLO R"(
    9.000 < R.  1:1 ack 6     | CLOSED? CLOSED! +rst-abort rst.effect=accepted phase=reset
)")

TRACE("exact with an absurd acknowledgment: accepted, nobody checks it", "[rst][position]", HANDSHAKE HELLO R"(
    9.000 < R.  1:1 ack 1000000 | CLOSED? CLOSED rst.effect=accepted rst.kind=unknown rst.cause=unknown outcome=aborted
)")

TRACE("in the window: challenged, and it changes nothing", "[rst][position]", HANDSHAKE HELLO R"(
    9.000 < R.  101:101 ack 6 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.effect=challenged phase=open !closed_first rst.explanation~100
    9.010 > .   6:6 ack 1     | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
    9.100 > P.  6:11 ack 1    | ESTABLISHED ESTABLISHED
    9.110 < .   1:1 ack 11    | ESTABLISHED ESTABLISHED outcome=open conn_state=S1
)")

TRACE("the last number of the window: challenged; the first beyond it: ignored", "[rst][position]", HANDSHAKE HELLO R"(
    9.000 < R   500:500 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.effect=challenged
    9.010 > .   6:6 ack 1 | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
    9.500 < R   501:501 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-ignored rst.effect=ignored
    9.600 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    9.610 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("one below: ignored", "[rst][position]", HANDSHAKE HELLO R"(
    9.000 < R   0:0        | ESTABLISHED ESTABLISHED +rst-ignored rst.effect=ignored phase=open
    9.600 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    9.610 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("a quarter of the space away: ignored", "[rst][position]", HANDSHAKE HELLO R"(
    9.000 < R   1073741825:1073741825 | ESTABLISHED ESTABLISHED +rst-ignored rst.effect=ignored
)")

TRACE("the window scale counts: what is beyond the unscaled window is challenged", "[rst][position]", R"(
    0.000 > S   0:0 wscale 7       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 wscale 7 | ESTABLISHED SYN-RECEIVED
    0.020 > .   1:1 ack 1          | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1          | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 6          | ESTABLISHED ESTABLISHED
    9.000 < R   60001:60001 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.effect=challenged
    9.010 > .   6:6 ack 1          | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
)")

TRACE("each end scales its own window: four times the client's", "[rst][position]", R"(
    0.000 > S   0:0 wscale 2       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 wscale 7 | ESTABLISHED SYN-RECEIVED
    0.020 > .   1:1 ack 1          | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1          | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 6          | ESTABLISHED ESTABLISHED
    0.120 > P.  6:11 ack 1         | ESTABLISHED ESTABLISHED
    0.130 < .   1:1 ack 11         | ESTABLISHED ESTABLISHED
    9.000 < R   2000:2000 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.effect=challenged
    9.010 > .   11:11 ack 1        | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=8
    9.500 < R   2001:2001 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-ignored rst.effect=ignored
)")

TRACE("each end scales its own window: 128 times the server's", "[rst][position]", R"(
    0.000 > S   0:0 wscale 2       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 wscale 7 | ESTABLISHED SYN-RECEIVED
    0.020 > .   1:1 ack 1          | ESTABLISHED ESTABLISHED
    0.100 > P.  1:6 ack 1          | ESTABLISHED ESTABLISHED
    0.110 < .   1:1 ack 6          | ESTABLISHED ESTABLISHED
    9.000 > R   64005:64005 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.effect=challenged
    9.010 < .   1:1 ack 6          | ESTABLISHED ESTABLISHED +challenge-ack challenge_ack=6
    9.500 > R   64006:64006 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-ignored rst.effect=ignored
)")

TRACE("at the right edge of the latest SACK: accepted", "[rst][position]", HANDSHAKE HELLO R"(
    0.200 < .   101:201 ack 6        | ESTABLISHED ESTABLISHED
    0.210 > .   6:6 ack 1 sack 201   | ESTABLISHED ESTABLISHED
    0.400 < R.  201:201 ack 6        | CLOSED? CLOSED! +rst-abort rst.effect=accepted rst.kind=active
)")

TRACE("the FIN's own number in CLOSE-WAIT: accepted", "[rst][position]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.501 > P.  6:11 ack 1 | CLOSE-WAIT? FIN-WAIT-1!
    0.502 < R   1:1        | CLOSED? CLOSED! +rst-data-after-close rst.effect=accepted
)")

TRACE("the FIN's own number in LAST-ACK: accepted", "[rst][position]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6   | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    0.501 > P.  6:11 ack 1  | CLOSE-WAIT? FIN-WAIT-1!
    0.502 > F.  11:11 ack 2 | LAST-ACK! TIME-WAIT?
    0.503 < R   1:1         | CLOSED? CLOSED! +rst-after-close rst.effect=accepted rst.cause=after-close
)")

TRACE("SYN-SENT: accepted only if it acknowledges the SYN", "[rst][position]", R"(
    0.000 > S   0:0             | SYN-SENT UNKNOWN
    0.001 < R.  0:0 ack 900 raw | SYN-SENT! UNKNOWN +rst-ignored rst.effect=ignored
    0.050 < R   0:0             | SYN-SENT! UNKNOWN +rst-ignored rst.effect=ignored
    0.100 < S.  0:0 ack 1       | ESTABLISHED? SYN-RECEIVED!
    0.110 > .   1:1 ack 1       | ESTABLISHED! ESTABLISHED? outcome=open
)")

TRACE("SYN-SENT gets a wrong acknowledgment: it says RST, and its own attempt goes on", "[rst][position]", R"(
    0.000 > S   0:0        | SYN-SENT! UNKNOWN
    0.010 < S.  0:0 ack 77 | SYN-SENT! SYN-RECEIVED!
    0.011 > R   77:77      | SYN-SENT! LISTEN? +rst-handshake-abort rst.cause=handshake-abort rst.kind=reply rst.trigger=2 outcome=open
    1.000 > S   0:0        | SYN-SENT! LISTEN?
    1.010 < S.  500:500 ack 1 | ESTABLISHED? SYN-RECEIVED!
    1.020 > .   1:1 ack 501   | ESTABLISHED! ESTABLISHED?
)")

TRACE("SYN-RECEIVED after a passive open: an exact RST leads back to LISTEN", "[rst][position]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.011 > R   1:1       | CLOSED! LISTEN? +rst-handshake-abort rst.effect=accepted
)")

TRACE("SYN-RECEIVED after an active open: an exact RST closes", "[rst][position]", R"(
    0.000 > S   0:0        | SYN-SENT UNKNOWN
    0.001 < S   0:0        | SYN-RECEIVED? SYN-SENT! +simultaneous-open
    0.002 > S.  0:0 ack 1  | SYN-RECEIVED! ESTABLISHED?
    0.003 < R.  1:1 ack 1  | CLOSED? CLOSED! rst.effect=accepted rst.kind=active +rst-handshake-abort
)")

TRACE("SYN-RECEIVED: a RST in the window, beyond what its sender was seen to send", "[rst][position]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED!
    0.020 > R   101:101   | ESTABLISHED? SYN-RECEIVED! rst.effect=unknown
    0.030 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
)")

TRACE("TIME-WAIT: an exact RST ends it, one outside does not", "[rst][position]", HANDSHAKE R"(
    0.100 > F.  1:1 ack 1 | FIN-WAIT-1 CLOSE-WAIT +half-closed
    0.110 < F.  1:1 ack 2 | TIME-WAIT LAST-ACK
    0.120 > .   2:2 ack 2 | TIME-WAIT CLOSED
    0.500 < R   9000:9000 | TIME-WAIT CLOSED +rst-after-close rst.cause=after-close rst.effect=ignored
    0.600 < R   2:2       | CLOSED? CLOSED +rst-after-close rst.cause=after-close rst.effect=accepted
)")

MIDSTREAM_TRACE("mid-stream with one direction seen: whether it is exact cannot be known", "[rst][position][one-sided]",
                R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED UNKNOWN +picked-up-midstream
    0.100 > P.  6:11 ack 1 | ESTABLISHED UNKNOWN
    0.110 > R.  11:11 ack 1 | CLOSED! UNKNOWN rst.effect=unknown rst.kind=active rst.cause=abort +rst-abort
)")

TRACE("after captured loss: the RST lies where the capture has a hole", "[rst][position][loss]", HANDSHAKE HELLO R"(
    # 1:101 was not captured
    0.200 < .   101:201 ack 6 | ESTABLISHED ESTABLISHED
    0.210 < R.  201:201 ack 6 | ESTABLISHED CLOSED! rst.effect=unknown rst.kind=active rst.cause=abort +rst-abort !rst.settled
)")

TRACE("after captured loss: the victim goes on, the RST was rejected", "[rst][position][loss]", HANDSHAKE HELLO R"(
    0.200 < .   101:201 ack 6 | ESTABLISHED ESTABLISHED
    0.210 < R.  201:201 ack 6 | ESTABLISHED CLOSED! +rst-abort rst.effect=unknown rst.settled=rejected rst.contradicted_in=8
    0.500 > P.  6:11 ack 1    | ESTABLISHED! CLOSED
    0.700 > P.  6:11 ack 1    | ESTABLISHED! CLOSED
)")

TRACE("to a connection that is reset already: ignored", "[rst][position]", HANDSHAKE HELLO R"(
    1.000 > R.  6:6 ack 1 | CLOSED! CLOSED? +rst-abort rst.effect=accepted
    1.010 > R.  6:6 ack 1 | CLOSED! CLOSED? +rst-after-close rst.effect=ignored
)")

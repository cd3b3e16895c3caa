// SPDX-License-Identifier: GPL-2.0-or-later
// A crash needs absence: a host heard a moment ago did not reboot. Its socket was destroyed, or a box is at work.
#include "beginnings.hpp"

// how long it was not heard: max(100 ms, 3 round trips)
TRACE("heard 99 ms before: not a crash, its socket was destroyed", "[wild][crash]", AT_SERVER R"(
    0.1990 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    0.1991 < R   1:1        | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=reply rst.effect=accepted rst.confidence=likely rst.trigger=6 !half_open outcome=aborted
)")

TRACE("heard 101 ms before: a crash is possible", "[wild][crash]", AT_SERVER R"(
    0.2010 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    0.2011 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.kind=reply rst.confidence=possible rst.trigger=6 half_open=confirmed outcome=crashed
)")

TRACE("a round trip of 200 ms, heard 589 ms before: not a crash", "[wild][crash]", AT_DISTANT_SERVER R"(
    0.8890 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    0.8891 < R   1:1        | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=reply rst.confidence=likely rst.trigger=6 !half_open
)")

TRACE("a round trip of 200 ms, heard 612 ms before: a crash is possible", "[wild][crash]", AT_DISTANT_SERVER R"(
    0.9120 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    0.9121 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible
)")

TRACE("heard 2 ms before, data in both directions: its socket was destroyed", "[wild][crash]", AT_SERVER R"(
    5.0000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    5.0001 < .   1:1 ack 11   | ESTABLISHED ESTABLISHED
    5.0020 > P.  11:16 ack 1  | ESTABLISHED ESTABLISHED
    5.0021 < R   1:1          | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=reply rst.trigger=8 !half_open client.unacked=5
)")

// how sure
TRACE("not heard for 990 ms: only possible", "[wild][crash]", AT_SERVER R"(
    1.0900 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.0901 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible
)")

TRACE("not heard for 1010 ms: likely", "[wild][crash]", AT_SERVER R"(
    1.1100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.1101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely rst.explanation~reboot
)")

TRACE("idle for 59 s: likely", "[wild][crash]", AT_SERVER R"(
    59.900 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    59.901 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely
)")

TRACE("idle for 61 s: an idle timeout looks the same and is more frequent", "[wild][crash]", AT_SERVER R"(
    61.100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    61.101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible rst.explanation~idle_timeout
)")

TRACE("idle for a minute behind the acknowledgment of the last data: the same", "[wild][crash]", AT_SERVER R"(
    0.2000 < P.  1:11 ack 6  | ESTABLISHED ESTABLISHED
    0.2001 > .   6:6 ack 11  | ESTABLISHED ESTABLISHED
    61.200 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED
    61.201 < R   11:11       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible rst.explanation~idle_timeout
)")

TRACE("a minute of unanswered repeats is no idle time, though an acknowledgment came before", "[wild][crash]",
      AT_SERVER R"(
    0.2000 < P.  1:11 ack 6  | ESTABLISHED ESTABLISHED
    0.2001 > .   6:6 ack 11  | ESTABLISHED ESTABLISHED
    1.0000 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED
    2.0000 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED
    4.0000 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED
    8.0000 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED
    16.000 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED +half-open-suspected
    32.000 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED
    64.000 > P.  6:11 ack 11 | ESTABLISHED ESTABLISHED
    64.001 < R   11:11       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely
)")

TRACE("the idle time from which a timeout is likelier is a preference: longer", "[wild][crash]", AT_SERVER R"(
    preference idle_timeout_from 300
    61.100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    61.101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely
)")

TRACE("the idle time from which a timeout is likelier is a preference: shorter", "[wild][crash]", AT_SERVER R"(
    preference idle_timeout_from 10
    20.100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    20.101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible rst.explanation~idle_timeout
)")

TRACE("silence that was full of repeats was no idleness: likely", "[wild][crash]", AT_SERVER R"(
    2.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    3.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    5.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected
    8.324 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    14.85 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    27.90 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    54.00 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    54.0001 < R 1:1       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely rst.trigger=14 half_open.attempts=8
)")

// what its sender had done
TRACE("never heard after its SYN,ACK: it rejects the handshake, however late", "[wild][crash][handshake-rejected]",
      HANDSHAKE R"(
    5.000 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    5.001 < R   1:1       | CLOSED? CLOSED! +rst-handshake-rejected rst.cause=handshake-rejected rst.kind=reply rst.trigger=4 !half_open
)")

TRACE("never heard after its SYN,ACK: whatever the flags of what it refuses", "[wild][crash][handshake-rejected]",
      HANDSHAKE R"(
    0.021 > F.  1:1 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    0.031 < R   1:1       | CLOSED? CLOSED! +rst-handshake-rejected rst.cause=handshake-rejected rst.kind=reply !half_open
)")

TRACE("a client that did no more than complete the handshake has not crashed", "[wild][crash]", HANDSHAKE R"(
    5.000 < P.  1:21 ack 1 | ESTABLISHED ESTABLISHED
    5.010 > R   1:1        | CLOSED! CLOSED? +* rst.kind=reply rst.trigger=4 rst.cause!=crash !half_open
)")

// what it answers
TRACE("the RST comes after its sender had answered everything: not a crash", "[wild][crash]", HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    5.010 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED
    9.000 < R   1:1        | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active !rst.trigger !half_open
)")

TRACE("the RST answers what its sender's latest data had crossed: not a crash", "[wild][crash]", HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1  | ESTABLISHED ESTABLISHED
    5.001 < P.  1:101 ack 6 | ESTABLISHED ESTABLISHED
    5.011 < R   1:1         | * * +* rst.cause!=crash !half_open
)")

TRACE("a segment of an hour ago is not what a RST answers", "[wild][crash]", HANDSHAKE HELLO R"(
    5.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    3605. < R   1:1        | * * +* !rst.trigger rst.cause!=crash !half_open
)")

TRACE("a repeated reply to a retransmission keeps the cause and the confidence of the first", "[wild][crash]",
      HANDSHAKE HELLO R"(
    2.100 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.101 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely rst.trigger=6
    # the RST was lost on its way: its sender was heard 200 ms ago, which proves nothing now
    2.300 > P.  6:11 ack 1 | ESTABLISHED! CLOSED!
    2.301 < R   1:1        | CLOSED? CLOSED! rst.cause=crash rst.confidence=likely rst.trigger=8
)")

TRACE("its sender had ended it by a RST that did not fit, and answers what that provoked: not a crash", "[wild][crash]",
      AT_SERVER R"(
    13.100 < R.  900000001:900000001 ack 6 | ESTABLISHED ESTABLISHED +rst-ignored rst.effect=ignored
    13.101 > .   6:6 ack 1                 | ESTABLISHED ESTABLISHED
    13.102 < R   1:1                       | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=reply rst.confidence=likely !half_open outcome=aborted rst.explanation~earlier_RST
)")

// several hosts at once
#define WITH_SERVER(n, at)                                                                                        \
    at ".00 > S 0:0 server " n ":80\n" at ".02 < S. 0:0 ack 1 server " n ":80\n" at ".04 > . 1:1 ack 1 server " n \
       ":80\n" at ".10 > P. 1:6 ack 1 server " n ":80\n" at ".12 < . 1:1 ack 6 server " n ":80\n"

TRACE("two hosts seem to crash within a minute towards one client: from the second on only possible", "[wild][crash]",
      WITH_SERVER("2", "0") WITH_SERVER("3", "1") R"(
    9.00 > P.  6:11 ack 1 server 2:80 | ESTABLISHED ESTABLISHED
    9.02 < R   1:1 server 2:80        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely
    19.0 > P.  6:11 ack 1 server 3:80 | ESTABLISHED ESTABLISHED
    19.2 < R   1:1 server 3:80        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible rst.explanation~other_hosts
)")

TRACE("two hosts crash with more than a minute in between: each for itself", "[wild][crash]",
      WITH_SERVER("2", "0") WITH_SERVER("3", "80") R"(
    89.0 > P.  6:11 ack 1 server 3:80 | ESTABLISHED ESTABLISHED
    89.2 < R   1:1 server 3:80        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely
    150. > P.  6:11 ack 1 server 2:80 | ESTABLISHED ESTABLISHED
    150.02 < R 1:1 server 2:80        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.explanation!~other_hosts
)")

TRACE("the capture missed data that were acknowledged: the silence behind them is the same", "[wild][crash][holes]",
      HANDSHAKE R"(
    0.100 < .   1:1 ack 6    | ESTABLISHED ESTABLISHED
    1.000 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED client.unacked=
    1.204 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    2.428 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED
    4.060 > P.  6:11 ack 1   | ESTABLISHED ESTABLISHED +half-open-suspected half_open.gone=server half_open.lost_bytes=5
    4.070 < R   1:1          | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=likely half_open.lost_bytes=5
)")

TRACE("an acknowledgment of nothing that was sent stays one while the sender goes on where it was",
      "[wild][crash][holes]", HANDSHAKE R"(
    0.100 < .   1:1 ack 6    | ESTABLISHED ESTABLISHED
    1.000 > P.  1:6 ack 1    | ESTABLISHED ESTABLISHED
    1.100 < .   1:1 ack 6    | ESTABLISHED ESTABLISHED !half_open outcome=open
)")

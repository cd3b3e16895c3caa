// SPDX-License-Identifier: GPL-2.0-or-later
// Suspicion of a half-open connection: the oldest unacknowledged segment repeated four times at growing distance, and
// not before 3 s after it was first sent.
#include "trace.hpp"

TRACE("suspected at the fourth repeat", "[wild][suspicion]", HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open phase=open
    4.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open=suspected half_open.gone=server half_open.since=5 half_open.duration=3.950 half_open.attempts=4 half_open.lost_bytes=5 phase=half-open client.unacked=5 outcome=half-open summary~4_attempts
    7.324 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED half_open.attempts=5 outcome=half-open
)")

TRACE("repeats in quick succession: not before three seconds", "[wild][suspicion]", HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.030 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.090 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.210 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.450 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    1.930 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    2.890 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    4.810 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=7
)")

TRACE("repeats far apart: not before the fourth", "[wild][suspicion]", HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    10.00 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    22.00 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    46.00 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=4
)")

TRACE("as Linux repeats: a tail loss probe first, then the timeouts that double", "[wild][suspicion]",
      HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.212 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    # the first timeout may come a little sooner after the probe than that after the data
    1.421 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.853 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.717 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    4.413 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.gone=server
)")

TRACE("three repeats and an answer: nothing is ever suspected", "[wild][suspicion]", HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.050 < .  1:1 ack 11 | ESTABLISHED ESTABLISHED !half_open outcome=open
)")

// preferences
TRACE("attempts before suspicion are a preference, the seconds still count", "[wild][suspicion]", HANDSHAKE HELLO R"(
    preference attempts_before_suspicion 2
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    4.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected
)")

TRACE("seconds before suspicion are a preference: none", "[wild][suspicion]", HANDSHAKE HELLO R"(
    preference attempts_before_suspicion 2
    preference seconds_before_suspicion 0
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=2
)")

TRACE("seconds before suspicion are a preference: ten", "[wild][suspicion]", HANDSHAKE HELLO R"(
    preference seconds_before_suspicion 10
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    7.324 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    13.85 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=6
)")

// which repeats count
TRACE("repeats at equal distances are no backoff: an application, or a fast retransmission", "[wild][suspicion]",
      HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    3.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    5.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open
    6.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED !half_open outcome=open
)")

TRACE("a repeat of the latest segment, as a tail loss probe sends it, is no failed attempt", "[wild][suspicion]",
      HANDSHAKE HELLO R"(
    1.000 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.001 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    1.040 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    1.300 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.800 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    2.800 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    4.800 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=4 half_open.lost_bytes=200
)")

TRACE("repeats of what is not the oldest never raise a suspicion", "[wild][suspicion]", HANDSHAKE HELLO R"(
    1.000 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.001 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    1.300 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    1.900 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    3.100 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    5.500 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED !half_open
    10.30 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED !half_open
)")

TRACE("a repeat that takes more data along is a repeat of the oldest", "[wild][suspicion]", HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1  | ESTABLISHED ESTABLISHED
    1.001 > P. 11:21 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:21 ack 1  | ESTABLISHED ESTABLISHED
    1.612 > P. 6:21 ack 1  | ESTABLISHED ESTABLISHED
    2.428 > P. 6:21 ack 1  | ESTABLISHED ESTABLISHED !half_open
    4.060 > P. 6:21 ack 1  | ESTABLISHED ESTABLISHED +half-open-suspected half_open.attempts=4 half_open.lost_bytes=15
)")

TRACE("an answer: the next oldest begins anew", "[wild][suspicion]", HANDSHAKE HELLO R"(
    1.000 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.300 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    1.900 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    3.100 > .  6:106 ack 1   | ESTABLISHED ESTABLISHED
    3.110 < .  1:1 ack 106   | ESTABLISHED ESTABLISHED
    4.000 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    4.300 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    4.900 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED
    6.100 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED !half_open
    8.500 > P. 106:206 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.since=10 half_open.attempts=4 half_open.lost_bytes=100
)")

// probes
TRACE("keepalive probes come at equal distances: the fifth is the fourth repeat", "[wild][suspicion][keepalive]",
      HANDSHAKE HELLO R"(
    60.00 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    61.00 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    62.00 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    63.00 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe !half_open
    64.00 > .  5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe +half-open-suspected half_open.attempts=4 half_open.lost_bytes=0
)")

TRACE("zero-window probes unanswered: suspected at the fourth repeat", "[wild][suspicion][zero-window]", HANDSHAKE R"(
    0.100 > .  1:501 ack 1       | ESTABLISHED ESTABLISHED
    0.110 < .  1:1 ack 501 win 0 | ESTABLISHED ESTABLISHED
    0.500 > .  500:500 ack 1     | ESTABLISHED ESTABLISHED
    0.900 > .  500:500 ack 1     | ESTABLISHED ESTABLISHED
    1.700 > .  500:500 ack 1     | ESTABLISHED ESTABLISHED
    3.300 > .  500:500 ack 1     | ESTABLISHED ESTABLISHED !half_open
    6.500 > .  500:500 ack 1     | ESTABLISHED ESTABLISHED +half-open-suspected half_open.since=5 half_open.attempts=4
)")

// survivors that have closed
TRACE("a FIN repeated in LAST-ACK: the end that closed first is gone", "[wild][suspicion][close]", HANDSHAKE HELLO R"(
    1.000 < F. 1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    1.010 > F. 6:6 ack 2 | LAST-ACK! *
    1.214 > F. 6:6 ack 2 | LAST-ACK! *
    1.622 > F. 6:6 ack 2 | LAST-ACK! *
    2.438 > F. 6:6 ack 2 | LAST-ACK! * !half_open
    4.070 > F. 6:6 ack 2 | LAST-ACK! * +half-open-suspected half_open=suspected half_open.gone=server half_open.attempts=4 half_open.lost_bytes=0
)")

TRACE("a FIN repeated in CLOSING", "[wild][suspicion][close]", HANDSHAKE HELLO R"(
    1.000 > F. 6:6 ack 1 | FIN-WAIT-1! CLOSE-WAIT? +half-closed
    1.001 < F. 1:1 ack 6 | CLOSING? CLOSING! +simultaneous-close
    1.021 > .  7:7 ack 2 | CLOSING! *
    1.225 > F. 6:6 ack 2 | CLOSING! *
    1.633 > F. 6:6 ack 2 | CLOSING! *
    2.449 > F. 6:6 ack 2 | CLOSING! * !half_open
    4.081 > F. 6:6 ack 2 | CLOSING! * +half-open-suspected half_open.gone=server half_open.attempts=4
)")

TRACE("a FIN repeated twice in LAST-ACK and then acknowledged: an ordinary close", "[wild][suspicion][close]",
      HANDSHAKE HELLO R"(
    1.000 < F. 1:1 ack 6 | CLOSE-WAIT? FIN-WAIT-1! +half-closed
    1.010 > F. 6:6 ack 2 | LAST-ACK! TIME-WAIT?
    1.214 > F. 6:6 ack 2 | LAST-ACK! TIME-WAIT?
    1.622 > F. 6:6 ack 2 | LAST-ACK! TIME-WAIT?
    1.632 < .  2:2 ack 7 | CLOSED? TIME-WAIT! outcome=closed !half_open
)")

// one direction only
TRACE("only the client is captured: its own backoff shows that it hears nothing", "[wild][suspicion][one-sided]", R"(
    0.000 > S  0:0       | SYN-SENT UNKNOWN
    0.020 > .  1:1 ack 1 | ESTABLISHED! UNKNOWN
    0.100 > P. 1:6 ack 1 | ESTABLISHED! UNKNOWN
    0.300 > P. 6:11 ack 50 | ESTABLISHED! UNKNOWN
    0.504 > P. 6:11 ack 50 | ESTABLISHED! UNKNOWN
    0.912 > P. 6:11 ack 50 | ESTABLISHED! UNKNOWN
    1.728 > P. 6:11 ack 50 | ESTABLISHED! UNKNOWN !half_open
    3.360 > P. 6:11 ack 50 | ESTABLISHED! UNKNOWN +half-open-suspected half_open=suspected half_open.gone=server half_open.attempts=4
)")

TRACE("only the client is captured: repeats without backoff show nothing", "[wild][suspicion][one-sided]", R"(
    0.000 > S  0:0       | SYN-SENT UNKNOWN
    0.020 > .  1:1 ack 1 | ESTABLISHED! UNKNOWN
    1.000 > P. 1:6 ack 1 | ESTABLISHED! UNKNOWN
    2.000 > P. 1:6 ack 1 | ESTABLISHED! UNKNOWN
    3.000 > P. 1:6 ack 1 | ESTABLISHED! UNKNOWN
    4.000 > P. 1:6 ack 1 | ESTABLISHED! UNKNOWN
    5.000 > P. 1:6 ack 1 | ESTABLISHED! UNKNOWN !half_open outcome=open
)")

TRACE("only the client is captured: keepalives are answered or not, nobody knows", "[wild][suspicion][one-sided]", R"(
    0.000 > S  0:0       | SYN-SENT UNKNOWN
    0.020 > .  1:1 ack 1 | ESTABLISHED! UNKNOWN
    0.100 > P. 1:6 ack 1 | ESTABLISHED! UNKNOWN
    60.00 > .  5:5 ack 1 | ESTABLISHED! UNKNOWN
    120.0 > .  5:5 ack 1 | ESTABLISHED! UNKNOWN
    180.0 > .  5:5 ack 1 | ESTABLISHED! UNKNOWN
    240.0 > .  5:5 ack 1 | ESTABLISHED! UNKNOWN
    300.0 > .  5:5 ack 1 | ESTABLISHED! UNKNOWN !half_open outcome=open
)")

TRACE("only the client is captured: its acknowledgments go on, so it hears its peer after all",
      "[wild][suspicion][one-sided]", R"(
    0.000 > S  0:0         | SYN-SENT UNKNOWN
    0.020 > .  1:1 ack 1   | ESTABLISHED! UNKNOWN
    0.300 > P. 1:6 ack 50  | ESTABLISHED! UNKNOWN
    0.504 > P. 1:6 ack 50  | ESTABLISHED! UNKNOWN
    0.912 > P. 1:6 ack 50  | ESTABLISHED! UNKNOWN
    1.728 > P. 1:6 ack 50  | ESTABLISHED! UNKNOWN
    3.360 > P. 1:6 ack 50  | ESTABLISHED! UNKNOWN +half-open-suspected half_open.recovered_in=8
    4.000 > .  6:6 ack 150 | ESTABLISHED! UNKNOWN +half-open-recovered !half_open outcome=open summary~client
)")

// words
TRACE("what may have arrived is not called lost", "[wild][suspicion][texts]", HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected summary~not_acknowledged summary!~lost
)")

TRACE("a D-SACK proves that the data had arrived: only their acknowledgments were lost", "[wild][suspicion][texts]",
      HANDSHAKE HELLO R"(
    1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open.recovered_in=11
    4.070 < .  1:1 ack 11 sack 11 dsack | ESTABLISHED ESTABLISHED +half-open-recovered !half_open summary~arrived
)")

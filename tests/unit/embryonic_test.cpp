// SPDX-License-Identifier: GPL-2.0-or-later
// The other thing that people call half-open: a handshake that does not finish.
#include "trace.hpp"

TRACE("filtered: six SYNs, a second apart, and no answer", "[embryonic]", R"(
    0.000 > S 0:0 | SYN-SENT! UNKNOWN !embryonic phase=opening
    1.000 > S 0:0 | SYN-SENT! UNKNOWN +syn-unanswered embryonic=syn-unanswered embryonic.attempts=1 embryonic.duration=1.000
    2.000 > S 0:0 | SYN-SENT! UNKNOWN +syn-unanswered embryonic.attempts=2
    3.000 > S 0:0 | SYN-SENT! UNKNOWN +syn-unanswered embryonic.attempts=3
    4.000 > S 0:0 | SYN-SENT! UNKNOWN +syn-unanswered embryonic.attempts=4
    5.000 > S 0:0 | SYN-SENT! UNKNOWN +syn-unanswered embryonic=syn-unanswered embryonic.attempts=5 embryonic.duration=5.000 !half_open phase=opening outcome=unanswered conn_state=S0 history=S
)")

TRACE("a single SYN without answer is unanswered at the end", "[embryonic]", R"(
    0.000 > S 0:0 | SYN-SENT! UNKNOWN !embryonic outcome=unanswered conn_state=S0 history=S
)")

TRACE("SYN,ACK repeated, no ACK came", "[embryonic]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.001 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! !embryonic
    1.001 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! +handshake-stalled embryonic=syn-ack-unanswered embryonic.attempts=1 !half_open
    3.001 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! +handshake-stalled embryonic=syn-ack-unanswered embryonic.attempts=2 phase=opening outcome=embryonic history=Sh
)")

TRACE("a spoofed source: only the SYN,ACK and its repeats are seen", "[embryonic][one-sided]", R"(
    0.001 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED! !embryonic roles=handshake sender=server
    1.001 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED! +handshake-stalled embryonic=syn-ack-unanswered embryonic.attempts=1
    3.001 < S.  0:0 ack 1 | UNKNOWN SYN-RECEIVED! +handshake-stalled embryonic=syn-ack-unanswered embryonic.attempts=2 !half_open outcome=embryonic
)")

TRACE("accept queue full: SYN,ACK repeated although the ACK was seen", "[embryonic]", HANDSHAKE R"(
    0.100 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED?
    1.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted embryonic.attempts=1 !half_open transition=server_ESTABLISHED_->_SYN-RECEIVED phase=opening
    1.030 > .   6:6 ack 1
    3.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted embryonic.attempts=2
    3.030 > .   6:6 ack 1
    4.000 > P.  1:6 ack 1
    4.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! !embryonic outcome=open
)")

TRACE("accept queue full for good: the data of the client are no suspicion", "[embryonic][half-open]", HANDSHAKE R"(
    0.100 > P.  1:6 ack 1
    1.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted
    1.030 > .   6:6 ack 1
    3.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled !half_open
    3.030 > .   6:6 ack 1
    7.020 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic.attempts=3 !half_open outcome=embryonic
)")

TRACE("the handshake's ACK was lost: its repeat finishes the handshake", "[embryonic]", HANDSHAKE R"(
    1.010 < S.  0:0 ack 1 | ESTABLISHED! SYN-RECEIVED! +handshake-stalled embryonic=ack-not-accepted
    1.020 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
    2.000 > P.  1:6 ack 1 | ESTABLISHED! ESTABLISHED? !embryonic
    2.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! outcome=open
)")

TRACE("a repeated SYN is answered again: neither end is overdue", "[embryonic]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    1.000 > S   0:0       | SYN-SENT UNKNOWN +syn-unanswered embryonic=syn-unanswered
    1.010 < S.  0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! !embryonic
    1.020 > .   1:1 ack 1 | ESTABLISHED! ESTABLISHED?
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// Clocks are set back, captures are merged, hostile files hold any time: no duration is negative, none overflows.
#include "clock.hpp"

#include "trace.hpp"

using namespace tcpstate;

TEST_CASE("elapsed time is never negative and does not overflow", "[clock]") {
    CHECK(elapsed(5, 8) == 3);
    CHECK(elapsed(8, 5) == 0);
    CHECK(elapsed(INT64_MIN, INT64_MAX) == INT64_MAX);
    CHECK(elapsed(INT64_MAX, INT64_MIN) == 0);
    CHECK(elapsed(-1, INT64_MAX) == INT64_MAX);
    CHECK(elapsed(INT64_MIN, INT64_MIN) == 0);
}

TRACE("the clock goes back in a half-close: no time has passed", "[clock]", R"(
)" HANDSHAKE HELLO R"(
9.000 > F. 6:6 ack 1   | FIN-WAIT-1 CLOSE-WAIT? +half-closed half_closed.duration=0.000
9.010 < . 1:1 ack 7    | FIN-WAIT-2? CLOSE-WAIT! half_closed.duration=0.010
5.000 < P. 1:11 ack 7  | FIN-WAIT-2? CLOSE-WAIT half_closed.duration=0.000 idle=0.000 +data-while-half-closed
5.010 > . 7:7 ack 11   | FIN-WAIT-2! CLOSE-WAIT half_closed.duration=0.000 idle=0.010
9.110 < P. 11:21 ack 7 | FIN-WAIT-2 CLOSE-WAIT half_closed.duration=0.110
)")

TRACE("the clock goes back in a half-open connection: no time has passed", "[clock]", R"(
)" HANDSHAKE HELLO R"(
1.000 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
1.204 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
1.612 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
2.428 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED
4.060 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected half_open=suspected
# no time, no absence: its socket was destroyed
0.050 < R  1:1        | CLOSED? CLOSED! +rst-abort rst.kind=reply idle=0.000
)")

TRACE("the clock goes back in a handshake: no time has passed", "[clock]", R"(
8.000 > S 0:0 | SYN-SENT UNKNOWN
9.000 > S 0:0 | SYN-SENT UNKNOWN +syn-unanswered embryonic.duration=1.000
2.000 < S. 0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! idle=0.000
4.000 < S. 0:0 ack 1 | ESTABLISHED? SYN-RECEIVED! +handshake-stalled embryonic.duration=0.000 idle=2.000
)")

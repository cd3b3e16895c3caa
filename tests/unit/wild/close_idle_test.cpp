// SPDX-License-Identifier: GPL-2.0-or-later
// How long the connection had been idle before the segment that ended it: the first FIN, a RST, or what the RST
// answered.
#include "trace.hpp"

TRACE("idle before the first FIN", "[wild][close-idle]", HANDSHAKE HELLO R"(
    60.11 < F.  1:1 ack 6 | CLOSE-WAIT FIN-WAIT-1 +half-closed close_idle=60.000
    60.12 > F.  6:6 ack 2 | LAST-ACK TIME-WAIT close_idle=60.000
    60.13 < .   2:2 ack 7 | CLOSED TIME-WAIT close_idle=60.000
)")

TRACE("idle before an abort", "[wild][close-idle]", HANDSHAKE HELLO R"(
    30.11 < R.  1:1 ack 6 | CLOSED CLOSED +rst-abort close_idle=30.000
)")

TRACE("idle before what the RST answered", "[wild][close-idle]", HANDSHAKE HELLO R"(
    350.11 > P. 6:11 ack 1 | ESTABLISHED ESTABLISHED close_idle=350.000
    350.12 < R  1:1        | CLOSED CLOSED +half-open-confirmed +rst-after-crash close_idle=350.000
)")

TRACE("keepalives and their answers are no activity", "[wild][close-idle][keepalive]", HANDSHAKE HELLO R"(
    60.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED keepalive=probe
    60.01 < .   1:1 ack 6 | ESTABLISHED ESTABLISHED keepalive=answer
    90.11 < F.  1:1 ack 6 | CLOSE-WAIT FIN-WAIT-1 +half-closed close_idle=90.000
)")

TRACE("what has not ended has no idle time before its end", "[wild][close-idle]", HANDSHAKE HELLO R"(
    60.11 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED !close_idle
    60.12 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED !close_idle
)")

TRACE("a RST that changed nothing ended nothing", "[wild][close-idle]", HANDSHAKE HELLO R"(
    60.11 < R   0:0        | ESTABLISHED ESTABLISHED +rst-ignored !close_idle
    90.11 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED !close_idle
)")

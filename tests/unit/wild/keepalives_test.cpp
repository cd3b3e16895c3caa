// SPDX-License-Identifier: GPL-2.0-or-later
// Keepalives of a connection whose numbers the capture has not seen from the start: a zero- or one-byte ACK that is
// answered by SEQ + 1 was a probe, and from then on its like is known at once.
#include "trace.hpp"

MIDSTREAM_TRACE("the capture begins with a keepalive: its answer tells, the next is known",
                "[wild][keepalive][midstream]", R"(
    0.000 > .   5:5 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer !challenge_ack
    60.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    60.01 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer
    120.0 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    120.1 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer !half_open outcome=open
)")

MIDSTREAM_TRACE("the capture begins with a keepalive's answer", "[wild][keepalive][midstream]", R"(
    0.000 < .   1:1 ack 6 | UNKNOWN ESTABLISHED! +picked-up-midstream
    60.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    60.01 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer
)")

MIDSTREAM_TRACE("keepalives with a garbage byte: the second, of a byte long acknowledged, is known",
                "[wild][keepalive][midstream]", R"(
    0.000 > .   5:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED!
    60.00 > .   5:6 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe client.unacked=
    60.01 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer !half_open
)")

MIDSTREAM_TRACE("both ends probe from the start of the capture", "[wild][keepalive][midstream]", R"(
    0.000 > .   5:5 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer
    30.00 < .   0:0 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=probe
    30.01 > .   6:6 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=answer
    60.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    60.01 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer
)")

MIDSTREAM_TRACE("a bare ACK that is answered with its own number was no probe", "[wild][keepalive][midstream]", R"(
    0.000 > .   6:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! !keepalive
    9.000 > .   6:6 ack 1 | ESTABLISHED! ESTABLISHED! !keepalive
)")

MIDSTREAM_TRACE("two bytes that are acknowledged were data", "[wild][keepalive][midstream]", R"(
    0.000 > P.  4:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! !keepalive
)")

MIDSTREAM_TRACE("probes from the start of the capture that go unanswered after one was answered",
                "[wild][keepalive][midstream]", R"(
    0.000 > .   5:5 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 | ESTABLISHED! ESTABLISHED! keepalive=answer
    60.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    61.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    62.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    63.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe
    64.00 > .   5:5 ack 1 | ESTABLISHED! ESTABLISHED! keepalive=probe +half-open-suspected half_open.gone=server half_open.since=2
    65.00 > R.  6:6 ack 1 | CLOSED! * +rst-keepalive-timeout rst.cause=keepalive-timeout outcome=timed-out
)")

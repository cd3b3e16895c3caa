// SPDX-License-Identifier: GPL-2.0-or-later
// Summaries and explanations name endpoint, frames, figures and the RFC.
#include "trace.hpp"

TRACE("the summary of a crash is the sentence that people search for", "[sentences]", HANDSHAKE HELLO R"(
    12.41 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    12.41 < R   1:1        | CLOSED CLOSED +half-open-confirmed +rst-after-crash summary=RST_after_crash:_the_server_no_longer_knows_this_connection;_last_heard_in_frame_5,_12.3_s_ago;_5_bytes_lost rst.explanation~server rst.explanation~frame_6 rst.explanation~RFC_9293_3.5.1 rst.explanation~reboot rst.explanation~middlebox
)")

TRACE("data after close: both frames are named", "[sentences]", HANDSHAKE HELLO R"(
    0.500 < F.  1:1 ack 6  | CLOSE-WAIT FIN-WAIT-1 +half-closed summary~server
    0.510 > .   6:6 ack 2  | CLOSE-WAIT FIN-WAIT-2
    0.600 > P.  6:11 ack 2 | CLOSE-WAIT FIN-WAIT-2 +data-while-half-closed summary~client summary~frame_6
    0.601 < R   2:2        | CLOSED CLOSED +rst-data-after-close summary~server summary~frame_6 summary~frame_8 rst.explanation~frame_8 rst.explanation~frame_6 rst.explanation~RFC_9293_3.6.1
)")

TRACE("an abort names who, and what was lost", "[sentences]", HANDSHAKE HELLO R"(
    1.000 > P.  6:16 ack 1 | ESTABLISHED ESTABLISHED
    1.001 < R.  1:1 ack 16 | CLOSED CLOSED +rst-abort summary~server summary~10_bytes rst.explanation~server rst.explanation~LINGER rst.explanation~unread rst.explanation~RFC_9293_3.10.5
)")

TRACE("a refusal names the end that has nobody listening", "[sentences]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN
    0.001 < R.  0:0 ack 1 raw | CLOSED CLOSED +rst-refused summary~server rst.explanation~frame_1 rst.explanation~RFC_9293_3.10.7.1 rst.explanation~firewall
)")

TRACE("a handshake-abort names its lookalikes", "[sentences]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    0.010 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED
    0.011 > R   1:1       | CLOSED LISTEN +rst-handshake-abort summary~client rst.explanation~frame_2 rst.explanation~scan rst.explanation~spoofed rst.explanation~RFC_9293_3.10.7.3
)")

TRACE("a handshake-rejected names the queue", "[sentences]", HANDSHAKE R"(
    0.021 < R   1:1 | CLOSED CLOSED +rst-handshake-rejected summary~server rst.explanation~frame_3 rst.explanation~queue
)")

TRACE("a keepalive timeout counts its probes", "[sentences]", HANDSHAKE HELLO R"(
    60.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED
    61.00 > .   5:5 ack 1 | ESTABLISHED ESTABLISHED
    62.00 > R.  6:6 ack 1 | CLOSED CLOSED +rst-keepalive-timeout summary~client summary~2_probes rst.explanation~2_probes rst.explanation~RFC_9293_3.8.4
)")

TRACE("challenged and ignored say by how much", "[sentences]", HANDSHAKE HELLO R"(
    1.000 < R   101:101 ttl 50 | ESTABLISHED ESTABLISHED +rst-suspicious +rst-challenged rst.explanation~RFC_5961_3.2 rst.explanation~100
    1.010 > .   6:6 ack 1 | ESTABLISHED ESTABLISHED +challenge-ack summary~client summary~frame_6
    2.000 < R   9001:9001 | ESTABLISHED ESTABLISHED +rst-ignored summary~9000 summary~client rst.explanation~9000
)")

TRACE("a foreign RST says which number betrayed it", "[sentences]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 ttl 50 | CLOSED ESTABLISHED +rst-suspicious summary~server summary~-14 rst.explanation~TTL_-14 rst.explanation~NDSS_2009
)")

TRACE("suspicion, recovery: endpoint, frame, figures", "[sentences]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.204 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    1.612 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    2.428 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED
    4.060 > P.  6:11 ack 1 | ESTABLISHED ESTABLISHED +half-open-suspected summary~server summary~4_attempts summary~frame_5 summary~4.0_s summary~5_bytes_not_acknowledged
    4.070 < .   1:1 ack 11 | ESTABLISHED ESTABLISHED +half-open-recovered summary~server
)")

TRACE("embryonic: how often and how long", "[sentences]", R"(
    0.000 > S   0:0       | SYN-SENT UNKNOWN
    1.000 > S   0:0       | SYN-SENT UNKNOWN +syn-unanswered summary~1_time summary~1.0_s
    1.001 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED
    2.001 < S.  0:0 ack 1 | ESTABLISHED SYN-RECEIVED +handshake-stalled summary~1_time
)")

TRACE("a new life tells what became of the old one", "[sentences]", HANDSHAKE R"(
    1.000 > R.  1:1 ack 1 | CLOSED CLOSED +rst-abort
    2.000 > S   0:0 iss 2 | SYN-SENT UNKNOWN +new-incarnation summary~2 summary~aborted
)")

MIDSTREAM_TRACE("guessed roles say so", "[sentences]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED UNKNOWN +picked-up-midstream summary~guessed summary~client
)")

TRACE("nothing is_annotated has no summary", "[sentences]", HANDSHAKE R"(
    0.100 > P.  1:6 ack 1 | ESTABLISHED ESTABLISHED !summary !event
    0.110 < .   1:1 ack 6 | ESTABLISHED ESTABLISHED !summary !rst.explanation
)")

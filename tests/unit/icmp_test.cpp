// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP errors are evidence about the segment that they quote. > icmp: the quoted segment was the client's.
#include "trace.hpp"

TRACE("port unreachable (3/3) to a SYN: the attempt ends, refused", "[icmp]", R"(
    0.000 > S 0:0                       | SYN-SENT! UNKNOWN
    0.010 > S 0:0 icmp port-unreachable | CLOSED? UNKNOWN icmp=port-unreachable !sender outcome=refused rule~RFC_1122_4.2.3.9 conn_state=S0 conn=0
)")

TRACE("host unreachable (3/1) to a SYN: the attempt ends, unanswered", "[icmp]", R"(
    0.000 > S 0:0                  | SYN-SENT! UNKNOWN
    0.010 > S 0:0 icmp unreachable | CLOSED? UNKNOWN icmp=unreachable outcome=unanswered conn_state=S0
)")

TRACE("prohibited (3/13) to a SYN: the attempt ends", "[icmp]", R"(
    0.000 > S 0:0                 | SYN-SENT! UNKNOWN
    0.010 > S 0:0 icmp prohibited | CLOSED? UNKNOWN icmp=prohibited transition=client_SYN-SENT_->_CLOSED
)")

TRACE("the attempt goes on in spite of the error", "[icmp]", R"(
    0.000 > S   0:0                  | SYN-SENT! UNKNOWN
    0.010 > S   0:0 icmp unreachable | CLOSED? UNKNOWN icmp=unreachable
    1.000 > S   0:0                  | SYN-SENT! UNKNOWN +syn-unanswered
    1.010 < S.  0:0 ack 1            | ESTABLISHED? SYN-RECEIVED!
    1.020 > .   1:1 ack 1            | ESTABLISHED! ESTABLISHED? outcome=open
)")

TRACE("unreachable on an established connection changes nothing: it recovers", "[icmp]", HANDSHAKE HELLO R"(
    1.000 > P.  6:11 ack 1                  | ESTABLISHED ESTABLISHED
    1.010 > P.  6:11 ack 1 icmp unreachable | ESTABLISHED! ESTABLISHED! icmp=unreachable !event
    1.300 > P.  6:11 ack 1                  | ESTABLISHED ESTABLISHED
    1.310 < .   1:1 ack 11                  | ESTABLISHED ESTABLISHED outcome=open
)")

TRACE("too big and time exceeded end no attempt", "[icmp]", R"(
    0.000 > S 0:0                    | SYN-SENT! UNKNOWN
    0.010 > S 0:0 icmp too-big       | SYN-SENT! UNKNOWN icmp=too-big
    0.020 > S 0:0 icmp time-exceeded | SYN-SENT! UNKNOWN icmp=time-exceeded
    0.030 > S 0:0 icmp other         | SYN-SENT! UNKNOWN icmp=other
)")

TRACE("an error about numbers that were never sent ends nothing", "[icmp]", R"(
    0.000 > S 0:0                        | SYN-SENT! UNKNOWN
    0.010 > S 99:99 icmp port-unreachable | SYN-SENT! UNKNOWN icmp=port-unreachable
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// A socket that connects to its own address and port: one endpoint in both roles.
#include "trace.hpp"

TRACE("self-connect: open, data, close with the same number on both sides", "[self-connect]", R"(
    0.000 > S   0:0 self       | SYN-RECEIVED? SYN-RECEIVED? +simultaneous-open conn=0
    0.001 > S.  0:0 ack 1 self | ESTABLISHED? ESTABLISHED? conn=0
    0.002 > .   1:1 ack 1 self | ESTABLISHED! ESTABLISHED! conn=0 phase=open
    0.100 > P.  1:6 ack 1 self | ESTABLISHED! ESTABLISHED! !half_open
    0.101 > .   6:6 ack 6 self | ESTABLISHED! ESTABLISHED! !keepalive !challenge_ack
    0.200 > F.  6:6 ack 6 self | CLOSING? CLOSING? !half_closed
    0.201 > .   7:7 ack 7 self | TIME-WAIT? TIME-WAIT? phase=closed outcome=closed
)")

TRACE("self-connect: an abort is an abort", "[self-connect][rst]", R"(
    0.000 > S   0:0 self
    0.001 > S.  0:0 ack 1 self
    0.002 > .   1:1 ack 1 self
    0.100 > R.  1:1 ack 1 self | CLOSED CLOSED +rst-abort rst.cause=abort !half_open outcome=aborted
)")

// SPDX-License-Identifier: GPL-2.0-or-later
// How traces begin that depend on delays and distances. After each the client's next number is 6, the server's 1, and
// five frames have passed.
#pragma once
#include "trace.hpp"

/// Captured beside the server: it answers within 0.1 ms, a round trip takes 10 ms. Last heard at 0.1001 s.
#define AT_SERVER                                                                               \
    "0.0000 > S 0:0\n0.0001 < S. 0:0 ack 1\n0.0100 > . 1:1 ack 1 | ESTABLISHED! ESTABLISHED?\n" \
    "0.1000 > P. 1:6 ack 1\n0.1001 < . 1:1 ack 6 | ESTABLISHED! ESTABLISHED!\n"

/// The same with a round trip of 200 ms. Last heard at 0.3001 s.
#define AT_DISTANT_SERVER                                                                       \
    "0.0000 > S 0:0\n0.0001 < S. 0:0 ack 1\n0.2000 > . 1:1 ack 1 | ESTABLISHED! ESTABLISHED?\n" \
    "0.3000 > P. 1:6 ack 1\n0.3001 < . 1:1 ack 6 | ESTABLISHED! ESTABLISHED!\n"

/// Captured at the client; a router stands before the server, whose TTL is therefore 63. Last heard at 0.1020 s.
#define BEHIND_ROUTER                                                      \
    "0.0000 > S 0:0\n0.0020 < S. 0:0 ack 1 ttl 63\n0.0021 > . 1:1 ack 1\n" \
    "0.1000 > P. 1:6 ack 1\n0.1020 < . 1:1 ack 6 ttl 63 | ESTABLISHED! ESTABLISHED!\n"

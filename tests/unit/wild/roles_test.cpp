// SPDX-License-Identifier: GPL-2.0-or-later
// Roles without a handshake: a port that was the server's before, then known services, then the lower number.
#include "trace.hpp"

MIDSTREAM_TRACE("a port that was the server's in another connection is the server's, though it is the higher",
                "[wild][roles]", R"(
    0.000 > S   0:0 client 1:40000 server 2:50000       | SYN-SENT UNKNOWN roles=handshake
    0.010 < S.  0:0 ack 1 client 1:40000 server 2:50000 | ESTABLISHED SYN-RECEIVED
    # picked up in mid-stream
    1.000 > P.  1:6 ack 1 client 3:40001 server 2:50000 | ESTABLISHED UNKNOWN +picked-up-midstream conn=1 roles=guessed sender=client
    1.010 < .   1:1 ack 6 client 3:40001 server 2:50000 | ESTABLISHED ESTABLISHED conn=1 sender=server
)")

MIDSTREAM_TRACE("a known service is the server's, though it is the higher number", "[wild][roles]", R"(
    0.000 > P.  1:6 ack 1 client 1:1050 server 2:3306 | ESTABLISHED UNKNOWN +picked-up-midstream roles=guessed sender=client
    0.010 < .   1:1 ack 6 client 1:1050 server 2:3306 | ESTABLISHED ESTABLISHED sender=server
)")

MIDSTREAM_TRACE("what the capture has shown counts more than what is known elsewhere", "[wild][roles]", R"(
    0.000 > S   0:0 client 1:3306 server 2:50000       | SYN-SENT UNKNOWN roles=handshake
    0.010 < S.  0:0 ack 1 client 1:3306 server 2:50000 | ESTABLISHED SYN-RECEIVED
    1.000 > P.  1:6 ack 1 client 3:3306 server 2:50000 | ESTABLISHED UNKNOWN +picked-up-midstream conn=1 roles=guessed sender=client
)")

MIDSTREAM_TRACE("two ephemeral ports: the lower is taken for the server's", "[wild][roles]", R"(
    0.000 > P.  1:6 ack 1 client 1:60001 server 2:50000 | ESTABLISHED UNKNOWN +picked-up-midstream roles=guessed sender=client
)")

MIDSTREAM_TRACE("two well-known ports: the lower is taken for the server's", "[wild][roles]", R"(
    0.000 > P.  1:6 ack 1 client 1:443 server 2:80 | ESTABLISHED UNKNOWN +picked-up-midstream roles=guessed sender=client
)")

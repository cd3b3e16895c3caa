// SPDX-License-Identifier: GPL-2.0-or-later
// RSTs that say why: in words (RFC 1122 4.2.2.12), in a code (draft-ietf-tcpm-rst-diagnostic-payload), in MP_TCPRST
// (RFC 8684 3.6), in NetScaler's window. What a RST says is told, and never decides alone.
#include "trace.hpp"

// words
TRACE("a RST with words", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:8 ack 6 payload "Go away" | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.effect=accepted rst.declared=Go_away
)")

TRACE("a refusal with words", "[wild][declared]", R"(
    0.000 > S   0:0           | SYN-SENT UNKNOWN
    0.010 < R.  0:14 ack 1 raw payload "no tcp, reset!" | CLOSED? CLOSED! +rst-refused rst.cause=refused rst.declared=no_tcp,_reset!
)")

TRACE("words that speak of another cause do not make it", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:27 ack 6 payload "keepalive probes exhausted" | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.declared~keepalive
)")

TRACE("a RST without payload declares nothing", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 | CLOSED? CLOSED! +rst-abort !rst.declared
)")

TRACE("a payload that was not captured declares nothing", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:21 ack 6 | CLOSED? CLOSED! +rst-abort !rst.declared
)")

// the diagnostic payload: 0x33AA, reason, private enterprise number
TRACE("diagnostic payload: ABORT by a process", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:9 ack 6 payload 0x33aa000400000000 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.declared~ABORT
)")

TRACE("diagnostic payload: middlebox interference", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:9 ack 6 payload 0x33aa001100000000 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.declared~iddlebox_interference
)")

TRACE("diagnostic payload: a reason that nobody has registered is told as its number", "[wild][declared]",
      HANDSHAKE HELLO R"(
    1.000 < R.  1:9 ack 6 payload 0x33aa006300000000 | CLOSED? CLOSED! +rst-abort rst.declared~99
)")

TRACE("diagnostic payload: the reasons of an enterprise are its own", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:9 ack 6 payload 0x33aa000400007ed9 | CLOSED? CLOSED! +rst-abort rst.declared~4 rst.declared~32473 rst.declared!~ABORT
)")

TRACE("nine bytes are no diagnostic payload", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:10 ack 6 payload 0x33aa00040000000000 | CLOSED? CLOSED! +rst-abort rst.declared!~ABORT
)")

TRACE("other eight bytes are no diagnostic payload", "[wild][declared]", HANDSHAKE HELLO R"(
    1.000 < R.  1:9 ack 6 payload 0x33ab000400000000 | CLOSED? CLOSED! +rst-abort rst.declared!~ABORT
)")

// MP_TCPRST
TRACE("MP_TCPRST: lack of resources", "[wild][declared][mptcp]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 mptcp_reason 2 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.declared~ack_of_resources
)")

TRACE("MP_TCPRST: unspecified is said too", "[wild][declared][mptcp]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 mptcp_reason 0 | CLOSED? CLOSED! +rst-abort rst.declared~nspecified
)")

TRACE("MP_TCPRST: middlebox interference", "[wild][declared][mptcp]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 mptcp_reason 6 | CLOSED? CLOSED! +rst-abort rst.declared~iddlebox_interference
)")

// NetScaler
TRACE("a window that is a code of NetScaler's, once: chance", "[wild][declared][netscaler]", HANDSHAKE HELLO R"(
    1.000 < R.  1:1 ack 6 win 9300 | CLOSED? CLOSED! +rst-abort !rst.declared
)")

MIDSTREAM_TRACE("windows that are codes of NetScaler's, several times from one host: its idle timeout",
                "[wild][declared][netscaler]", R"(
    0.000 > S   0:0 client 1:40001                | SYN-SENT UNKNOWN
    0.001 < R.  0:0 ack 1 raw win 8201 client 1:40001 | CLOSED CLOSED +rst-refused !rst.declared
    1.000 > S   0:0 client 1:40002                | SYN-SENT UNKNOWN
    1.001 < R.  0:0 ack 1 raw win 8202 client 1:40002 | CLOSED CLOSED +rst-refused
    2.000 > S   0:0 client 1:40003                | SYN-SENT UNKNOWN
    2.001 < R.  0:0 ack 1 raw win 8212 client 1:40003 | CLOSED CLOSED +rst-refused
    3.000 > S   0:0 client 1:40004                | SYN-SENT UNKNOWN
    3.010 < S.  0:0 ack 1 client 1:40004          | ESTABLISHED SYN-RECEIVED
    3.020 > .   1:1 ack 1 client 1:40004          | ESTABLISHED ESTABLISHED
    3.100 > P.  1:6 ack 1 client 1:40004          | ESTABLISHED ESTABLISHED
    3.110 < .   1:1 ack 6 client 1:40004          | ESTABLISHED ESTABLISHED
    183.0 < R.  1:1 ack 6 win 9300 client 1:40004 | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.declared~dle_timeout rst.declared~9300
)")

MIDSTREAM_TRACE("codes of NetScaler's from several hosts: chance", "[wild][declared][netscaler]", R"(
    0.000 > S   0:0 server 2:80                | SYN-SENT UNKNOWN
    0.001 < R.  0:0 ack 1 raw win 8201 server 2:80 | CLOSED CLOSED +rst-refused !rst.declared
    1.000 > S   0:0 server 3:80                | SYN-SENT UNKNOWN
    1.001 < R.  0:0 ack 1 raw win 8202 server 3:80 | CLOSED CLOSED +rst-refused !rst.declared
    2.000 > S   0:0 server 4:80                | SYN-SENT UNKNOWN
    2.001 < R.  0:0 ack 1 raw win 8212 server 4:80 | CLOSED CLOSED +rst-refused !rst.declared
    3.000 > S   0:0 server 5:80                | SYN-SENT UNKNOWN
    3.001 < R.  0:0 ack 1 raw win 9300 server 5:80 | CLOSED CLOSED +rst-refused !rst.declared
)")

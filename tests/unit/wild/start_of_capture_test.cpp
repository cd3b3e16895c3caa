// SPDX-License-Identifier: GPL-2.0-or-later
// Half-open connections found at the start of a capture, or after only the interesting frames were exported: a segment
// from inside a connection is answered at once by a reply RST.
#include "capture.hpp"
#include "trace.hpp"

MIDSTREAM_TRACE("the first segment carries data and meets a RST: half-open, possible", "[wild][midstream][crash]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < R   1:1       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.kind=reply rst.confidence=possible rst.effect=accepted rst.trigger=1 half_open=confirmed half_open.gone=server half_open.discovered_by=rst half_open.lost_bytes=5 client.unacked=5 outcome=crashed
)")

MIDSTREAM_TRACE("the first segment is a FIN,ACK and meets a RST: half-open, possible", "[wild][midstream][crash]", R"(
    0.000 > F.  1:1 ack 1 | FIN-WAIT-1! * +*
    0.010 < R   1:1       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible half_open.gone=server half_open.lost_bytes=0
)")

MIDSTREAM_TRACE("the first segment is a keepalive with its garbage byte, and meets a RST", "[wild][midstream][crash]",
                R"(
    0.000 > .   5:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < R   1:1       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible half_open.gone=server
)")

MIDSTREAM_TRACE("its sender was seen to acknowledge: the next data meet a RST", "[wild][midstream][crash]", R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6  | ESTABLISHED! ESTABLISHED!
    3.000 > P.  6:11 ack 1 | ESTABLISHED! ESTABLISHED!
    3.010 < R   1:1        | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible half_open.gone=server half_open.since=2
)")

MIDSTREAM_TRACE("its sender was seen to acknowledge, at another distance than the RST: a box",
                "[wild][midstream][middlebox]", R"(
    0.000 > P.  1:6 ack 1        | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < .   1:1 ack 6 ttl 61 | ESTABLISHED! ESTABLISHED!
    0.100 > P.  6:11 ack 1       | ESTABLISHED! ESTABLISHED!
    0.110 < .   1:1 ack 11 ttl 61 | ESTABLISHED! ESTABLISHED!
    5.000 > P.  11:16 ack 1      | ESTABLISHED! ESTABLISHED!
    5.001 < R   1:1 ttl 63       | CLOSED? ESTABLISHED +rst-middlebox rst.cause=middlebox rst.confidence=possible rst.hops_delta=-2 outcome=forgotten
)")

MIDSTREAM_TRACE("at the start of the capture the client is the one that is gone", "[wild][midstream][crash]", R"(
    0.000 < P.  1:101 ack 1 | UNKNOWN ESTABLISHED! +picked-up-midstream
    0.010 > R   1:1         | CLOSED! CLOSED? +half-open-confirmed +rst-after-crash rst.cause=crash rst.confidence=possible half_open.gone=client half_open.lost_bytes=100
)")

// what it is not
MIDSTREAM_TRACE("a naked ACK that meets a RST may be anybody's", "[wild][midstream]", R"(
    0.000 > .   1:1 ack 1 | * UNKNOWN +picked-up-midstream
    0.010 < R   1:1       | * CLOSED! +rst-unsolicited rst.cause=unsolicited rst.kind=reply rst.trigger=1 !half_open
)")

MIDSTREAM_TRACE("a RST that does not come at once answers something else", "[wild][midstream]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    20.00 < R   1:1       | * * +* rst.cause!=crash !half_open
)")

MIDSTREAM_TRACE("a RST with other numbers answers something else", "[wild][midstream]", R"(
    0.000 > P.  1:6 ack 1 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < R   77:77     | * * +* rst.cause!=crash !half_open !rst.trigger
)")

MIDSTREAM_TRACE("RST,ACK with the usual numbers is an abort, also at the start", "[wild][midstream][abort]", R"(
    0.000 > P.  1:6 ack 1  | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < R.  1:1 ack 6  | CLOSED? CLOSED! +rst-abort rst.cause=abort rst.kind=active !half_open
)")

// several at once
MIDSTREAM_TRACE("several connections to one host find within seconds that it is gone: it has restarted",
                "[wild][midstream][crash]", R"(
    0.000 > P.  1:6 ack 1 client 1:40001 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < R   1:1 client 1:40001       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash
    0.800 > P.  1:6 ack 1 client 3:40002 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.810 < R   1:1 client 3:40002       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash
    1.600 > P.  1:6 ack 1 client 4:40003 | ESTABLISHED! UNKNOWN +picked-up-midstream
    1.610 < R   1:1 client 4:40003       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash
    2.400 > P.  1:6 ack 1 client 5:40004 | ESTABLISHED! UNKNOWN +picked-up-midstream
    2.410 < R   1:1 client 5:40004       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.cause=crash rst.explanation~restart
)")

MIDSTREAM_TRACE("connections to several hosts: none of them has restarted for that", "[wild][midstream][crash]", R"(
    0.000 > P.  1:6 ack 1 server 2:80 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.010 < R   1:1 server 2:80       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash
    0.800 > P.  1:6 ack 1 server 3:80 | ESTABLISHED! UNKNOWN +picked-up-midstream
    0.810 < R   1:1 server 3:80       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash
    1.600 > P.  1:6 ack 1 server 4:80 | ESTABLISHED! UNKNOWN +picked-up-midstream
    1.610 < R   1:1 server 4:80       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash
    2.400 > P.  1:6 ack 1 server 5:80 | ESTABLISHED! UNKNOWN +picked-up-midstream
    2.410 < R   1:1 server 5:80       | CLOSED? CLOSED! +half-open-confirmed +rst-after-crash rst.explanation!~restart
)")

TEST_CASE("the crash of the sample stays a crash without its first frames", "[wild][midstream][crash]") {
    auto const packets = capture::read(TCPSTATE_SAMPLES "/half_open_crash.pcapng");
    REQUIRE(packets.size() == 7);
    // the profile's button Half-open shows frames 5 to 7
    for (size_t const first : {0U, 3U, 4U, 5U}) {
        INFO("without the first " << first << " frames");
        tcpstate::Tracker tracker;
        tcpstate::VerdictStore store;
        for (size_t i = first; i < packets.size(); ++i) {
            tcpstate::Segment segment = packets[i].segment;
            segment.frame = static_cast<uint32_t>(i - first + 1);
            store.store(segment.frame, 0, tracker.observe(packets[i].path, segment));
        }
        tcpstate::Verdict reset;
        REQUIRE(store.load(static_cast<uint32_t>(packets.size() - first), 0, reset));
        REQUIRE(reset.is_reset());
        CHECK(reset.reset.cause == tcpstate::Cause::Crash);
        CHECK(reset.half_open.kind == tcpstate::HalfOpenKind::Confirmed);
        CHECK(reset.half_open.gone == tcpstate::Role::Server);
    }
}

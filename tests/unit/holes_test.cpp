// SPDX-License-Identifier: GPL-2.0-or-later
// Captures lose segments. Whatever the number of holes, payload counts once, and a repeat is a repeat.
#include "history.hpp"
#include "trace.hpp"
#include "zeek.hpp"

using namespace tcpstate;

namespace {

const Path from_client{{{{10, 0, 0, 1}, 4}, 40000}, {{{10, 0, 0, 2}, 4}, 80}};
const Path from_server{from_client.destination, from_client.source};

/// A connection of which one direction is lost in places.
class Holes {
public:
    Holes() {
        send(from_client, flag::Syn, 0, 0, 0);
        send(from_server, flag::Syn | flag::Ack, 0, 1, 0);
        send(from_client, flag::Ack, 1, 1, 0);
    }
    const Verdict& send(const Path& path, uint8_t flags, uint32_t seq, uint32_t ack, uint32_t length) {
        Segment segment;
        segment.frame = ++frame_;
        segment.time = frame_ * second;
        segment.seq = Seq{iss + seq};
        segment.ack = Seq{(flags & flag::Ack) != 0 ? iss + ack : 0};
        segment.length = length;
        segment.flags = flags;
        segment.window = 65535;
        segment.ttl = 64;
        return tracker_.observe(path, segment);
    }
    /// 100 bytes of the client, with holes of 100 bytes before each.
    const Verdict& payload(uint32_t i) { return send(from_client, flag::Ack, 101 + 200 * i, 1, 100); }
    const Connection& connection() const { return tracker_.connection(0); }
    bool history_has(const char* letter) const {
        Text text;
        print(connection().history, text);
        return std::string(text.c_str()).find(letter) != std::string::npos;
    }

private:
    static constexpr uint32_t iss = 0xffff'ff00;  // it wraps
    Tracker tracker_;
    uint32_t frame_ = 0;
};

}  // namespace

TEST_CASE("twenty segments with holes between them, sent again: payload counts once", "[holes]") {
    Holes holes;
    for (uint32_t i = 0; i < 20; ++i) holes.payload(i);
    CHECK(holes.connection().client().bytes == 2000);
    CHECK_FALSE(holes.history_has("T"));
    for (uint32_t i = 0; i < 20; ++i) holes.payload(i);
    CHECK(holes.connection().client().bytes == 2000);
    CHECK(holes.history_has("T"));
}

TEST_CASE("a repeat beyond the third hole is a repeat, but not of the oldest: no suspicion", "[holes]") {
    Holes holes;
    holes.send(from_client, flag::Ack, 1, 1, 100);
    holes.send(from_server, flag::Ack, 1, 101, 0);
    for (uint32_t i = 1; i < 6; ++i) holes.payload(i);
    for (uint32_t i = 0; i < 8; ++i) holes.payload(5);
    CHECK(holes.history_has("T"));
    CHECK(holes.connection().client().attempts == 0);
    CHECK_FALSE(holes.connection().suspects());
}

TEST_CASE("more holes than are kept: less is counted, and nothing twice", "[holes]") {
    Holes holes;
    uint32_t const count = SequenceRanges::max_ranges + 36;
    for (uint32_t i = 0; i < count; ++i) holes.payload(i);
    CHECK(holes.connection().client().bytes == 100 * count);
    for (uint32_t i = 0; i < count; ++i) holes.payload(i);
    CHECK(holes.connection().client().bytes == 100 * count);
    for (uint32_t i = 0; i < count; ++i) holes.send(from_client, flag::Ack, 1 + 200 * i, 1, 100);  // the holes
    CHECK(holes.connection().client().bytes <= 200 * count);
}

TEST_CASE("an acknowledgment closes all holes below it", "[holes]") {
    Holes holes;
    for (uint32_t i = 0; i < 10; ++i) holes.payload(i);
    CHECK(holes.connection().client().has_hole);
    holes.send(from_server, flag::Ack, 1, 101 + 200 * 9 + 100, 0);
    CHECK_FALSE(holes.connection().client().has_hole);
    CHECK(holes.connection().client().sent_edge == holes.connection().client().snd_nxt);
}

// RFC 9293 3.4: the FIN's number is that of the byte after the segment's text, and how much text there is is not known.
TRACE("a FIN in an IP fragment closes nothing: its number is unknown", "[holes][fragment]", R"(
)" HANDSHAKE HELLO R"(
1.000 > F. 6:1006 ack 1 fragment | ESTABLISHED! ESTABLISHED! !half_closed !closed_first
1.010 < . 1:1 ack 1007           | ESTABLISHED ESTABLISHED! !half_closed
)")

TRACE("after fragments the rest of the connection is what it is", "[holes][fragment]", R"(
)" HANDSHAKE HELLO R"(
1.000 > . 6:1006 ack 1 fragment  | ESTABLISHED ESTABLISHED
1.010 > P. 2006:2106 ack 1       | ESTABLISHED ESTABLISHED
1.020 < . 1:1 ack 2106           | ESTABLISHED ESTABLISHED !event
2.000 > F. 2106:2106 ack 1       | FIN-WAIT-1 CLOSE-WAIT? +half-closed
2.010 < F. 1:1 ack 2107          | TIME-WAIT? LAST-ACK
2.020 > . 2107:2107 ack 2        | TIME-WAIT CLOSED?
)")

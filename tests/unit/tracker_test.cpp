// SPDX-License-Identifier: GPL-2.0-or-later
// Which connection a segment belongs to, as far as addresses and ports decide it.
#include "tracker.hpp"
#include "catch.hpp"

using namespace tcpstate;

namespace {

Socket v4(uint8_t host, uint16_t port) {
    Socket socket;
    socket.address.length = 4;
    socket.address.bytes = {10, 0, 0, host};
    socket.port = port;
    return socket;
}
Socket v6(uint8_t host, uint16_t port) {
    Socket socket = v4(host, port);
    socket.address.length = 16;
    return socket;
}

Segment segment(uint8_t flags, uint32_t seq, uint32_t ack, uint32_t frame) {
    Segment s;
    s.frame = frame;
    s.time = frame * 1'000'000LL;
    s.flags = flags;
    s.seq = Seq{seq};
    s.ack = Seq{ack};
    s.window = 500;
    s.ttl = 64;
    return s;
}

uint32_t conn_of(Tracker& tracker, const Path& path, const Segment& s) { return tracker.observe(path, s).conn; }

}  // namespace

TEST_CASE("both directions are one connection", "[tracker]") {
    Tracker tracker;
    CHECK(conn_of(tracker, {v4(1, 40000), v4(2, 80)}, segment(flag::Syn, 0, 0, 1)) == 0);
    CHECK(conn_of(tracker, {v4(2, 80), v4(1, 40000)}, segment(flag::Syn | flag::Ack, 100, 1, 2)) == 0);
    CHECK(tracker.size() == 1);
}

TEST_CASE("any other address, port or family is another connection, in order of appearance", "[tracker]") {
    Tracker tracker;
    Segment const syn = segment(flag::Syn, 0, 0, 1);
    CHECK(conn_of(tracker, {v4(1, 40000), v4(2, 80)}, syn) == 0);
    CHECK(conn_of(tracker, {v4(1, 40001), v4(2, 80)}, syn) == 1);
    CHECK(conn_of(tracker, {v4(1, 40000), v4(3, 80)}, syn) == 2);
    CHECK(conn_of(tracker, {v6(1, 40000), v6(2, 80)}, syn) == 3);
    CHECK(conn_of(tracker, {v4(1, 80), v4(2, 40000)}, syn) == 4);
    CHECK(conn_of(tracker, {v4(1, 40000), v4(2, 80)}, syn) == 0);
}

TEST_CASE("the same port on both ends: the addresses decide", "[tracker]") {
    Tracker tracker;
    CHECK(conn_of(tracker, {v4(1, 179), v4(2, 179)}, segment(flag::Syn, 0, 0, 1)) == 0);
    const Verdict& verdict = tracker.observe({v4(2, 179), v4(1, 179)}, segment(flag::Syn | flag::Ack, 9, 1, 2));
    CHECK(verdict.conn == 0);
    Role const sender = verdict.sender;  // Catch2 takes references, and there are none to bit-fields
    CHECK(sender == Role::Server);
}

TEST_CASE("an ICMP error about a connection that was never seen is none of ours", "[tracker][icmp]") {
    Tracker tracker;
    IcmpError error;
    error.quoted = {v4(1, 40000), v4(2, 80)};
    error.verdict = IcmpVerdict::Unreachable;
    CHECK(tracker.observe(error) == nullptr);
    CHECK(tracker.size() == 0);
}

TEST_CASE("a SYN flood costs one small record for each SYN and nothing more", "[tracker]") {
    static_assert(sizeof(Connection) <= 512);
    Tracker tracker;
    Segment const syn = segment(flag::Syn, 7, 0, 1);
    for (uint32_t i = 0; i < 100'000; ++i) {
        Socket from = v4(1, static_cast<uint16_t>(i));
        from.address.bytes[2] = static_cast<uint8_t>(i >> 16);
        tracker.observe({from, v4(2, 80)}, syn);
    }
    CHECK(tracker.size() == 100'000);
}

TEST_CASE("a SYN flood from one socket with ever new numbers is bounded too", "[tracker]") {
    Tracker tracker;
    for (uint32_t i = 0; i < 10'000; ++i) {
        tracker.observe({v4(1, 40000), v4(2, 80)}, segment(flag::Syn, i * 100'003U, 0, i + 1));
    }
    CHECK(tracker.size() <= 10'000);
}

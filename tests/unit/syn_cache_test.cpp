// SPDX-License-Identifier: GPL-2.0-or-later
/// A connection that is only its first SYN is kept as that SYN, and can be asked like any other.
#include <string>

#include "catch.hpp"
#include "tracker.hpp"
#include "zeek.hpp"

using namespace tcpstate;

namespace {

Path path_of(uint16_t port) {
    Path path;
    path.source.address = {{10, 0, 0, 1}, 4};
    path.destination.address = {{10, 0, 0, 2}, 4};
    path.source.port = port;
    path.destination.port = 80;
    return path;
}

Segment syn(uint32_t frame) {
    Segment segment;
    segment.frame = frame;
    segment.time = frame * 1'000'000;
    segment.seq = Seq{100 + frame};
    segment.flags = flag::Syn;
    segment.window = 1000;
    segment.ttl = 64;
    return segment;
}

Segment answer_to(const Segment& asked, uint32_t frame) {
    Segment segment = syn(frame);
    segment.flags = flag::Syn | flag::Ack;
    segment.ack = asked.end();
    return segment;
}

Path reverse(const Path& path) { return {path.destination, path.source}; }

}  // namespace

TEST_CASE("a connection that is only a SYN can be asked like any other", "[syn-cache]") {
    Tracker tracker;
    for (uint32_t i = 0; i < 3; ++i) {
        const Verdict& verdict = tracker.observe(path_of(static_cast<uint16_t>(5000 + i)), syn(i + 1));
        CHECK(verdict.conn == i);
        CHECK(verdict.state_of(Role::Client) == State::SynSent);
    }
    REQUIRE(tracker.size() == 3);
    for (uint32_t i = 0; i < 3; ++i) {
        const Connection& connection = tracker.connection(i);
        CHECK(connection.client().iss == Seq{101 + i});
        CHECK(connection.client().frames == 1);
        CHECK(connection.server().frames == 0);
        CHECK(connection.start_time == (i + 1) * 1'000'000);
        CHECK(connection.outcome() == Outcome::Unanswered);
        CHECK(std::string(zeek_state(connection)) == "S0");
        CHECK(connection.incarnation == 1);
    }
}

TEST_CASE("a SYN that is answered late counts once, and its place in the cache is used again", "[syn-cache]") {
    Tracker tracker;
    tracker.observe(path_of(5000), syn(1));
    tracker.observe(path_of(5001), syn(2));
    const Verdict& verdict = tracker.observe(reverse(path_of(5000)), answer_to(syn(1), 3));
    CHECK(verdict.conn == 0);
    CHECK(verdict.state_of(Role::Server) == State::SynReceived);
    tracker.observe(path_of(5002), syn(4));
    CHECK(verdict.conn == 2);
    CHECK(tracker.connection(0).client().frames == 1);
    CHECK(tracker.connection(0).server().frames == 1);
    CHECK(tracker.connection(1).client().iss == Seq{102});
    CHECK(tracker.connection(2).client().iss == Seq{104});
}

TEST_CASE("an ICMP error about a lone SYN finds it", "[syn-cache]") {
    Tracker tracker;
    tracker.observe(path_of(5000), syn(1));
    IcmpError error;
    error.frame = 2;
    error.time = 2'000'000;
    error.quoted = path_of(5000);
    error.seq = Seq{101};
    error.verdict = IcmpVerdict::PortUnreachable;
    const Verdict* const verdict = tracker.observe(error);
    REQUIRE(verdict != nullptr);
    CHECK(verdict->state_of(Role::Client) == State::Closed);
    CHECK(tracker.connection(0).client().state == State::Closed);
}

TEST_CASE("another SYN of the same 4-tuple begins another incarnation of what was only a SYN", "[syn-cache]") {
    Tracker tracker;
    tracker.observe(path_of(5000), syn(1));
    const Verdict& verdict = tracker.observe(path_of(5000), syn(1'000'000));
    CHECK(verdict.conn == 1);
    CHECK(tracker.connection(0).next() == 1);
    CHECK(tracker.connection(1).previous() == 0);
    CHECK(tracker.connection(1).incarnation == 2);
    tracker.observe(path_of(5000), syn(1));
    CHECK(verdict.conn == 0);
}

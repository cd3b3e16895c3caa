// SPDX-License-Identifier: GPL-2.0-or-later
// What is counted does not wrap, what is full says so, and what was kept stays as it is.
#include "trace.hpp"

using namespace tcpstate;

namespace {

Path path_of(uint16_t port) { return {{{{10, 0, 0, 1}, 4}, port}, {{{10, 0, 0, 2}, 4}, 80}}; }
Path reverse(const Path& path) { return {path.destination, path.source}; }

Segment segment(uint32_t frame, uint8_t flags, uint32_t seq, uint32_t ack) {
    Segment s;
    s.frame = frame;
    s.time = frame * second;
    s.flags = flags;
    s.seq = Seq{seq};
    s.ack = Seq{ack};
    s.window = 1000;
    s.ttl = 64;
    return s;
}

constexpr uint32_t more_than_16_bits = 70'000;

}  // namespace

TEST_CASE("a SYN,ACK that is repeated 70,000 times has failed 70,000 times", "[limits]") {
    Tracker tracker;
    tracker.observe(path_of(4000), segment(1, flag::Syn, 100, 0));
    tracker.observe(reverse(path_of(4000)), segment(2, flag::Syn | flag::Ack, 900, 101));
    const Verdict* last = nullptr;
    for (uint32_t i = 0; i < more_than_16_bits; ++i)
        last = &tracker.observe(reverse(path_of(4000)), segment(3 + i, flag::Syn | flag::Ack, 900, 101));
    CHECK(last->embryonic.attempts == more_than_16_bits);
}

TEST_CASE("a keepalive timeout after 70,000 probes tells of 70,000 probes", "[limits]") {
    Tracker tracker;
    Path const client = path_of(4000), server = reverse(client);
    tracker.observe(client, segment(1, flag::Syn, 100, 0));
    tracker.observe(server, segment(2, flag::Syn | flag::Ack, 900, 101));
    tracker.observe(client, segment(3, flag::Ack, 101, 901));
    tracker.observe(server, segment(4, flag::Ack, 901, 101));
    uint32_t frame = 5;
    Segment data = segment(frame++, flag::Ack, 101, 901);
    data.length = 1;
    tracker.observe(client, data);
    tracker.observe(server, segment(frame++, flag::Ack, 901, 102));
    for (uint32_t i = 0; i < more_than_16_bits; ++i) tracker.observe(client, segment(frame++, flag::Ack, 101, 901));
    const Verdict& verdict = tracker.observe(client, segment(frame, flag::Rst | flag::Ack, 102, 901));
    CHECK(verdict.reset.cause == Cause::KeepaliveTimeout);
    CHECK(verdict.reset.probes == more_than_16_bits);
}

TEST_CASE("a tracker that is full says so, and goes on with what it knows", "[limits]") {
    Tracker tracker({}, Tracker::Paths::All, 2);
    CHECK(bool{tracker.observe(path_of(4000), segment(1, flag::Syn, 100, 0)).known});
    CHECK(bool{tracker.observe(path_of(4001), segment(2, flag::Ack, 100, 7)).known});
    CHECK_FALSE(bool{tracker.observe(path_of(4002), segment(3, flag::Syn, 100, 0)).known});
    CHECK_FALSE(bool{tracker.observe(path_of(4002), segment(4, flag::Ack, 101, 7)).known});
    CHECK(tracker.size() == 2);
    IcmpError error;
    error.quoted = path_of(4002);
    CHECK(tracker.observe(error) == nullptr);
    const Verdict& verdict = tracker.observe(reverse(path_of(4000)), segment(5, flag::Syn | flag::Ack, 900, 101));
    CHECK(bool{verdict.known});
    CHECK(verdict.conn == 0);
}

TEST_CASE("a store refuses frames beyond its limit, the largest number too", "[limits]") {
    VerdictStore store({10, 1000});
    Verdict verdict;
    CHECK(store.store(9, 0, verdict));
    CHECK_FALSE(store.store(10, 0, verdict));
    verdict.plain.value = true;
    CHECK_FALSE(store.store(10, 0, verdict));
    CHECK_FALSE(store.store(UINT32_MAX, 0, verdict));
    Verdict loaded;
    CHECK(store.load(9, 0, loaded));
    CHECK_FALSE(store.load(10, 0, loaded));
    CHECK_FALSE(store.load(UINT32_MAX, 0, loaded));
}

TEST_CASE("a store whose details are full keeps no half of a verdict", "[limits]") {
    VerdictStore store({1000, 8});
    Verdict verdict;
    verdict.tell(Event::HalfClosed);
    uint32_t kept = 0;
    for (uint32_t frame = 1; frame < 100; ++frame) kept += store.store(frame, 0, verdict) ? 1U : 0U;
    CHECK(kept > 0);
    CHECK(kept < 99);
    for (uint32_t frame = 1; frame < 100; ++frame) {
        Verdict loaded;
        REQUIRE(store.load(frame, 0, loaded) == (frame <= kept));
        if (frame <= kept) REQUIRE(loaded == verdict);
    }
    CHECK(store.store(100, 0, Verdict{}));  // nothing remarkable: there is room
}

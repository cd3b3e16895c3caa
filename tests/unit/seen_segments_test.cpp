// SPDX-License-Identifier: GPL-2.0-or-later
// What a capture point keeps of its segments (seen_segments.hpp), and how often something happened (tally.hpp).
#include "seen_segments.hpp"

#include <random>

#include "catch.hpp"
#include "clock.hpp"
#include "tally.hpp"

using namespace tcpstate;

namespace {

using Random = std::independent_bits_engine<std::mt19937, 32, uint32_t>;

/// A segment of which each field is often as usual, and else anything.
SeenSegment any_segment(Random& random, const SeenSegment& before) {
    auto const rarely = [&] { return random() % 4 == 0; };
    SeenSegment s = before;
    s.sender = random() % 2 == 0 ? Role::Client : Role::Server;
    s.time += rarely() ? int64_t{random()} - (int64_t{1} << 31) : int64_t{random() % 1000};
    s.frame += 1 + random() % 300;
    s.seq = rarely() ? Seq{random()} : before.end();
    s.ack = rarely() ? Seq{random()} : before.end();
    if (rarely()) s.length = random() % 70000;
    if (rarely()) s.timestamp = random();
    s.has_timestamp = random() % 2 == 0;
    s.payload = rarely() ? random() : 0;
    s.reset = rarely() ? random() % 1000 : no_index;
    if (rarely()) s.after.client_state = static_cast<State>(random() % static_cast<unsigned>(State::Count));
    if (rarely()) s.window = static_cast<uint16_t>(random());
    s.ip_id = static_cast<uint16_t>(rarely() ? random() : s.ip_id + 1U);
    if (rarely()) s.ttl = static_cast<int16_t>(static_cast<int>(random() % 257) - 1);
    if (rarely()) s.flags = static_cast<uint8_t>(random());
    s.is_copy = rarely();
    return s;
}

}  // namespace

TEST_CASE("packed segments come back as they were", "[compare]") {
    Random random(9293);
    SeenSegments packed;
    SeenSegments::Latest before;
    std::vector<SeenSegment> all;
    SeenSegment latest;
    latest.time = 1'795'952'818 * second;
    for (int i = 0; i < 5000; ++i) {
        latest = any_segment(random, latest);
        if (i == 100) latest.time = INT64_MAX - 5'000'000'000'000;
        if (i == 101) latest.time = INT64_MIN + 5'000'000'000'000;
        packed.add(latest, before);
        all.push_back(latest);
    }
    CHECK(packed.size() == all.size());
    CHECK(packed.unpacked() == all);
    CHECK(packed.front() == all.front());
    CHECK(SeenSegments().unpacked().empty());
}

TEST_CASE("a segment that follows from the one before it takes few bytes", "[compare]") {
    SeenSegments packed;
    SeenSegments::Latest before;
    SeenSegment s;
    s.flags = flag::Ack;
    s.length = 1460;
    s.has_timestamp = true;
    for (uint32_t i = 0; i < 1000; ++i) {
        s.time += millisecond;
        ++s.frame;
        s.payload = i + 1;
        packed.add(s, before);
        s.seq = s.end();
        ++s.ip_id;
    }
    CHECK(packed.bytes() < 12 * packed.size());
}

TEST_CASE("a tally counts to the millisecond", "[compare]") {
    Tally tally;
    for (int64_t const time : {-3 * millisecond, 5 * millisecond, 5 * millisecond + 1, 7 * millisecond})
        tally.note(time);
    tally.finish();
    CHECK(tally.count(-10 * millisecond, 10 * millisecond) == 4);
    CHECK(tally.count(5 * millisecond, 5 * millisecond) == 2);
    CHECK(tally.count(6 * millisecond, 6 * millisecond) == 0);
    CHECK(tally.count(6 * millisecond, 20 * millisecond) == 1);
    CHECK(tally.count(-4 * millisecond, -2 * millisecond) == 1);
    CHECK(Tally().count(0, second) == 0);
    Tally many;
    for (int64_t i = 0; i < 100'000; ++i) many.note(i * 7919 % 10'000 * millisecond);
    many.finish();
    CHECK(many.count(0, 10 * second) == 100'000);
    CHECK(many.count(second, second + 9 * millisecond) == 100);
}

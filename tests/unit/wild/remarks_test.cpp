// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with the capture itself is told once: packets seen several times, one direction missing, a clock that
// goes back, two clocks, a file that repeats itself.
#include <algorithm>
#include <cstdio>

#include "trace.hpp"

namespace {

trace::Run played(const std::string& text) { return trace::play(trace::parse(text), trace::variants().front()); }

/// Indices of the lines with this event.
std::vector<size_t> lines_with(const trace::Run& run, const char* event) {
    std::vector<size_t> found;
    for (size_t i = 0; i < run.lines.size(); ++i) {
        auto const events = run.values(i, "event");
        if (std::find(events.begin(), events.end(), event) != events.end()) found.push_back(i);
    }
    return found;
}

std::string summary_of_remark(const trace::Run& run) {
    auto const lines = lines_with(run, "capture-remark");
    REQUIRE(lines.size() == 1);
    auto const summary = run.values(lines.front(), "summary");
    REQUIRE(summary.size() == 1);
    return summary.front();
}

#define GOODBYE "1.000 > F. 6:6 ack 1\n1.010 < F. 1:1 ack 7\n1.020 > . 7:7 ack 2\n"

}  // namespace

TEST_CASE("nothing is wrong with an ordinary capture", "[wild][remark]") {
    CHECK(lines_with(played(HANDSHAKE HELLO GOODBYE), "capture-remark").empty());
    CHECK(lines_with(played("0.0 > S 0:0\n1.0 > S 0:0\n3.0 > S 0:0\n"), "capture-remark").empty());
    CHECK(lines_with(played("0.0 > P. 1:6 ack 1\n0.01 < . 1:1 ack 6\n"), "capture-remark").empty());
}

TEST_CASE("packets seen several times: told once", "[wild][remark][copies]") {
    auto const run = played(R"(
        0.00000 > S   0:0 id 1
        0.00005 > S   0:0 id 1
        0.01000 < S.  0:0 ack 1 id 90
        0.01005 < S.  0:0 ack 1 id 90
        0.02000 > .   1:1 ack 1 id 2
        0.02005 > .   1:1 ack 1 id 2
        0.10000 > P.  1:6 ack 1 id 3
        0.10005 > P.  1:6 ack 1 id 3
        0.11000 < .   1:1 ack 6 id 91
        0.11005 < .   1:1 ack 6 id 91
        0.20000 > F.  6:6 ack 1 id 4
        0.20005 > F.  6:6 ack 1 id 4
    )");
    CHECK_FALSE(summary_of_remark(run).empty());
}

TEST_CASE("one direction is missing: told once, and which", "[wild][remark][one-sided]") {
    auto const run = played(R"(
        0.000 > S   0:0
        0.020 > .   1:1 ack 1
        0.100 > P.  1:6 ack 1
        0.200 > .   6:6 ack 101
        0.300 > .   6:6 ack 201
        0.400 > P.  6:11 ack 201
        0.500 > .   11:11 ack 301
        0.600 > .   11:11 ack 401
        0.700 > F.  11:11 ack 401
        0.800 > .   12:12 ack 402
    )");
    CHECK(summary_of_remark(run).find("direction") != std::string::npos);
}

TEST_CASE("a clock that goes back: told once, and no time is negative", "[wild][remark]") {
    auto const run = played(HANDSHAKE HELLO R"(
        9.000 > P.  6:11 ack 1
        9.010 < .   1:1 ack 11
        2.000 > P.  11:16 ack 1
        2.010 < .   1:1 ack 16
        1.000 > F.  16:16 ack 1
        1.010 < .   1:1 ack 17
    )");
    CHECK(summary_of_remark(run).find("clock") != std::string::npos);
    for (size_t i = 0; i < run.lines.size(); ++i)
        for (const char* field : {"idle", "half_closed.duration", "half_open.duration"})
            for (const auto& value : run.values(i, field)) {
                INFO("frame " << i + 1 << ": " << field);
                CHECK(value.front() != '-');
            }
}

namespace {

/// Three connections, each seen on the client's side of a router, and `later` ms afterwards on the server's: the SYN
/// comes behind the router with a lower TTL, and the answer before it with a higher one.
std::string both_sides(double later, unsigned connections = 3) {
    std::string lines;
    char line[120];
    auto const add = [&](double time, const char* segment, unsigned n, unsigned ttl) {
        std::snprintf(line, sizeof line, "%.4f %s id %u client 1:%u ttl %u\n", time, segment, 100 + n, 40000 + n, ttl);
        lines += line;
    };
    for (unsigned n = 0; n < connections; ++n) {
        double const start = n;
        add(start, "> S 0:0", n, 64);
        add(start + 0.003, "< S. 0:0 ack 1", n, 63);
        add(start + 0.001 + later, "> S 0:0", n, 63);
        add(start + 0.002 + later, "< S. 0:0 ack 1", n, 64);
    }
    return lines;
}

}  // namespace

TEST_CASE("two clocks: told when answers are seen later where they came from, in three connections", "[wild][remark]") {
    CHECK(summary_of_remark(played(both_sides(0.3))).find("two clocks") != std::string::npos);
    CHECK(lines_with(played(both_sides(0.3, 2)), "capture-remark").empty());
}

TEST_CASE("one clock: what routers forward, and what is repeated", "[wild][remark]") {
    std::string forwarded, repeated;
    for (const char* n : {"1", "2", "3"}) {
        std::string const time = n, end = std::string(" client 1:4000") + n + "\n";
        forwarded += time + ".0 > S 0:0 id 7 ttl 64" + end + time + ".3 > S 0:0 id 7 ttl 63" + end;
        repeated += time + ".0 > S 0:0 id 7 ttl 63" + end + time + ".3 > S 0:0 id 8 ttl 64" + end;
    }
    CHECK(lines_with(played(forwarded), "capture-remark").empty());
    CHECK(lines_with(played(repeated), "capture-remark").empty());
}

TEST_CASE("a file that repeats itself: told once, and it opens nothing", "[wild][remark][incarnation]") {
    std::string const once = HANDSHAKE HELLO
        "0.500 > P. 6:11 ack 1\n0.510 < . 1:1 ack 11\n"
        "1.000 > F. 11:11 ack 1\n1.010 < F. 1:1 ack 12\n1.020 > . 12:12 ack 2\n";
    auto const run = played(once + once + once);
    size_t const length = run.lines.size() / 3;
    CHECK(run.tracker.size() == 1);
    CHECK(lines_with(run, "new-incarnation").empty());
    CHECK(lines_with(run, "half-closed").size() == 1);
    CHECK_FALSE(summary_of_remark(run).empty());
    CHECK(lines_with(run, "capture-remark").front() >= length);
    CHECK(run.values(2 * length - 1, "outcome") == std::vector<std::string>{"closed"});
}

TEST_CASE("the same numbers again after the clock has gone on are a new life", "[wild][remark][incarnation]") {
    auto const run = played(HANDSHAKE HELLO GOODBYE "70.00 > S 0:0\n70.01 < S. 900:900 ack 1\n70.02 > . 1:1 ack 901\n");
    CHECK(run.tracker.size() == 2);
    CHECK(lines_with(run, "new-incarnation").size() == 1);
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SequenceRanges: what was seen of one direction's sequence space.
#include <random>
#include <set>

#include "catch.hpp"
#include "ranges.hpp"

using namespace tcpstate;

namespace {
SequenceRanges from(uint32_t edge) {
    SequenceRanges coverage;
    coverage.start(Seq{edge});
    return coverage;
}
}  // namespace

TEST_CASE("data in order move the edge", "[coverage]") {
    SequenceRanges c = from(100);
    CHECK(c.add(Seq{100}, Seq{110}) == 10);
    CHECK(c.edge() == Seq{110});
    CHECK_FALSE(c.has_hole());
}

TEST_CASE("what was seen before is not new", "[coverage]") {
    SequenceRanges c = from(100);
    c.add(Seq{100}, Seq{110});
    CHECK(c.add(Seq{100}, Seq{110}) == 0);
    CHECK(c.add(Seq{90}, Seq{105}) == 0);
    CHECK(c.add(Seq{105}, Seq{115}) == 5);
    CHECK(c.edge() == Seq{115});
}

TEST_CASE("a hole holds the edge until it is filled", "[coverage]") {
    SequenceRanges c = from(100);
    CHECK(c.add(Seq{120}, Seq{130}) == 10);
    CHECK(c.edge() == Seq{100});
    CHECK(c.has_hole());
    CHECK(c.add(Seq{120}, Seq{130}) == 0);
    CHECK(c.add(Seq{100}, Seq{120}) == 20);
    CHECK(c.edge() == Seq{130});
    CHECK_FALSE(c.has_hole());
}

TEST_CASE("two ranges grow together", "[coverage]") {
    SequenceRanges c = from(100);
    CHECK(c.add(Seq{110}, Seq{120}) == 10);
    CHECK(c.add(Seq{130}, Seq{140}) == 10);
    CHECK(c.add(Seq{115}, Seq{135}) == 10);
    CHECK(c.edge() == Seq{100});
    CHECK(c.add(Seq{100}, Seq{110}) == 10);
    CHECK(c.edge() == Seq{140});
}

TEST_CASE("a segment may cover hole and range at once", "[coverage]") {
    SequenceRanges c = from(100);
    c.add(Seq{110}, Seq{120});
    CHECK(c.add(Seq{100}, Seq{150}) == 40);
    CHECK(c.edge() == Seq{150});
    CHECK_FALSE(c.has_hole());
}

TEST_CASE("an acknowledgment skips what was not captured", "[coverage]") {
    SequenceRanges c = from(100);
    c.add(Seq{150}, Seq{160});
    c.skip_to(Seq{150});
    CHECK(c.edge() == Seq{160});
    c.skip_to(Seq{120});
    CHECK(c.edge() == Seq{160});
}

TEST_CASE("coverage wraps", "[coverage]") {
    SequenceRanges c = from(0xfffffff0U);
    CHECK(c.add(Seq{0}, Seq{16}) == 16);
    CHECK(c.add(Seq{0xfffffff0U}, Seq{0}) == 16);
    CHECK(c.edge() == Seq{16});
}

TEST_CASE("coverage agrees with a set of numbers while the holes are few", "[coverage]") {
    std::minstd_rand generator(1);
    auto const random = [&] { return static_cast<uint32_t>(generator()); };
    for (int round = 0; round < 300; ++round) {
        uint32_t const base = 0xffffff00U + static_cast<uint32_t>(round);
        SequenceRanges c = from(base);
        std::set<uint32_t> seen;
        for (int i = 0; i < 20; ++i) {
            uint32_t const first = random() % 60, last = first + 1 + random() % 20;
            std::set<uint32_t> before = seen, after = seen;
            for (uint32_t n = first; n < last; ++n) after.insert(n);
            uint32_t edge = 0;
            while (after.count(edge) != 0) ++edge;
            int ranges = 0;
            for (uint32_t n : after) ranges += n > edge && after.count(n - 1) == 0 ? 1 : 0;
            if (ranges > 2) continue;  // more than it keeps
            uint32_t const fresh = c.add(Seq{base + first}, Seq{base + last});
            seen = after;
            REQUIRE(fresh == after.size() - before.size());
            REQUIRE(c.edge() == Seq{base + edge});
            REQUIRE(c.has_hole() == (ranges > 0));
        }
    }
}

TEST_CASE("with more holes than it keeps, the edge is late but never ahead", "[coverage]") {
    std::minstd_rand generator(2);
    auto const random = [&] { return static_cast<uint32_t>(generator()); };
    for (int round = 0; round < 300; ++round) {
        SequenceRanges c = from(1000);
        std::set<uint32_t> seen;
        for (int i = 0; i < 40; ++i) {
            uint32_t const first = random() % 200, last = first + 1 + random() % 10;
            for (uint32_t n = first; n < last; ++n) seen.insert(n);
            c.add(Seq{1000 + first}, Seq{1000 + last});
            uint32_t edge = 0;
            while (seen.count(edge) != 0) ++edge;
            REQUIRE(c.edge() <= Seq{1000 + edge});
        }
    }
}

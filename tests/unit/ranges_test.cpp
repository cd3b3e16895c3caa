// SPDX-License-Identifier: GPL-2.0-or-later
// What was seen of one direction's sequence space: an edge, and ranges beyond a hole.
#include "ranges.hpp"

#include <random>
#include <set>

#include "catch.hpp"

using namespace tcpstate;

namespace {

struct Direction {
    Seq edge;
    SequenceRanges beyond;

    SequenceRanges::Finding see(Seq from, Seq to) {
        auto const found = beyond.find(edge, from, to);
        edge = beyond.edge_after(edge, from, to);
        beyond.update(edge, from, to);
        return found;
    }
    uint32_t unseen(uint32_t from, uint32_t to) { return see(Seq{from}, Seq{to}).unseen; }
    void acknowledge(Seq number) {
        if (number <= edge) return;
        edge = beyond.reach(number);
        beyond.drop_below(edge);
    }
};

Direction from(uint32_t edge) { return {Seq{edge}, {}}; }

}  // namespace

TEST_CASE("data in order move the edge", "[ranges]") {
    Direction d = from(100);
    CHECK(d.unseen(100, 110) == 10);
    CHECK(d.edge == Seq{110});
    CHECK(d.beyond.empty());
}

TEST_CASE("what was seen before is not new", "[ranges]") {
    Direction d = from(100);
    d.unseen(100, 110);
    CHECK(d.unseen(100, 110) == 0);
    CHECK(d.unseen(90, 105) == 0);
    CHECK(d.unseen(105, 115) == 5);
    CHECK(d.edge == Seq{115});
}

TEST_CASE("a hole holds the edge until it is filled", "[ranges]") {
    Direction d = from(100);
    CHECK(d.unseen(120, 130) == 10);
    CHECK(d.edge == Seq{100});
    CHECK_FALSE(d.beyond.empty());
    CHECK(d.unseen(120, 130) == 0);
    CHECK(d.unseen(100, 120) == 20);
    CHECK(d.edge == Seq{130});
    CHECK(d.beyond.empty());
}

TEST_CASE("two ranges grow together", "[ranges]") {
    Direction d = from(100);
    CHECK(d.unseen(110, 120) == 10);
    CHECK(d.unseen(130, 140) == 10);
    CHECK(d.unseen(115, 135) == 10);
    CHECK(d.edge == Seq{100});
    CHECK(d.unseen(100, 110) == 10);
    CHECK(d.edge == Seq{140});
}

TEST_CASE("a segment may cover hole and range at once", "[ranges]") {
    Direction d = from(100);
    d.unseen(110, 120);
    CHECK(d.unseen(100, 150) == 40);
    CHECK(d.edge == Seq{150});
    CHECK(d.beyond.empty());
}

TEST_CASE("an acknowledgment skips what was not captured", "[ranges]") {
    Direction d = from(100);
    d.unseen(150, 160);
    d.acknowledge(Seq{150});
    CHECK(d.edge == Seq{160});
    CHECK(d.beyond.empty());
    d.acknowledge(Seq{120});
    CHECK(d.edge == Seq{160});
}

TEST_CASE("ranges wrap", "[ranges]") {
    Direction d = from(0xfffffff0U);
    CHECK(d.unseen(0, 16) == 16);
    CHECK(d.unseen(0xfffffff0U, 0) == 16);
    CHECK(d.edge == Seq{16});
}

TEST_CASE("with as many ranges as are kept, nothing is counted twice and nothing is forgotten", "[ranges]") {
    Direction d = from(1000);
    for (uint32_t i = 0; i < SequenceRanges::max_ranges; ++i) CHECK(d.unseen(1010 + 20 * i, 1020 + 20 * i) == 10);
    for (uint32_t i = 0; i < SequenceRanges::max_ranges; ++i) {
        auto const again = d.see(Seq{1010 + 20 * i}, Seq{1020 + 20 * i});
        CHECK(again.unseen == 0);
        CHECK(again.certain);
    }
    for (uint32_t i = 0; i < SequenceRanges::max_ranges; ++i) CHECK(d.unseen(1000 + 20 * i, 1010 + 20 * i) == 10);
    CHECK(d.edge == Seq{1000 + 20 * SequenceRanges::max_ranges});
    CHECK(d.beyond.empty());
}

TEST_CASE("with one range more, what is forgotten is neither new nor repeated", "[ranges]") {
    Direction d = from(1000);
    uint32_t const count = SequenceRanges::max_ranges + 3;
    for (uint32_t i = 0; i < count; ++i)
        CHECK(d.unseen(1010 + 20 * i, 1020 + 20 * i) == 10);  // seen for the first time
    for (uint32_t i = 0; i < count; ++i) {
        auto const again = d.see(Seq{1010 + 20 * i}, Seq{1020 + 20 * i});
        CHECK(again.unseen == 0);
        CHECK(again.certain == (i < SequenceRanges::max_ranges));
    }
}

TEST_CASE("ranges agree with a set of numbers while they are few enough", "[ranges]") {
    std::minstd_rand generator(1);
    auto const random = [&] { return static_cast<uint32_t>(generator()); };
    for (int round = 0; round < 300; ++round) {
        uint32_t const base = 0xffffff00U + static_cast<uint32_t>(round);
        Direction d = from(base);
        std::set<uint32_t> seen;
        for (int i = 0; i < 60; ++i) {
            uint32_t const first = random() % 200, last = first + 1 + random() % 20;
            size_t const before = seen.size();
            for (uint32_t n = first; n < last; ++n) seen.insert(n);
            uint32_t edge = 0;
            while (seen.count(edge) != 0) ++edge;
            REQUIRE(d.unseen(base + first, base + last) == seen.size() - before);
            REQUIRE(d.edge == Seq{base + edge});
            REQUIRE(d.beyond.empty() == (seen.size() == edge));
        }
    }
}

TEST_CASE("with more ranges than are kept, no number counts twice and the edge is never ahead", "[ranges]") {
    std::minstd_rand generator(2);
    auto const random = [&] { return static_cast<uint32_t>(generator()); };
    for (int round = 0; round < 100; ++round) {
        Direction d = from(1000);
        std::set<uint32_t> seen;
        uint32_t counted = 0;
        for (int i = 0; i < 400; ++i) {
            uint32_t const first = random() % 2000, last = first + 1 + random() % 5;
            for (uint32_t n = first; n < last; ++n) seen.insert(n);
            counted += d.unseen(1000 + first, 1000 + last);
            uint32_t edge = 0;
            while (seen.count(edge) != 0) ++edge;
            REQUIRE(d.edge <= Seq{1000 + edge});
            REQUIRE(counted <= seen.size());
        }
    }
}

TEST_CASE("nothing is doubtful where nothing was forgotten, not even half the space away", "[ranges]") {
    SequenceRanges const none;
    auto const found = none.find(Seq{0x7fffffff}, Seq{0x7fffffff}, Seq{0x80000000});
    CHECK(found.unseen == 1);
    CHECK(found.certain);
}

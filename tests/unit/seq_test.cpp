// SPDX-License-Identifier: GPL-2.0-or-later
#include "seq.hpp"
#include "catch.hpp"

using namespace tcpstate;

TEST_CASE("sequence numbers compare along the circle", "[seq]") {
    Seq const low{0xfffffff0U}, high{0x10U};
    CHECK(low < high);
    CHECK(high > low);
    CHECK_FALSE(high < low);
    CHECK(low <= low);
    CHECK(low >= low);
    CHECK(high - low == 0x20);
    CHECK(low - high == -0x20);
    CHECK(later(low, high) == high);
    CHECK(later(high, low) == high);
}

TEST_CASE("adding goes around the end", "[seq]") {
    CHECK(Seq{0xffffffffU} + 1 == Seq{0});
    CHECK(Seq{0} - 1U == Seq{0xffffffffU});
    CHECK((Seq{0xfffffffeU} + 5).value == 3);
}

TEST_CASE("just under half the circle apart is still in order", "[seq]") {
    Seq const a{100};
    CHECK(a < a + 0x7fffffffU);
    CHECK(a > a - 0x7fffffffU);
}

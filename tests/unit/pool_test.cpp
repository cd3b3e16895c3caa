// SPDX-License-Identifier: GPL-2.0-or-later
#include "pool.hpp"
#include "catch.hpp"

using namespace tcpstate;

TEST_CASE("elements of a pool never move", "[pool]") {
    Pool<int, 1024> pool;
    CHECK(pool.size() == 0);
    REQUIRE(pool.add() == 0);
    int* const first = &pool[0];
    *first = 7;
    for (uint32_t i = 1; i < 5000; ++i) {
        REQUIRE(pool.add() == i);
        pool[i] = static_cast<int>(i);
    }
    CHECK(first == &pool[0]);
    CHECK(pool[0] == 7);
    CHECK(pool[1023] == 1023);
    CHECK(pool[1024] == 1024);
    CHECK(pool[4999] == 4999);
}

TEST_CASE("a pool grows to a size, with default elements, and never shrinks by that", "[pool]") {
    Pool<int, 1024> pool;
    pool.grow_to(3000);
    CHECK(pool.size() == 3000);
    CHECK(pool[2999] == 0);
    pool.grow_to(10);
    CHECK(pool.size() == 3000);
    CHECK(pool.add() == 3000);
}

TEST_CASE("adding goes on after growing to the middle and to the end of a block", "[pool]") {
    Pool<int, 1024> pool;
    pool.grow_to(1024);
    CHECK(pool.add() == 1024);
    pool[1024] = 5;
    pool.grow_to(1500);
    CHECK(pool[1024] == 5);
    CHECK(pool.add() == 1500);
}

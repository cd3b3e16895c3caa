// SPDX-License-Identifier: GPL-2.0-or-later
#include <string>

#include "catch.hpp"
#include "history.hpp"
#include "text.hpp"
#include "zeek.hpp"

using namespace tcpstate;

namespace {
std::string printed(const History& history) {
    Text text;
    print(history, text);
    return text.c_str();
}
}  // namespace

TEST_CASE("an empty history prints nothing", "[history]") { CHECK(printed({}).empty()); }

TEST_CASE("upper case is the originator, each letter comes once, in order of appearance", "[history]") {
    History h;
    h.note(Letter::S, Role::Client);
    h.note(Letter::H, Role::Server);
    h.note(Letter::A, Role::Client);
    h.note(Letter::A, Role::Client);
    h.note(Letter::D, Role::Client);
    h.note(Letter::A, Role::Server);
    h.note(Letter::S, Role::Client);
    CHECK(printed(h) == "ShADa");
    CHECK(h.has(Letter::A, Role::Server));
    CHECK_FALSE(h.has(Letter::D, Role::Server));
}

TEST_CASE("there is room for every letter of both directions", "[history]") {
    History h;
    for (int i = 0; i < static_cast<int>(Letter::Count); ++i) {
        h.note(static_cast<Letter>(i), Role::Client);
        h.note(static_cast<Letter>(i), Role::Server);
    }
    CHECK(printed(h) == "SsHhAaDdFfRrTtWwIiQq");
}

TEST_CASE("roles that turn out the other way round change the case, marked by ^", "[history]") {
    History h;
    h.note(Letter::D, Role::Client);
    h.note(Letter::A, Role::Server);
    h.flip();
    CHECK(printed(h) == "^dA");
    h.flip();
    CHECK(printed(h) == "Da");
}

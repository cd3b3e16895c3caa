// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.hpp"

namespace tcpstate {

void History::add(unsigned code) {
    uint64_t const oldest = latest_ >> (in_latest - 1) * bits;
    if (oldest != 0) former_ = (former_ << bits | oldest) & 0xff'ffff'ffffU;
    latest_ = (latest_ << bits | (code + 1)) & 0xfff'ffff'ffff'ffffU;
    seen_ = (seen_ | 1U << code) & 0xf'ffffU;
}

void History::flip() {
    History flipped;
    each([&](Letter letter, Role who) { flipped.add(code_of(letter, other(who))); });
    flipped.flipped_ = !flipped_;
    *this = flipped;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.hpp"

#include <bit>

#include "text.hpp"

namespace tcpstate {

namespace {
constexpr unsigned in_first = 12, bits = 5;
}

unsigned History::count() const { return static_cast<unsigned>(std::popcount(static_cast<uint64_t>(seen_))); }

void History::add(Letter letter, Role who) {
    static_assert(max_letters <= 20);
    uint64_t const code = code_of(letter, who);
    unsigned const i = count();
    if (i < in_first) first_ |= code << i * bits;
    else second_ = (second_ | code << (i - in_first) * bits) & 0xff'ffff'ffffU;
    seen_ = (seen_ | 1U << code) & 0xf'ffffU;
}

unsigned History::code(unsigned i) const {
    uint64_t const word = i < in_first ? first_ >> i * bits : static_cast<uint64_t>(second_) >> (i - in_first) * bits;
    return static_cast<unsigned>(word & 0x1f);
}

void History::flip() {
    History flipped;
    for (unsigned i = 0; i < count(); ++i)
        flipped.note(static_cast<Letter>(code(i) / 2), code(i) % 2 == 0 ? Role::Server : Role::Client);
    flipped.flipped_ = !flipped_;
    *this = flipped;
}

void History::print(Text& text) const {
    static constexpr char letters[] = "shadfrtwiq";
    if (flipped_) text.add("^");
    for (unsigned i = 0; i < count(); ++i) {
        char const letter = letters[code(i) / 2];
        text.add("%c", code(i) % 2 == 0 ? letter - 'a' + 'A' : letter);
    }
}

}  // namespace tcpstate

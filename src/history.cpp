// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.hpp"

#include "text.hpp"

namespace tcpstate {

namespace {
constexpr int per_word = 6, bits = 5;
}

void History::note(Letter letter, Role who) {
    if (has(letter, who)) return;
    seen_ = (seen_ | mask(letter, who)) & 0xffffff;
    push(static_cast<uint8_t>(2 * static_cast<unsigned>(letter) + static_cast<unsigned>(who)));
}

void History::push(uint8_t code) {
    static_assert(max_letters <= 4 * per_word);
    codes_[count_ / per_word] |= static_cast<uint32_t>(code) << (count_ % per_word * bits);
    ++count_;
}

uint8_t History::code(int i) const {
    return codes_[static_cast<size_t>(i / per_word)] >> (i % per_word * bits) & 0x1f;
}

void History::flip() {
    History flipped;
    for (int i = 0; i < static_cast<int>(count_); ++i) {
        auto const old = code(i);
        flipped.note(static_cast<Letter>(old / 2), old % 2 == 0 ? Role::Server : Role::Client);
    }
    flipped.flipped_ = !flipped_;
    *this = flipped;
}

void History::print(Text& text) const {
    static constexpr char letters[] = "shadfrtwiq";
    if (flipped_) text.add("^");
    for (int i = 0; i < static_cast<int>(count_); ++i) {
        char const letter = letters[code(i) / 2];
        text.add("%c", code(i) % 2 == 0 ? letter - 'a' + 'A' : letter);
    }
}

}  // namespace tcpstate

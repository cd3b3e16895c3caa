// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.hpp"

#include "text.hpp"

namespace tcpstate {

void History::add(unsigned code) {
    uint64_t const oldest = latest_ >> (in_latest - 1) * bits;
    if (oldest != 0) former_ = (former_ << bits | oldest) & 0xff'ffff'ffffU;
    latest_ = (latest_ << bits | (code + 1)) & 0xfff'ffff'ffff'ffffU;
    seen_ = (seen_ | 1U << code) & 0xf'ffffU;
}

template <typename Visit>
void History::each(Visit&& visit) const {
    for (unsigned i = in_latest + in_former; i-- > 0;) {
        uint64_t const word = i < in_latest ? latest_ >> i * bits : static_cast<uint64_t>(former_) >> (i - in_latest) * bits;
        auto const found = static_cast<unsigned>(word & ((1U << bits) - 1));
        if (found != 0) visit(found - 1);
    }
}

void History::flip() {
    History flipped;
    each([&](unsigned code) { flipped.add(code ^ 1); });
    flipped.flipped_ = !flipped_;
    *this = flipped;
}

void History::print(Text& text) const {
    static constexpr char letters[] = "shadfrtwiq";
    if (flipped_) text.add("^");
    each([&](unsigned code) {
        char const letter = letters[code / 2];
        text.add("%c", code % 2 == 0 ? letter - 'a' + 'A' : letter);
    });
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// Zeek's connection history: one letter per kind of packet and direction, in order of first appearance.
/// Upper case is the originator. https://docs.zeek.org, Conn::Info, "history".
#pragma once
#include <cstdint>

#include "compiler.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// s SYN, h SYN+ACK, a pure ACK, d payload, f FIN, r RST, t repeated payload, w zero window, i FIN+RST,
/// q SYN+FIN or SYN+RST
enum class Letter : uint8_t { S, H, A, D, F, R, T, W, I, Q, Count };

class History {
public:
    void note(Letter letter, Role who) {
        if (!has(letter, who)) add(code_of(letter, who));
    }
    bool has(Letter letter, Role who) const { return (seen_ >> code_of(letter, who) & 1) != 0; }
    /// The roles turned out to be the other way round: letters change case, Zeek's ^ is set in front.
    void flip();
    bool flipped() const { return flipped_ != 0; }
    /// Calls `visit(letter, role)` for each letter in order of appearance.
    template <typename Visit>
    void each(Visit&& visit) const;

private:
    static constexpr unsigned max_letters = 2 * static_cast<unsigned>(Letter::Count);
    static constexpr unsigned code_of(Letter letter, Role who) {
        return 2 * static_cast<unsigned>(letter) + static_cast<unsigned>(who);
    }
    static constexpr unsigned bits = 5, in_latest = 12, in_former = 8;
    static_assert(max_letters < 1U << bits && max_letters <= in_latest + in_former);

    TCPSTATE_NOINLINE TCPSTATE_HOT void add(unsigned code);  // apart: rare, and in the way of what is not
    /// One more than the code of each letter, in five bits, the newest lowest: twelve, and the eight before them.
    uint64_t latest_ = 0;
    uint64_t seen_ : max_letters = 0;  ///< by code
    uint64_t flipped_ : 1 = 0;
    uint64_t former_ : in_former* bits = 0;
};

template <typename Visit>
void History::each(Visit&& visit) const {
    for (unsigned i = in_latest + in_former; i-- > 0;) {
        uint64_t const word =
            i < in_latest ? latest_ >> i * bits : static_cast<uint64_t>(former_) >> (i - in_latest) * bits;
        auto const found = static_cast<unsigned>(word & ((1U << bits) - 1));
        if (found != 0) visit(static_cast<Letter>((found - 1) / 2), static_cast<Role>((found - 1) % 2));
    }
}

}  // namespace tcpstate

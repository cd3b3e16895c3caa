// SPDX-License-Identifier: GPL-2.0-or-later
/// Zeek's connection history: one letter per kind of packet and direction, in order of first appearance.
/// Upper case is the originator. https://docs.zeek.org, Conn::Info, "history".
#pragma once
#include <cstdint>

#include "verdict.hpp"

namespace tcpstate {

class Text;

/// s SYN, h SYN+ACK, a pure ACK, d payload, f FIN, r RST, t repeated payload, w zero window, i FIN+RST,
/// q SYN+FIN or SYN+RST
enum class Letter : uint8_t { S, H, A, D, F, R, T, W, I, Q, Count };

class History {
public:
    void note(Letter letter, Role who) {
        if (!has(letter, who)) add(letter, who);
    }
    bool has(Letter letter, Role who) const { return (seen_ >> code_of(letter, who) & 1) != 0; }
    /// The roles turned out to be the other way round: letters change case, Zeek's ^ is set in front.
    void flip();
    void print(Text& text) const;

private:
    static constexpr unsigned max_letters = 2 * static_cast<unsigned>(Letter::Count);
    static constexpr unsigned code_of(Letter letter, Role who) {
        return 2 * static_cast<unsigned>(letter) + static_cast<unsigned>(who);
    }
    void add(Letter letter, Role who);
    unsigned count() const;
    unsigned code(unsigned i) const;

    /// Codes of five bits in order of appearance: twelve in the first word, eight in the second; above those eight
    /// which letters were seen (20 bits), and whether the roles were exchanged (1 bit).
    uint64_t first_ = 0;
    uint64_t second_ : 40 = 0;
    uint64_t seen_ : 20 = 0;
    uint64_t flipped_ : 1 = 0;
};

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// Zeek's connection history: one letter per kind of packet and direction, in order of first appearance.
/// Upper case is the originator. https://docs.zeek.org, Conn::Info, "history".
#pragma once
#include <array>
#include <cstdint>

#include "verdict.hpp"

namespace tcpstate {

class Text;

/// s SYN, h SYN+ACK, a pure ACK, d payload, f FIN, r RST, t repeated payload, w zero window, i FIN+RST,
/// q SYN+FIN or SYN+RST
enum class Letter : uint8_t { S, H, A, D, F, R, T, W, I, Q, Count };

class History {
public:
    void note(Letter letter, Role who);
    bool has(Letter letter, Role who) const { return (seen_ & mask(letter, who)) != 0; }
    /// The roles turned out to be the other way round: letters change case, Zeek's ^ is set in front.
    void flip();
    void print(Text& text) const;

private:
    static constexpr int max_letters = 2 * static_cast<int>(Letter::Count);
    static constexpr uint32_t mask(Letter letter, Role who) {
        return 1U << (2 * static_cast<unsigned>(letter) + static_cast<unsigned>(who));
    }
    void push(uint8_t code);
    uint8_t code(int i) const;

    uint32_t seen_ : 24 = 0;
    uint32_t count_ : 6 = 0;
    uint32_t flipped_ : 1 = 0;
    std::array<uint32_t, 4> codes_{};       // six codes of five bits in each
};

}  // namespace tcpstate

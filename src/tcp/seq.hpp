// SPDX-License-Identifier: GPL-2.0-or-later
/// Sequence numbers. This is the only code that compares them.
#pragma once
#include <cstdint>

namespace tcpstate {

/// A TCP sequence number: a point on a circle of 2^32 (RFC 9293 3.4). Order is only meaningful for two
/// numbers less than 2^31 apart; every window is far smaller (RFC 7323 2.3).
struct Seq {
    uint32_t value = 0;

    bool operator==(const Seq&) const = default;
};

/// Signed distance from b to a: positive when a lies after b.
constexpr int32_t operator-(Seq a, Seq b) { return static_cast<int32_t>(a.value - b.value); }
constexpr Seq operator+(Seq a, uint32_t n) { return {a.value + n}; }
constexpr Seq operator-(Seq a, uint32_t n) { return {a.value - n}; }
constexpr bool operator<(Seq a, Seq b) { return a - b < 0; }
constexpr bool operator>(Seq a, Seq b) { return a - b > 0; }
constexpr bool operator<=(Seq a, Seq b) { return a - b <= 0; }
constexpr bool operator>=(Seq a, Seq b) { return a - b >= 0; }
constexpr Seq later(Seq a, Seq b) { return a < b ? b : a; }

}  // namespace tcpstate

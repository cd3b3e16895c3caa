// SPDX-License-Identifier: GPL-2.0-or-later
/// Time, in nanoseconds since the epoch, as the capture's clock shows it.
#pragma once
#include <cstdint>

namespace tcpstate {

/// Nanoseconds from `since` to `now`. A clock may be set back, merged captures have several, and a hostile file holds
/// any value. One policy for all of it: where the clock goes back, no time has passed; what does not fit is the largest
/// duration there is. So no duration is ever negative, and no deadline passes because of a clock that was set back.
constexpr int64_t elapsed(int64_t since, int64_t now) {
    if (now <= since) return 0;
    uint64_t const difference = static_cast<uint64_t>(now) - static_cast<uint64_t>(since);
    return difference > INT64_MAX ? INT64_MAX : static_cast<int64_t>(difference);
}

inline constexpr int64_t millisecond = 1'000'000;
inline constexpr int64_t second = 1'000'000'000;

}  // namespace tcpstate

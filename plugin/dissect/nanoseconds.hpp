// SPDX-License-Identifier: GPL-2.0-or-later
/// Wireshark's times as the core has them.
#pragma once
#include <algorithm>
#include <cstdint>

#include "compat.hpp"

namespace tcpstate {

/// In nanoseconds. A file can claim any time: what is more than 146 years from the epoch counts as 146 years, so that
/// any two times can be subtracted.
inline int64_t nanoseconds(const nstime_t& time) {
    constexpr int64_t most = INT64_MAX / 2 / 1'000'000'000 - 1;
    int64_t const seconds = std::clamp<int64_t>(static_cast<int64_t>(time.secs), -most, most);
    return seconds * 1'000'000'000 + std::clamp(time.nsecs, 0, 999'999'999);
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// Statistics > TCP State and tshark -z tcpstate,tree: how many connections ended how, and why.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "compat.hpp"
#include "verdict.hpp"

#include <epan/stats_tree.h>

namespace tcpstate {

enum class HalfOpenResult : uint8_t { Never, Suspected, Recovered, Confirmed, Count };

/// What a connection is counted as at present; it can move from one count to another with every segment.
struct ConnectionCount {
    Outcome outcome = Outcome::Unknown;
    HalfOpenResult half_open = HalfOpenResult::Never;
    bool is_counted : 1 = false;
    bool half_closed : 1 = false;
    bool half_closed_data : 1 = false;
    bool half_closed_long : 1 = false;
    bool embryonic : 1 = false;
};

/// The figures of one tree.
struct TreeCounts {
    std::vector<ConnectionCount> by_conn;
    uint32_t session = 0;
    uint32_t newest_frame = 0;
    int connections = 0, half_open = 0, half_closed = 0, half_closed_data = 0, half_closed_long = 0, embryonic = 0;
    std::array<int, static_cast<size_t>(Outcome::Count)> by_outcome{};
    std::array<int, static_cast<size_t>(HalfOpenResult::Count)> by_half_open{};
};

void register_statistics();

}  // namespace tcpstate

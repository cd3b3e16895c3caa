// SPDX-License-Identifier: GPL-2.0-or-later
/// Idle timeouts of middleboxes and hosts by default, from timeouts.tsv.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "json.hpp"

namespace tcpstate {

struct IdleTimeout {
    uint32_t seconds = 0;
    std::string_view product, note, source, date;
};

/// How far from its time a timer seems to fire, in ns: clocks tick, and the last segment is seen late.
int64_t tolerance_of_timer(int64_t time);

/// In order of their seconds.
std::span<const IdleTimeout> idle_timeouts();
/// Adds the list.
void add_idle_timeouts(Json& json);

}  // namespace tcpstate

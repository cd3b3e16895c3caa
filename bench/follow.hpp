// SPDX-License-Identifier: GPL-2.0-or-later
/// The core alone on traffic in memory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "traffic.hpp"

namespace tcpstate::bench {

std::vector<Packet> packets_of(Mix mix, uint32_t segments, uint32_t connections);

/// Does with each segment what the plugin does with it and returns how many connections it found. Never inlined and
/// with a plain name, so that valgrind can be told to count within it.
extern "C" uint32_t follow(const Packet* packets, size_t count);

}  // namespace tcpstate::bench

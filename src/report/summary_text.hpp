// SPDX-License-Identifier: GPL-2.0-or-later
/// A capture in one screen: how connections ended, why they were reset, and where to look first.
#pragma once
#include <cstdio>

#include "connection_rows.hpp"
#include "tracker.hpp"

namespace tcpstate {

void print_summary(const ConnectionRows& rows, const Tracker& tracker, std::FILE* to);

}  // namespace tcpstate

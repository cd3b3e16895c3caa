// SPDX-License-Identifier: GPL-2.0-or-later
/// The story of one connection as text: a line per segment, with the states after it and what it meant.
/// In a window (Tools > TCP State) and as tshark -z tcpstate,timeline,CONN.
#pragma once
#include <string>
#include <vector>

#include "dissection.hpp"
#include "segment.hpp"

namespace tcpstate {

struct TimelineEntry {
    int64_t time = 0;
    uint32_t frame = 0;
    Verdict verdict;
};

/// Empty sockets are left out.
struct Sockets {
    Socket client, server;
};

std::string timeline(const Session& session, uint32_t conn, const Sockets& sockets,
                     const std::vector<TimelineEntry>& entries);

/// -z tcpstate,timeline,CONN
void register_timeline();

}  // namespace tcpstate

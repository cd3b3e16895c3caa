// SPDX-License-Identifier: GPL-2.0-or-later
/// The story of one connection as text: a line per segment with its flags, length and relative numbers, the states
/// after it (? where presumed), and below it what it meant.
#pragma once
#include <string>
#include <vector>

#include "segment.hpp"
#include "tracker.hpp"
#include "verdict.hpp"

namespace tcpstate {

struct TimelineEntry {
    int64_t time = 0;
    uint32_t frame = 0;
    Verdict verdict;
    bool has_header = false;  ///< whether the rest is known: not of an ICMP error
    uint8_t flags = 0;
    Seq seq{}, ack{};
    uint32_t length = 0;  ///< of the payload
};

/// Empty sockets are left out.
struct Sockets {
    Socket client, server;
};

struct Timeline {
    uint32_t conn = 0;
    Sockets sockets;
    std::vector<TimelineEntry> entries;

    /// Takes in a segment of the connection, or an ICMP error; `path` is that of the former.
    void note(const Path& path, const TimelineEntry& entry);
};

/// `whole`: the tracker has seen the whole capture, and what later frames teach is told too.
std::string print(const Timeline& timeline, const Tracker& tracker, bool whole);

}  // namespace tcpstate

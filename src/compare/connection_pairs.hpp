// SPDX-License-Identifier: GPL-2.0-or-later
/// Which connection of one capture point is which of another: by addresses, by initial sequence numbers (behind a
/// NAT), or by numbers that were shifted (behind a proxy that keeps TCP).
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "capture_point.hpp"

namespace tcpstate {

struct ConnectionPair {
    uint32_t a = 0, b = 0;  ///< indices of the connections at the two points
    bool swapped = false;   ///< who is called client at one point is the server at the other (guessed in mid-stream)
    /// By Role at `a`: what is added to a number at `a` to get the one at `b`.
    std::array<uint32_t, 2> shift{};

    Role role_at_b(Role at_a) const { return swapped ? other(at_a) : at_a; }
    Role role_at_a(Role at_b) const { return swapped ? other(at_b) : at_b; }
    bool shifted() const { return shift[0] != 0 || shift[1] != 0; }
};

/// What one point takes for a connection of its own though it is a part of another one: a RST or a SYN that came out of
/// order, a NAT that has chosen another port. Throws std::bad_alloc.
void join_fragments(CapturePoint& a, CapturePoint& b);

/// Each connection is in one pair at most. Throws std::bad_alloc.
std::vector<ConnectionPair> pair_connections(const CapturePoint& a, const CapturePoint& b);

}  // namespace tcpstate

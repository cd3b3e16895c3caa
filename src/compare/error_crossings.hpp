// SPDX-License-Identifier: GPL-2.0-or-later
/// What became of ICMP errors between two capture points: who said so, and whether it arrived.
#pragma once
#include <cstdint>
#include <vector>

#include "fates.hpp"

namespace tcpstate {

/// An ICMP error on its way to the end that it tells.
struct ErrorCrossing {
    int64_t time = 0;                     ///< when it was seen first, by A's clock
    int64_t delay = 0;                    ///< with Passed: until it was seen again
    uint32_t a = no_index, b = no_index;  ///< indices of the error at either point, no_index: not seen there
    Fate fate = Fate::Passed;             ///< Passed, Lost, Injected (a box between the points made it), or Outside
    Role told = Role::Client;             ///< as A names it
    bool from_a = true;                   ///< it travels from A to B
    bool sure = true;                     ///< false: the other point's capture may have missed it
};

/// All ICMP errors of the connection in the order of their times.
std::vector<ErrorCrossing> judge_errors(const TwoPoints& points, const PairedConnection& connection, bool client_at_a);

}  // namespace tcpstate

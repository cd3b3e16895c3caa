// SPDX-License-Identifier: GPL-2.0-or-later
/// Makes the changes that were found beforehand, and reads off the verdict. Nothing is decided here.
#pragma once
#include "connection.hpp"
#include "facts.hpp"
#include "resets.hpp"

namespace tcpstate {

/// \name Each may throw std::bad_alloc, and then leaves a connection of which only the destructor may be called.
/// @{
void apply(const Facts& facts, const Segment& segment, Side from, Connection& connection, Hindsight& hindsight);
void apply(const ResetFacts& facts, const Segment& segment, Side from, Connection& connection, Hindsight& hindsight);
void apply(const Moves& moves, const IcmpError& error, Side from, Connection& connection);
/// @}

/// What holds after the segment, whatever it was. `verdict` is as it was made.
void read_off(Connection& connection, const Moves& moves, int64_t now, Verdict& verdict);
/// A copy of the latest segment or of one a moment before: nothing changes.
void read_off_copy(Connection& connection, const Segment& segment, Side from, Verdict& verdict);
void read_off(Connection& connection, const Facts& facts, const Segment& segment, Verdict& verdict);
void read_off(Connection& connection, const ResetFacts& facts, const Segment& segment, Verdict& verdict);

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate compare: what two or more capture points of one path say together.
#pragma once
#include "comparison.hpp"
#include "reading.hpp"

namespace tcpstate {

struct CompareOptions {
    bool ordered = false;  ///< the files are in the order of the path, from client to server
    bool json = false;
    ComparisonOptions printed;
};

/// Reads each file (of a single file, each interface) as a capture point, and prints what they say together. Throws
/// std::runtime_error, std::invalid_argument, std::bad_alloc.
Ending compare(const ReadingOptions& reading, const CompareOptions& options);

}  // namespace tcpstate

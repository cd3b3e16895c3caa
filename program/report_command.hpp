// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate report: a capture as a page for a browser.
#pragma once
#include <string>

#include "page.hpp"
#include "reading.hpp"

namespace tcpstate {

struct ReportOptions {
    std::string output;    ///< "-": standard output
    bool ordered = false;  ///< the files are in the order of the path, from client to server
    PageOptions page;
};

/// Of one file, or of several that are points of one path. Throws std::runtime_error, std::invalid_argument,
/// std::bad_alloc.
Ending report(const ReadingOptions& reading, const ReportOptions& options);

}  // namespace tcpstate

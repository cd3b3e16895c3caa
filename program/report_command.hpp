// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate report: a capture as a page for a browser.
#pragma once
#include <string>

#include "page.hpp"
#include "reading.hpp"

namespace tcpstate {

struct ReportOptions {
    std::string output;  ///< "-": standard output
    PageOptions page;
};

/// Throws std::runtime_error, std::invalid_argument, std::bad_alloc.
Ending report(const ReadingOptions& reading, const ReportOptions& options);

}  // namespace tcpstate

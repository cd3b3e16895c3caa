// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare_command.hpp"

#include <cstdio>
#include <stdexcept>
#include <utility>

#include "capture_points.hpp"

namespace tcpstate {

Ending compare(const ReadingOptions& reading, const CompareOptions& options) {
    CapturePoints read = read_points(reading);
    if (!read.are_complete()) return read.ending;
    Comparison const comparison(std::move(read.points), options.ordered);
    require_common(comparison);
    require_connection(options.printed.conn, comparison.connections().size());
    (options.json ? print_json : print_text)(
        comparison, options.printed, [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); });
    return read.ending;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// The report of a capture: one page of HTML with all its data (tcpstate report).
#pragma once
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page_source.hpp"

namespace tcpstate {

struct PageOptions {
    std::string version;              ///< of the program
    std::vector<std::string> points;  ///< names of the capture points, from the client to the server
    bool hide_answers = false;        ///< the reader is to find them
    std::optional<uint32_t> conn;     ///< only this connection
};

/// Takes the page, piece by piece.
using PageSink = std::function<void(std::string_view piece)>;

/// Throws std::bad_alloc, and what the sink throws.
void write_page(const PageSource& source, const PageOptions& options, const PageSink& sink);

}  // namespace tcpstate

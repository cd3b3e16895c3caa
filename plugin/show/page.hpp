// SPDX-License-Identifier: GPL-2.0-or-later
/// The page that the program makes of the open capture (`tcpstate report`), in the browser.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace tcpstate {

/// Lets the program write the page of `capture`, of one connection only if `conn` is given, into a temporary file, and
/// opens it. Meanwhile the window waits, about twice as long as `tcpstate connections` takes. Returns what went wrong,
/// for people; empty: nothing. Throws std::bad_alloc.
std::string open_page(const std::string& capture, std::optional<uint32_t> conn);

}  // namespace tcpstate

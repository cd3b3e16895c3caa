// SPDX-License-Identifier: GPL-2.0-or-later
/// JSON inside of HTML.
#pragma once
#include <string>
#include <string_view>

namespace tcpstate {

/// As a string of JSON that no HTML parser takes for anything but text, whatever bytes it has: markup is escaped, and
/// what is no UTF-8 becomes U+FFFD.
void add_inline_json_string(std::string_view text, std::string& json);

}  // namespace tcpstate

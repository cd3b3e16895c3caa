// SPDX-License-Identifier: GPL-2.0-or-later
/// Files that are part of the program (cmake/embed.cmake).
#pragma once
#include <string_view>

namespace tcpstate::embedded {

std::string_view timeouts();  ///< timeouts.tsv
std::string_view page();      ///< the page without its data

}  // namespace tcpstate::embedded

// SPDX-License-Identifier: GPL-2.0-or-later
/// Pieces of sentences.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "compiler.hpp"
#include "segment.hpp"

namespace tcpstate {

/// As printf does; what does not fit into 1 KB is cut off.
TCPSTATE_PRINTF(1, 2) std::string format(const char* pattern, ...);
/// "frames 3, 4 and 5 of A"; of many only the first.
std::string frames(const std::vector<uint32_t>& list, char point);
std::string rounded(int64_t nanoseconds);
std::string socket_text(const Socket& socket);
std::string address_text(const Address& address);
inline const char* count_of(size_t count, const char* one, const char* many) { return count == 1 ? one : many; }

}  // namespace tcpstate

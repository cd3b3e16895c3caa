// SPDX-License-Identifier: GPL-2.0-or-later
/// How addresses and times are printed.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "segment.hpp"
#include "text.hpp"

namespace tcpstate {

/// An IPv6 address as inet_ntop of the GNU C library prints it, which Wireshark uses too (RFC 5952).
void add_address(const Address& address, Text& text);
/// With its port: 192.0.2.1:80, [2001:db8::1]:80.
void add_socket(const Socket& socket, Text& text);
/// The control bits of a TCP header: SYN,ACK.
void add_flags(uint8_t flags, Text& text);
/// With nine digits after the point.
void add_seconds(int64_t nanoseconds, Text& text);
/// For people: 12.345678901 s as 12.3 s, 0.012345678 s as 12.3 ms.
void add_rounded(int64_t nanoseconds, Text& text);
/// What a noun ends with behind that number.
inline const char* plural(uint64_t n) { return n == 1 ? "" : "s"; }
/// As a string of JSON. No text of ours has control characters.
void add_json_string(std::string_view text, std::string& line);

}  // namespace tcpstate

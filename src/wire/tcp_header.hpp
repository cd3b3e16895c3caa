// SPDX-License-Identifier: GPL-2.0-or-later
/// A TCP header in bytes becomes input of the core.
#pragma once
#include "bytes.hpp"
#include "segment.hpp"

namespace tcpstate {

inline constexpr uint32_t tcp_header_size = 20;     ///< RFC 9293 3.1, without options
inline constexpr uint32_t longest_tcp_header = 60;  ///< with them

/// Reads the header that `captured` begins with: ports, numbers, flags, window, options, the length of the payload.
/// `reported` is the length of header and payload on the wire; not `whole`: of a fragment or a quotation, whose payload
/// has no known length. Returns the header's own length, or 0 when there is no whole header that a host would take for
/// a TCP segment.
uint32_t read_tcp_header(const Bytes& captured, uint32_t reported, bool whole, Path& path, Segment& segment);

/// Notes what a RST carries. The segment then points into `payload`, which must stay while it is observed.
void note_reset_payload(const Bytes& payload, Segment& segment);
/// The most that the above looks at.
inline constexpr uint32_t longest_reset_payload = 255;

}  // namespace tcpstate

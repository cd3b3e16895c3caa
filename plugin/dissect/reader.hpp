// SPDX-License-Identifier: GPL-2.0-or-later
/// The one reader: what Wireshark hands to a dissector becomes input of the core. Checks bounds, never throws.
#pragma once
#include "compat.hpp"
#include "compiler.hpp"
#include "icmp.hpp"
#include "nanoseconds.hpp"
#include "segment.hpp"
#include "tcp_header.hpp"

namespace tcpstate {

/// Reads the TCP header at the start of `tvb`. `ip` is the header that carried it, as Wireshark's IP dissectors
/// pass it on, or null. False when there is no whole header that a host would take for a TCP segment.
TCPSTATE_HOT bool read_segment(tvbuff_t* tvb, const packet_info* pinfo, const void* ip, Path& path, Segment& segment);

/// Reads only whom the TCP header at the start of `tvb` names. False when not even its ports are there.
bool read_path(tvbuff_t* tvb, const packet_info* pinfo, Path& path);

/// When the frame was captured, in nanoseconds since the epoch.
inline int64_t time_of(const packet_info* pinfo) { return nanoseconds(pinfo->abs_ts); }

/// Whether the checksum of the segment at the start of `tvb` is there, can be computed, and is wrong.
bool checksum_is_bad(tvbuff_t* tvb, const packet_info* pinfo);

/// Reads the ICMP (or ICMPv6) message at the start of `tvb`. No verdict when it is not an error.
Quotation read_quotation(tvbuff_t* tvb, const packet_info* pinfo, bool version6);

/// Reads the TCP header at the start of `tvb`, quoted in an ICMP error. Its first 8 bytes suffice. False when it is
/// not the quoted packet's own (the error is then about a tunnel, not about this connection).
bool read_error(tvbuff_t* tvb, const packet_info* pinfo, const Quotation& quotation, IcmpError& error);

/// A number that tells the TCP headers of one frame apart and is the same in every pass: where the header stands in
/// the frame or in the data that was reassembled from it. (Layer and header counts depend on what else is dissected.)
uint16_t header_id_of(tvbuff_t* tvb, const packet_info* pinfo);

}  // namespace tcpstate

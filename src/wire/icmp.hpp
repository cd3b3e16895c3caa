// SPDX-License-Identifier: GPL-2.0-or-later
/// ICMP errors (RFC 792, RFC 4443) and the packets that they quote.
#pragma once
#include "bytes.hpp"
#include "segment.hpp"

namespace tcpstate {

/// What an ICMP error says of the packet below it.
struct Quotation {
    IcmpVerdict verdict = IcmpVerdict::None;
    Address source, destination;  ///< of the quoted packet itself, not of one that it carries
    Address sender{};             ///< of the error
};

inline constexpr uint32_t icmp_header_size = 8;     ///< the quoted packet is behind it
inline constexpr uint32_t quoted_header_size = 40;  ///< of IPv6, the longer one, as far as `read_quotation` looks

/// Reads an ICMP (or ICMPv6) message. No verdict when it is not an error.
Quotation read_quotation(const Bytes& message, bool version6);

/// Reads the quoted TCP header: its first 8 bytes suffice. The addresses of `error.quoted` are already there. False
/// when it is not the quoted packet's own: the error is then about a tunnel, not about this connection.
bool read_quoted_tcp(const Bytes& header, const Quotation& quotation, IcmpError& error);

}  // namespace tcpstate

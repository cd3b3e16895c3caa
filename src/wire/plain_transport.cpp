// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <iterator>

#include "icmp.hpp"
#include "plain_frame.hpp"
#include "tcp_header.hpp"

namespace tcpstate::plain {
namespace {

/// TCP ports of protocols in whose payload Wireshark finds further frames: X.25 over TCP, remote capture, GTP, ATM,
/// Fibre Channel, GTP', Fibre Channel again, OpenFlow (both).
constexpr uint16_t carriers[] = {1998, 2002, 2123, 2152, 2812, 3225, 3386, 3420, 6633, 6653};

/// UDP ports of protocols that carry none: DNS, DHCP, names of NetBIOS, DHCPv6, DNS of the local link. Wireshark asks
/// the dissector of the lower port first, and these take every packet.
constexpr uint16_t plain_udp[] = {53, 67, 68, 137, 546, 547, 5353, 5355};

/// The ports stand in order.
template <size_t size>
bool is_in(const uint16_t (&ports)[size], uint16_t port) {
    if (port < ports[0] || port > ports[size - 1]) return false;
    bool found = false;
    for (uint16_t const each : ports) found |= each == port;
    return found;
}

bool is_error(uint8_t type, bool version6) {
    if (version6) return type >= 1 && type <= 4;                             // RFC 4443 2.1
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;  // RFC 1122 3.2.2
}

/// The quoted packet when it is as plain as others. Its own length may be anything but too small.
Found find_quoted_tcp(const Bytes& quoted, bool version6, Bytes& header) {
    uint32_t const ip = version6 ? 40 : 20;
    if (!quoted.has(ip)) return Found::OddIcmp;
    uint32_t const length = version6 ? ip + quoted.u16(4) : quoted.u16(2);
    bool const usual = version6 ? quoted.u8(0) >> 4 == 6 : quoted.u8(0) == 0x45 && (quoted.u16(6) & 0x3fff) == 0;
    if (!usual || length < ip + 8) return Found::OddIcmp;
    constexpr uint8_t icmp = 1, tcp = 6, udp = 17;
    uint8_t const protocol = quoted.u8(version6 ? 6 : 9);
    if (protocol == udp || (protocol == icmp && !version6)) return Found::NoTcp;
    header = quoted.first(length).from(ip);
    return protocol == tcp ? Found::IcmpError : Found::OddIcmp;
}

}  // namespace

Found read_tcp(const Packet& packet, PlainFrame& plain) {
    const Bytes& bytes = packet.captured;
    // Before anything else: what follows on such a connection depends on what Wireshark knows of it, also by headers
    // that are none.
    if (bytes.has(4) && (is_in(carriers, bytes.u16(0)) || is_in(carriers, bytes.u16(2)))) return Found::Carrier;
    uint32_t const header = read_tcp_header(bytes, packet.length, true, plain.path, plain.segment);
    if (header == 0) return Found::NoTcp;
    plain.payload = bytes.from(header).first(plain.segment.length);
    note_reset_payload(plain.payload, plain.segment);
    return Found::Segment;
}

Found read_udp(const Packet& packet) {
    if (!packet.captured.has(8)) return Found::NoTcp;
    return is_in(plain_udp, std::min(packet.captured.u16(0), packet.captured.u16(2))) ? Found::NoTcp : Found::Udp;
}

Found read_icmp(const Packet& packet, bool version6, PlainFrame& plain) {
    const Bytes& message = packet.captured;
    if (!message.has(icmp_header_size)) return Found::NoTcp;
    uint8_t const type = message.u8(0);
    if (!is_error(type, version6)) return version6 && type < 128 ? Found::OddIcmp : Found::NoTcp;
    // RFC 4884: where there are extensions, a length says where the quotation ends.
    if (message.u8(version6 ? 4 : 5) != 0 && type != 5 && type != 2) return Found::OddIcmp;
    Bytes header;
    Found const found = find_quoted_tcp(message.from(icmp_header_size), version6, header);
    if (found != Found::IcmpError) return found;
    Quotation const quotation = read_quotation(message, version6);
    plain.error.sender = plain.path.source.address;
    plain.error.quoted.source.address = quotation.source;
    plain.error.quoted.destination.address = quotation.destination;
    return read_quoted_tcp(header, quotation, plain.error) ? Found::IcmpError : Found::NoTcp;
}

}  // namespace tcpstate::plain

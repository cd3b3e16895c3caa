// SPDX-License-Identifier: GPL-2.0-or-later
#include "plain_frame.hpp"

namespace tcpstate::plain {
namespace {

namespace protocol {
constexpr uint8_t hop_by_hop = 0, icmp = 1, igmp = 2, tcp = 6, udp = 17, fragment = 44, icmpv6 = 58, none = 59,
                  destination_options = 60, eigrp = 88, ospf = 89, vrrp = 112;
}

/// What only one version of IP has is the caller's.
Found read_payload(uint8_t next, const Packet& packet, PlainFrame& plain) {
    switch (next) {
        case protocol::tcp: return read_tcp(packet, plain);
        case protocol::udp: return read_udp(packet);
        case protocol::eigrp:
        case protocol::ospf:
        case protocol::vrrp: return Found::NoTcp;
        default: return Found::Tunnel;
    }
}

/// Only options that change nothing: padding, and the one that asks routers to look (RFC 2711).
bool are_harmless(const Bytes& options) {
    constexpr uint8_t pad_one = 0, pad = 1, router_alert = 5;
    for (uint32_t at = 0; at < options.size;) {
        uint8_t const type = options.u8(at);
        if (type == pad_one) {
            ++at;
            continue;
        }
        if ((type != pad && type != router_alert) || at + 1 >= options.size) return false;
        at += 2U + options.u8(at + 1);
        if (at > options.size) return false;
    }
    return true;
}

/// Goes past extension headers that do not matter. Anything but NoTcp: what is in the way.
Found skip_extensions(uint8_t& next, Packet& packet) {
    for (int count = 0; (next == protocol::hop_by_hop && count == 0) || next == protocol::destination_options;
         ++count) {
        const Bytes& bytes = packet.captured;
        if (count == 4 || !bytes.has(8)) return Found::OddHeader;
        uint32_t const size = 8U * (bytes.u8(1) + 1U);
        if (!bytes.has(size) || !are_harmless(bytes.first(size).from(2))) return Found::OddHeader;
        next = bytes.u8(0);
        packet = packet.from(size);
    }
    return next == protocol::fragment ? Found::Fragment : Found::NoTcp;
}

}  // namespace

Found read_ipv4(const Packet& packet, PlainFrame& plain) {
    constexpr uint32_t header = 20;
    const Bytes& bytes = packet.captured;
    if (!bytes.has(header)) return Found::NoTcp;
    uint32_t const length = bytes.u16(2);
    if (bytes.u8(0) != 0x45) return bytes.u8(0) > 0x45 && bytes.u8(0) < 0x50 ? Found::IpOptions : Found::OddHeader;
    if (length < header || length > packet.length) return Found::OddHeader;  // 0: left to the network card
    constexpr uint16_t more_fragments_or_offset = 0x3fff;
    if ((bytes.u16(6) & more_fragments_or_offset) != 0) return Found::Fragment;

    take_address(bytes, 12, 4, plain.path.source.address);
    take_address(bytes, 16, 4, plain.path.destination.address);
    plain.segment.ttl = bytes.u8(8);
    plain.segment.ip_id = bytes.u16(4);
    uint8_t const next = bytes.u8(9);
    Packet const payload = packet.first(length).from(header);
    if (next == protocol::icmp) return read_icmp(payload, false, plain);
    return next == protocol::igmp ? Found::NoTcp : read_payload(next, payload, plain);
}

Found read_ipv6(const Packet& packet, PlainFrame& plain) {
    constexpr uint32_t header = 40;
    const Bytes& bytes = packet.captured;
    if (!bytes.has(header)) return Found::NoTcp;
    uint32_t const length = bytes.u16(4);
    if (bytes.u8(0) >> 4 != 6 || length == 0 || header + length > packet.length) return Found::OddHeader;

    take_address(bytes, 8, 16, plain.path.source.address);
    take_address(bytes, 24, 16, plain.path.destination.address);
    plain.segment.ttl = bytes.u8(7);
    plain.segment.ip_id = 0;
    uint8_t next = bytes.u8(6);
    Packet payload = packet.first(header + length).from(header);
    Found const obstacle = skip_extensions(next, payload);
    if (obstacle != Found::NoTcp) return obstacle;
    if (next == protocol::icmpv6) return read_icmp(payload, true, plain);
    return next == protocol::none ? Found::NoTcp : read_payload(next, payload, plain);
}

}  // namespace tcpstate::plain

// SPDX-License-Identifier: GPL-2.0-or-later
#include "plain_frame.hpp"

#include <iterator>

namespace tcpstate {
namespace {

using namespace plain;

namespace ethertype {
constexpr uint16_t ipv4 = 0x0800, ipv6 = 0x86dd, vlan = 0x8100;
/// None of these carries TCP: ARP, RARP, slow protocols, 802.1X, LLDP, PTP, configuration test.
constexpr uint16_t without_tcp[] = {0x0806, 0x8035, 0x8809, 0x888e, 0x88cc, 0x88f7, 0x9000};
constexpr uint16_t longest_length = 1500;  // IEEE 802.3: up to here it is no type
}  // namespace ethertype

Found read_network(uint16_t type, const Packet& packet, PlainFrame& plain) {
    if (type == ethertype::ipv4) return read_ipv4(packet, plain);
    if (type == ethertype::ipv6) return read_ipv6(packet, plain);
    for (uint16_t const without : ethertype::without_tcp)
        if (type == without) return Found::NoTcp;
    return Found::OddNetwork;
}

/// Behind a type that may be that of a VLAN tag; two of them at most.
Found read_tagged(uint16_t type, Packet packet, PlainFrame& plain) {
    for (int tags = 0; type == ethertype::vlan; ++tags) {
        if (tags == 2) return Found::OddNetwork;
        if (!packet.captured.has(4)) return Found::NoTcp;
        type = packet.captured.u16(2);
        packet = packet.from(4);
    }
    return read_network(type, packet, plain);
}

Found read_ethernet(const Packet& packet, PlainFrame& plain) {
    constexpr uint32_t header = 14;
    const Bytes& bytes = packet.captured;
    if (!bytes.has(header)) return Found::NoTcp;
    uint16_t const type = bytes.u16(12);
    if (type > ethertype::longest_length) return read_tagged(type, packet.from(header), plain);
    constexpr uint16_t spanning_tree = 0x4242;  // both service access points of IEEE 802.2
    return bytes.has(header + 2) && bytes.u16(header) == spanning_tree ? Found::NoTcp : Found::OddNetwork;
}

/// Linux's cooked headers show the hardware, and what they mean depends on it.
bool is_usual_hardware(uint16_t type) {
    constexpr uint16_t ethernet = 1, loopback = 772, none = 0xfffe;  // ARPHRD_ETHER, _LOOPBACK, _NONE
    return type == ethernet || type == loopback || type == none;
}

Found read_cooked(const Packet& packet, uint32_t header, uint32_t hardware, uint32_t type, PlainFrame& plain) {
    const Bytes& bytes = packet.captured;
    if (!bytes.has(header)) return Found::NoTcp;
    if (!is_usual_hardware(bytes.u16(hardware))) return Found::OddLink;
    return read_tagged(bytes.u16(type), packet.from(header), plain);
}

Found read_raw_ip(const Packet& packet, PlainFrame& plain) {
    const Bytes& bytes = packet.captured;
    if (!bytes.has(20)) return Found::OddLink;
    // Old PPP drivers put other things before the packet, which Wireshark looks for.
    constexpr uint16_t ppp = 0xff03;
    if (bytes.u16(1) == ppp || bytes.u16(6) == ppp) return Found::OddLink;
    if (bytes.u8(0) >> 4 == 4) return read_ipv4(packet, plain);
    return bytes.u8(0) >> 4 == 6 ? read_ipv6(packet, plain) : Found::OddLink;
}

/// An address family in 4 bytes: those of the machine that captured, or with Loop in network order.
Found read_family(const Packet& packet, bool in_network_order, PlainFrame& plain) {
    const Bytes& bytes = packet.captured;
    if (!bytes.has(4)) return Found::NoTcp;
    uint32_t family = bytes.u32(0);
    if (!in_network_order && (family & 0x00ffffff) == 0) family >>= 24;
    switch (family) {
        case 2: return read_ipv4(packet.from(4), plain);
        case 24:  // NetBSD and OpenBSD
        case 28:  // FreeBSD
        case 30:  // macOS
            return read_ipv6(packet.from(4), plain);
        default: return Found::OddNetwork;
    }
}

}  // namespace

const char* name(Found found) {
    static constexpr const char* names[] = {"TCP segment",
                                            "ICMP error about a segment",
                                            "no TCP",
                                            "unusual link layer",
                                            "unusual network protocol",
                                            "unusual IP header",
                                            "IP options",
                                            "IP fragment",
                                            "UDP",
                                            "tunnel",
                                            "TCP port that carries frames",
                                            "unusual ICMP"};
    static_assert(std::size(names) == static_cast<size_t>(Found::Count));
    return names[static_cast<size_t>(found)];
}

Found read_plain(const Frame& frame, PlainFrame& plain) {
    Packet const packet{frame.captured, frame.length};
    if (frame.captured.size > frame.length) return Found::OddLink;
    switch (frame.link) {
        case LinkLayer::Ethernet: return read_ethernet(packet, plain);
        case LinkLayer::LinuxCooked: return read_cooked(packet, 16, 2, 14, plain);
        case LinkLayer::LinuxCooked2: return read_cooked(packet, 20, 8, 0, plain);
        case LinkLayer::RawIp: return read_raw_ip(packet, plain);
        case LinkLayer::RawIpv6: return read_ipv6(packet, plain);
        case LinkLayer::Null: return read_family(packet, false, plain);
        case LinkLayer::Loop: return read_family(packet, true, plain);
        case LinkLayer::Other: break;
    }
    return Found::OddLink;
}

}  // namespace tcpstate

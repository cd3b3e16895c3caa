// SPDX-License-Identifier: GPL-2.0-or-later
/// The plain way from a frame to its TCP segment: only where it is certain that Wireshark would hand the same bytes to
/// TCP. Whatever is odd is left to Wireshark. Total, and without an allocation.
#pragma once
#include "bytes.hpp"
#include "segment.hpp"

namespace tcpstate {

/// What a frame begins with.
enum class LinkLayer : uint8_t { Ethernet, LinuxCooked, LinuxCooked2, RawIp, Null, Loop, Other };

/// What is in a frame. From OddLink on it is not plain, and this is why.
enum class Found : uint8_t {
    Segment,
    IcmpError,
    NoTcp,  ///< certainly none
    OddLink,
    OddNetwork,
    OddHeader,
    IpOptions,
    Fragment,
    Udp,
    Tunnel,
    Carrier,
    OddIcmp,
    Count
};
constexpr bool is_plain(Found found) { return found < Found::OddLink; }
/// In words, for people.
const char* name(Found found);

/// A frame as a capture has it: cut short perhaps, but its length on the wire is known.
struct Frame {
    LinkLayer link;
    Bytes captured;
    uint32_t length;
};

/// What is filled in depends on what was found. Frame numbers and times are the caller's.
struct PlainFrame {
    Path path;
    Segment segment;  ///< points into the frame; to be blank before
    Bytes payload;    ///< of the segment, as far as it was captured; points into the frame too
    IcmpError error;
};

Found read_plain(const Frame& frame, PlainFrame& plain);

namespace plain {

/// A packet within a frame: as far as it was captured, and its length on the wire.
struct Packet {
    Bytes captured;
    uint32_t length;

    Packet from(uint32_t at) const { return {captured.from(at), length > at ? length - at : 0}; }
    Packet first(uint32_t count) const { return {captured.first(count), std::min(length, count)}; }
};

Found read_ipv4(const Packet& packet, PlainFrame& plain);
Found read_ipv6(const Packet& packet, PlainFrame& plain);
/// \name What IP carries. The addresses of the path are known, and what IP says of the segment.
/// @{
Found read_tcp(const Packet& packet, PlainFrame& plain);
Found read_udp(const Packet& packet);
Found read_icmp(const Packet& packet, bool version6, PlainFrame& plain);
/// @}

}  // namespace plain
}  // namespace tcpstate

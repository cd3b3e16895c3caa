// SPDX-License-Identifier: GPL-2.0-or-later
/// The one input of the core: a TCP segment as a capture shows it, free of any capture library.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "seq.hpp"

namespace tcpstate {

/// Control bits of the TCP header (RFC 9293 3.1), as they stand in its 14th byte.
namespace flag {
inline constexpr uint8_t Fin = 0x01, Syn = 0x02, Rst = 0x04, Psh = 0x08, Ack = 0x10, Urg = 0x20;
}

/// An IPv4 or IPv6 address. `length` is 4 or 16; the bytes behind it are zero, so that equality is bytewise.
struct Address {
    std::array<uint8_t, 16> bytes{};
    uint16_t length = 0;
    bool operator==(const Address&) const = default;
};

struct Socket {
    Address address;
    uint16_t port = 0;
    bool operator==(const Socket&) const = default;
};

/// Source and destination of one segment, in the direction in which it travels.
struct Path {
    Socket source, destination;
};

/// No window scale option in this segment.
inline constexpr uint8_t no_scale = 0xff;
/// No MP_TCPRST option in this segment.
inline constexpr uint8_t no_mptcp_reason = 0xff;

/// The TTL of a segment that came over something else than IP.
inline constexpr int16_t unknown_ttl = -1;

/// What every segment has. Half a cache line, copied as a whole.
struct SegmentHeader {
    int64_t time = 0;    ///< nanoseconds since the epoch
    uint32_t frame = 0;  ///< frame number of the capture, 1-based
    Seq ack;             ///< meaningful only with flag::Ack
    Seq seq;
    uint32_t length = 0;        ///< payload bytes (of the header's promise, not of what was captured)
    uint16_t window = 0;        ///< as it stands in the header, unscaled
    uint16_t ip_id = 0;         ///< identification of the IPv4 header; 0 for IPv6
    int16_t ttl = unknown_ttl;  ///< TTL or hop limit, 0 to 255
    uint8_t flags = 0;
    uint8_t scale = no_scale;  ///< shift count of the window scale option (RFC 7323 2.2)
};
static_assert(sizeof(SegmentHeader) == 32);

struct Segment : SegmentHeader {
    bool length_known = true;                ///< false for an IP fragment or a header that promises nonsense
    bool has_timestamp = false;              ///< the timestamps option is present (RFC 7323 3.2)
    bool has_sack = false;                   ///< a SACK block is present (RFC 2018)
    bool has_dsack = false;                  ///< that block reports data that arrived twice (RFC 2883 4)
    Seq sack_right;                          ///< right edge of its first (most recent) block
    uint32_t timestamp = 0;                  ///< TSval, with has_timestamp
    uint8_t mptcp_reason = no_mptcp_reason;  ///< reason of the MP_TCPRST option (RFC 8684 3.6)
    /// What a RST carries (RFC 1122 4.2.2.12), as far as it was captured and at most 255 bytes. Points into the packet:
    /// valid only while the segment is observed. nullptr and 0 for any other segment.
    uint8_t reset_payload_length = 0;
    const uint8_t* reset_payload = nullptr;

    bool has(uint8_t bits) const { return (flags & bits) == bits; }
    bool any(uint8_t bits) const { return (flags & bits) != 0; }
    /// Length in sequence space: payload, SYN and FIN count one each (RFC 9293 3.4).
    uint32_t span() const { return length + (any(flag::Syn) ? 1 : 0) + (any(flag::Fin) ? 1 : 0); }
    Seq end() const { return seq + span(); }
    /// An acknowledgment and nothing else.
    bool pure_ack() const {
        return length == 0 && (flags & (flag::Ack | flag::Syn | flag::Fin | flag::Rst)) == flag::Ack;
    }
};

/// What an ICMP error says about the segment that it quotes (RFC 792, RFC 4443).
enum class IcmpVerdict : uint8_t { None, Unreachable, PortUnreachable, Prohibited, TooBig, TimeExceeded, Other, Count };

/// An ICMP error that quotes a TCP header. `quoted` is the direction of the quoted segment.
struct IcmpError {
    uint32_t frame = 0;
    int64_t time = 0;
    Path quoted;
    Seq seq;  ///< of the quoted header
    IcmpVerdict verdict = IcmpVerdict::None;
    Address sender{};  ///< who says so; of length 0 where that is not known
};

}  // namespace tcpstate

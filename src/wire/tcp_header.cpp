// SPDX-License-Identifier: GPL-2.0-or-later
#include "tcp_header.hpp"

namespace tcpstate {
namespace {

/// Timestamps and nothing else, as RFC 7323 appendix A recommends: nearly all segments.
bool has_only_timestamps(const Bytes& header) {
    return header.size == tcp_header_size + 12 && header.u32(tcp_header_size) == 0x0101080a;
}

void read_options(const Bytes& header, Segment& segment) {
    if (has_only_timestamps(header)) {
        segment.has_timestamp = true;
        segment.timestamp = header.u32(tcp_header_size + 4);
        return;
    }
    uint32_t at = tcp_header_size;
    while (at < header.size) {
        uint8_t const kind = header.u8(at);
        if (kind == 0) break;  // end of options
        if (kind == 1) {       // no operation
            ++at;
            continue;
        }
        if (at + 1 >= header.size) break;
        uint8_t const length = header.u8(at + 1);
        if (length < 2 || at + length > header.size) break;
        if (kind == 3 && length == 3) segment.scale = std::min<uint8_t>(header.u8(at + 2), 14);  // RFC 7323 2.3
        if (kind == 5 && length >= 10) {
            segment.has_sack = true;
            segment.sack_right = Seq{header.u32(at + 6)};
        }
        if (kind == 8 && length == 10) {
            segment.has_timestamp = true;
            segment.timestamp = header.u32(at + 2);
        }
        constexpr uint8_t mptcp = 30, tcprst = 8;  // RFC 8684 3.6
        if (kind == mptcp && length == 4 && header.u8(at + 2) >> 4 == tcprst) segment.mptcp_reason = header.u8(at + 3);
        at += length;
    }
}

}  // namespace

uint32_t read_tcp_header(const Bytes& captured, uint32_t reported, bool whole, Path& path, Segment& segment) {
    if (!captured.has(tcp_header_size)) return 0;
    uint32_t const promised = static_cast<uint32_t>(captured.u8(12) >> 4) * 4;
    if (promised < tcp_header_size) return 0;  // RFC 9293 3.1: every host discards it

    path.source.port = captured.u16(0);
    path.destination.port = captured.u16(2);
    segment.seq = Seq{captured.u32(4)};
    segment.ack = Seq{captured.u32(8)};
    segment.flags = captured.u8(13);
    segment.window = captured.u16(14);
    segment.length_known = whole && reported >= promised;
    if (segment.length_known) segment.length = reported - promised;
    read_options(captured.first(promised), segment);
    return promised;
}

void note_reset_payload(const Bytes& payload, Segment& segment) {
    if (!segment.any(flag::Rst)) return;
    uint32_t const size = std::min({payload.size, segment.length, longest_reset_payload});
    if (size == 0) return;
    segment.reset_payload = payload.data;
    segment.reset_payload_length = static_cast<uint8_t>(size);
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader.hpp"

#include <algorithm>

namespace tcpstate {
namespace {

constexpr unsigned header_size = 20;  // RFC 9293 3.1, without options

/// Bytes that are there, and nothing beyond them.
struct Bytes {
    const uint8_t* data;
    unsigned size;

    uint8_t u8(unsigned at) const { return data[at]; }
    uint16_t u16(unsigned at) const { return static_cast<uint16_t>(data[at] << 8 | data[at + 1]); }
    uint32_t u32(unsigned at) const { return static_cast<uint32_t>(u16(at)) << 16 | u16(at + 2); }
};

/// The first bytes of `tvb`, at most `limit`, as far as they were captured.
Bytes bytes_of(tvbuff_t* tvb, unsigned limit) {
    unsigned const size = std::min<unsigned>(limit, tvb_captured_length(tvb));
    return {size > 0 ? tvb_get_ptr(tvb, 0, static_cast<int>(size)) : nullptr, size};
}

/// With sizes that the compiler knows each copy is a move or two and no call.
inline void read_address(const address& from, Address& to) {
    uint8_t* const bytes = to.bytes.data();
    if (from.type == AT_IPv4 && from.len == 4) {
        to.length = 4;
        std::memcpy(bytes, from.data, 4);
        std::memset(bytes + 4, 0, 12);
        return;
    }
    to.length = 16;
    if (from.len >= 16 && from.data != nullptr) {
        std::memcpy(bytes, from.data, 16);
        return;
    }
    std::memset(bytes, 0, 16);
    // Whatever is neither IPv4 nor IPv6 is told apart by its bytes all the same.
    if (from.len > 0 && from.data != nullptr) std::memcpy(bytes, from.data, static_cast<size_t>(from.len));
}

Address address_at(const Bytes& bytes, unsigned at, uint8_t length) {
    Address to;
    to.length = length;
    std::memcpy(to.bytes.data(), bytes.data + at, length);
    return to;
}

inline void read_path(const Bytes& header, const packet_info* pinfo, Path& path) {
    read_address(pinfo->src, path.source.address);
    read_address(pinfo->dst, path.destination.address);
    path.source.port = header.u16(0);
    path.destination.port = header.u16(2);
}

/// Timestamps and nothing else, as RFC 7323 appendix A recommends: nearly all segments.
bool has_only_timestamps(const Bytes& header) {
    return header.size == header_size + 12 && header.u32(header_size) == 0x0101080a;
}

void read_options(const Bytes& header, Segment& segment) {
    if (has_only_timestamps(header)) {
        segment.has_timestamp = true;
        return;
    }
    unsigned at = header_size;
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
        if (kind == 8 && length == 10) segment.has_timestamp = true;
        constexpr uint8_t mptcp = 30, tcprst = 8;  // RFC 8684 3.6
        if (kind == mptcp && length == 4 && header.u8(at + 2) >> 4 == tcprst) segment.mptcp_reason = header.u8(at + 3);
        at += length;
    }
}

void read_ip(const void* ip, Segment& segment) {
    if (ip == nullptr) return;
    if (const auto* v4 = static_cast<const ws_ip4*>(ip); v4->ip_ver == 4) {
        segment.ttl = v4->ip_ttl;
        segment.ip_id = v4->ip_id;
    } else if (const auto* v6 = static_cast<const ws_ip6*>(ip); v6->ip6_ver == 6) {
        segment.ttl = v6->ip6_hop;
    }
}

/// Points into the packet: the segment is observed while that is there.
void read_reset_payload(tvbuff_t* tvb, unsigned header, Segment& segment) {
    constexpr unsigned longest = 255;
    unsigned const captured = tvb_captured_length(tvb);
    if (!segment.any(flag::Rst) || captured <= header) return;
    unsigned const size = std::min({captured - header, segment.length, longest});
    if (size == 0) return;
    segment.reset_payload = tvb_get_ptr(tvb, static_cast<int>(header), static_cast<int>(size));
    segment.reset_payload_length = static_cast<uint8_t>(size);
}

}  // namespace

int64_t nanoseconds(const nstime_t& time) {
    constexpr int64_t most = INT64_MAX / 2 / 1'000'000'000 - 1;
    int64_t const seconds = std::clamp<int64_t>(static_cast<int64_t>(time.secs), -most, most);
    return seconds * 1'000'000'000 + std::clamp(time.nsecs, 0, 999'999'999);
}

bool read_segment(tvbuff_t* tvb, const packet_info* pinfo, const void* ip, Path& path, Segment& segment) {
    Bytes header = bytes_of(tvb, 60);
    if (header.size < header_size) return false;
    unsigned const promised = static_cast<unsigned>(header.u8(12) >> 4) * 4;
    if (promised < header_size) return false;  // RFC 9293 3.1: every host discards it
    header.size = std::min(header.size, promised);

    read_path(header, pinfo, path);
    segment.frame = pinfo->num;
    segment.time = time_of(pinfo);
    segment.seq = Seq{header.u32(4)};
    segment.ack = Seq{header.u32(8)};
    segment.flags = header.u8(13);
    segment.window = header.u16(14);
    unsigned const reported = tvb_reported_length(tvb);
    segment.length_known = !pinfo->fragmented && !pinfo->flags.in_error_pkt && reported >= promised;
    if (segment.length_known) segment.length = reported - promised;
    read_ip(ip, segment);
    read_options(header, segment);
    read_reset_payload(tvb, promised, segment);
    return true;
}

bool read_path(tvbuff_t* tvb, const packet_info* pinfo, Path& path) {
    Bytes const header = bytes_of(tvb, 4);
    if (header.size < 4) return false;
    read_path(header, pinfo, path);
    return true;
}

bool checksum_is_bad(tvbuff_t* tvb, const packet_info* pinfo) {
    unsigned const length = tvb_reported_length(tvb);
    if (pinfo->fragmented || tvb_captured_length(tvb) < length || length < header_size) return false;
    bool const v4 = pinfo->src.type == AT_IPv4 && pinfo->dst.type == AT_IPv4;
    bool const v6 = pinfo->src.type == AT_IPv6 && pinfo->dst.type == AT_IPv6;
    if (!v4 && !v6) return false;

    // The pseudo header: RFC 9293 3.1, RFC 8200 8.1.
    uint32_t const rest4 = g_htonl((static_cast<uint32_t>(IP_PROTO_TCP) << 16) + length);
    uint32_t const rest6[2] = {g_htonl(length), g_htonl(IP_PROTO_TCP)};
    vec_t vector[4];
    SET_CKSUM_VEC_PTR(vector[0], static_cast<const guint8*>(pinfo->src.data), pinfo->src.len);
    SET_CKSUM_VEC_PTR(vector[1], static_cast<const guint8*>(pinfo->dst.data), pinfo->dst.len);
    SET_CKSUM_VEC_PTR(vector[2], reinterpret_cast<const guint8*>(v4 ? &rest4 : rest6), v4 ? 4 : 8);
    auto const pseudo = static_cast<uint16_t>(in_cksum(vector, 3));
    SET_CKSUM_VEC_PTR(vector[3], tvb_get_ptr(tvb, 0, static_cast<int>(length)), static_cast<int>(length));
    if (in_cksum(vector, 4) == 0) return false;
    // Captured before the network card filled it in: only the pseudo header is summed up.
    // It travelled with another one (4.0 calls it bad all the same).
    uint16_t field = 0;
    std::memcpy(&field, vector[3].ptr + 16, 2);
    return field != static_cast<uint16_t>(~pseudo);
}

Quotation read_quotation(tvbuff_t* tvb, bool version6) {
    Quotation quotation;
    unsigned const source = version6 ? 8 + 8 : 8 + 12;  // behind the 8 bytes of ICMP, within the quoted header
    uint8_t const size = version6 ? 16 : 4;
    Bytes const message = bytes_of(tvb, source + 2U * size);
    if (message.size < source + 2U * size || message.u8(8) >> 4 != (version6 ? 6 : 4)) return quotation;
    uint8_t const type = message.u8(0), code = message.u8(1);
    if (version6) {  // RFC 4443 3
        if (type == 1 && code == 4)
            quotation.verdict = IcmpVerdict::PortUnreachable;
        else if (type == 1 && (code == 1 || code == 5 || code == 6))
            quotation.verdict = IcmpVerdict::Prohibited;
        else if (type == 1)
            quotation.verdict = IcmpVerdict::Unreachable;
        else if (type == 2)
            quotation.verdict = IcmpVerdict::TooBig;
        else if (type == 3)
            quotation.verdict = IcmpVerdict::TimeExceeded;
        else if (type < 128)
            quotation.verdict = IcmpVerdict::Other;
    } else {  // RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1
        if (type == 3 && code == 3)
            quotation.verdict = IcmpVerdict::PortUnreachable;
        else if (type == 3 && code == 4)
            quotation.verdict = IcmpVerdict::TooBig;
        else if (type == 3 && (code == 9 || code == 10 || code == 13))
            quotation.verdict = IcmpVerdict::Prohibited;
        else if (type == 3)
            quotation.verdict = IcmpVerdict::Unreachable;
        else if (type == 11)
            quotation.verdict = IcmpVerdict::TimeExceeded;
        else if (type == 4 || type == 5 || type == 12)
            quotation.verdict = IcmpVerdict::Other;
    }
    quotation.source = address_at(message, source, size);
    quotation.destination = address_at(message, source + size, size);
    return quotation;
}

bool read_error(tvbuff_t* tvb, const packet_info* pinfo, const Quotation& quotation, IcmpError& error) {
    Bytes const header = bytes_of(tvb, 8);
    if (quotation.verdict == IcmpVerdict::None || header.size < 8) return false;
    error = IcmpError{};
    error.frame = pinfo->num;
    error.time = time_of(pinfo);
    read_path(header, pinfo, error.quoted);
    error.seq = Seq{header.u32(4)};
    error.verdict = quotation.verdict;
    return error.quoted.source.address == quotation.source && error.quoted.destination.address == quotation.destination;
}

uint16_t header_id_of(tvbuff_t* tvb, const packet_info* pinfo) {
    auto const offset = static_cast<uint32_t>(tvb_raw_offset(tvb));
    const tvbuff_t* const source = tvb_get_ds_tvb(tvb);
    uint32_t index = 0;
    for (const GSList* item = pinfo->data_src; item != nullptr; item = item->next, ++index) {
        if (get_data_source_tvb(static_cast<const data_source*>(item->data)) == source) break;
    }
    uint32_t const id = offset + index * 40'503U;  // spread over 16 bits: 2^16 divided by the golden ratio
    return static_cast<uint16_t>(id ^ id >> 16);
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader.hpp"

#include <algorithm>

namespace tcpstate {
namespace {

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

inline void read_addresses(const packet_info* pinfo, Path& path) {
    read_address(pinfo->src, path.source.address);
    read_address(pinfo->dst, path.destination.address);
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
    unsigned const captured = tvb_captured_length(tvb);
    if (!segment.any(flag::Rst) || captured <= header) return;
    unsigned const size = std::min({captured - header, segment.length, longest_reset_payload});
    if (size == 0) return;
    note_reset_payload({tvb_get_ptr(tvb, static_cast<int>(header), static_cast<int>(size)), size}, segment);
}

}  // namespace

bool read_segment(tvbuff_t* tvb, const packet_info* pinfo, const void* ip, Path& path, Segment& segment) {
    bool const whole = !pinfo->fragmented && !pinfo->flags.in_error_pkt;
    uint32_t const header =
        read_tcp_header(bytes_of(tvb, longest_tcp_header), tvb_reported_length(tvb), whole, path, segment);
    if (header == 0) return false;
    read_addresses(pinfo, path);
    segment.frame = pinfo->num;
    segment.time = time_of(pinfo);
    read_ip(ip, segment);
    read_reset_payload(tvb, header, segment);
    return true;
}

bool read_path(tvbuff_t* tvb, const packet_info* pinfo, Path& path) {
    Bytes const header = bytes_of(tvb, 4);
    if (!header.has(4)) return false;
    read_addresses(pinfo, path);
    path.source.port = header.u16(0);
    path.destination.port = header.u16(2);
    return true;
}

bool checksum_is_bad(tvbuff_t* tvb, const packet_info* pinfo) {
    unsigned const length = tvb_reported_length(tvb);
    if (pinfo->fragmented || tvb_captured_length(tvb) < length || length < tcp_header_size) return false;
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

Quotation read_quotation(tvbuff_t* tvb, const packet_info* pinfo, bool version6) {
    Quotation quotation = read_quotation(bytes_of(tvb, icmp_header_size + quoted_header_size), version6);
    read_address(pinfo->src, quotation.sender);
    return quotation;
}

bool read_error(tvbuff_t* tvb, const packet_info* pinfo, const Quotation& quotation, IcmpError& error) {
    error = IcmpError{};
    error.frame = pinfo->num;
    error.time = time_of(pinfo);
    read_address(pinfo->src, error.quoted.source.address);
    read_address(pinfo->dst, error.quoted.destination.address);
    error.sender = quotation.sender;
    return read_quoted_tcp(bytes_of(tvb, 8), quotation, error);
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "icmp.hpp"

namespace tcpstate {
namespace {

/// RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1.
IcmpVerdict verdict_of_4(uint8_t type, uint8_t code) {
    switch (type) {
        case 3: break;
        case 11: return IcmpVerdict::TimeExceeded;
        case 4:
        case 5:
        case 12: return IcmpVerdict::Other;
        default: return IcmpVerdict::None;
    }
    if (code == 3) return IcmpVerdict::PortUnreachable;
    if (code == 4) return IcmpVerdict::TooBig;
    return code == 9 || code == 10 || code == 13 ? IcmpVerdict::Prohibited : IcmpVerdict::Unreachable;
}

/// RFC 4443 3.
IcmpVerdict verdict_of_6(uint8_t type, uint8_t code) {
    switch (type) {
        case 1: break;
        case 2: return IcmpVerdict::TooBig;
        case 3: return IcmpVerdict::TimeExceeded;
        default: return type < 128 ? IcmpVerdict::Other : IcmpVerdict::None;
    }
    if (code == 4) return IcmpVerdict::PortUnreachable;
    return code == 1 || code == 5 || code == 6 ? IcmpVerdict::Prohibited : IcmpVerdict::Unreachable;
}

}  // namespace

Quotation read_quotation(const Bytes& message, bool version6) {
    Quotation quotation;
    uint32_t const source = icmp_header_size + (version6 ? 8 : 12);
    uint8_t const size = version6 ? 16 : 4;
    if (!message.has(source + 2U * size) || message.u8(icmp_header_size) >> 4 != (version6 ? 6 : 4)) return quotation;
    quotation.verdict = (version6 ? verdict_of_6 : verdict_of_4)(message.u8(0), message.u8(1));
    take_address(message, source, size, quotation.source);
    take_address(message, source + size, size, quotation.destination);
    return quotation;
}

bool read_quoted_tcp(const Bytes& header, const Quotation& quotation, IcmpError& error) {
    if (quotation.verdict == IcmpVerdict::None || !header.has(8)) return false;
    error.quoted.source.port = header.u16(0);
    error.quoted.destination.port = header.u16(2);
    error.seq = Seq{header.u32(4)};
    error.verdict = quotation.verdict;
    return error.quoted.source.address == quotation.source && error.quoted.destination.address == quotation.destination;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// Captured bytes, read in network order.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "segment.hpp"

namespace tcpstate {

/// Bytes that are there, and nothing beyond them.
struct Bytes {
    const uint8_t* data = nullptr;
    uint32_t size = 0;

    bool has(uint32_t count) const { return size >= count; }
    uint8_t u8(uint32_t at) const { return data[at]; }
    uint16_t u16(uint32_t at) const { return static_cast<uint16_t>(data[at] << 8 | data[at + 1]); }
    uint32_t u32(uint32_t at) const { return static_cast<uint32_t>(u16(at)) << 16 | u16(at + 2); }
    Bytes first(uint32_t count) const { return {data, std::min(size, count)}; }
    Bytes from(uint32_t at) const { return at < size ? Bytes{data + at, size - at} : Bytes{}; }
};

/// Takes the address of `length` bytes, 4 or 16, that stands there. In place: a copy of what was just put together
/// would wait for it.
inline void take_address(const Bytes& bytes, uint32_t at, uint8_t length, Address& to) {
    to.length = length;
    if (length == 4) {  // with sizes that the compiler knows each copy is a move or two and no call
        std::memcpy(to.bytes.data(), bytes.data + at, 4);
        std::memset(to.bytes.data() + 4, 0, 12);
    } else {
        std::memcpy(to.bytes.data(), bytes.data + at, 16);
    }
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// Writes made-up traffic as a capture file (pcap, nanoseconds, Ethernet).
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "traffic.hpp"

namespace tcpstate::bench {
namespace {

/// Bytes of one frame, written one behind the other in network order.
class Frame {
public:
    void clear() { size_ = 0; }
    void u8(uint8_t value) { bytes_[size_++] = value; }
    void u16(uint32_t value) {
        u8(static_cast<uint8_t>(value >> 8));
        u8(static_cast<uint8_t>(value));
    }
    void u32(uint32_t value) {
        u16(value >> 16);
        u16(value & 0xffff);
    }
    void copy(const uint8_t* from, size_t count) {
        std::memcpy(&bytes_[size_], from, count);
        size_ += count;
    }
    void fill(uint8_t value, size_t count) {
        std::memset(&bytes_[size_], value, count);
        size_ += count;
    }
    void set_u16(size_t at, uint32_t value) {
        bytes_[at] = static_cast<uint8_t>(value >> 8);
        bytes_[at + 1] = static_cast<uint8_t>(value);
    }
    /// The sum that checksums are made of (RFC 1071).
    uint32_t sum(size_t from, size_t to) const {
        uint32_t total = 0;
        for (size_t i = from; i < to; i += 2)
            total += static_cast<uint32_t>(bytes_[i] << 8) + (i + 1 < to ? bytes_[i + 1] : 0U);
        return total;
    }
    const uint8_t* data() const { return bytes_; }
    size_t size() const { return size_; }

private:
    uint8_t bytes_[1024];
    size_t size_ = 0;
};

uint32_t checksum(uint32_t sum) {
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/// What Linux would send: timestamps on every segment, the rest with SYN (RFC 9293 3.1, RFC 7323, RFC 2018).
void write_options(Frame& frame, const Segment& segment) {
    if (segment.any(flag::Syn)) {
        frame.u32(0x020405b4);  // maximum segment size 1460
        frame.u16(0x0402);      // SACK permitted
    } else if (segment.has_timestamp) {
        frame.u16(0x0101);
    }
    if (segment.has_timestamp) {
        frame.u16(0x080a);
        frame.u32(static_cast<uint32_t>(segment.time / 1'000'000));
        frame.u32(segment.any(flag::Ack) ? static_cast<uint32_t>(segment.time / 1'000'000 - 5) : 0);
    }
    if (segment.any(flag::Syn)) frame.u32(0x01030300U | segment.scale);
    if (segment.has_sack) {
        frame.u32(0x0101050a);
        frame.u32(segment.sack_right.value - 128);
        frame.u32(segment.sack_right.value);
    }
}

void write_tcp(Frame& frame, const Packet& packet) {
    const Segment& segment = packet.segment;
    size_t const start = frame.size();
    frame.u16(packet.path.source.port);
    frame.u16(packet.path.destination.port);
    frame.u32(segment.seq.value);
    frame.u32(segment.ack.value);
    frame.u8(0);
    frame.u8(segment.flags);
    frame.u16(segment.window);
    frame.u32(0);  // checksum, urgent pointer
    write_options(frame, segment);
    frame.set_u16(start + 12, static_cast<uint32_t>((frame.size() - start) / 4 << 12) | segment.flags);
    frame.fill('.', segment.length);
    uint32_t const address_bytes = packet.path.source.address.length;
    uint32_t const pseudo =
        frame.sum(start - 2 * address_bytes, start) + 6 + static_cast<uint32_t>(frame.size() - start);
    frame.set_u16(start + 16, checksum(pseudo + frame.sum(start, frame.size())));
}

void write_frame(Frame& frame, const Packet& packet) {
    const Address& source = packet.path.source.address;
    const Address& destination = packet.path.destination.address;
    frame.clear();
    for (uint32_t const host : {2, 1}) {  // RFC 7042 2.1: locally administered
        frame.u32(0x02000000);
        frame.u16(host);
    }
    size_t const ip = 14;
    bool const version6 = source.length == 16;
    frame.u16(version6 ? 0x86dd : 0x0800);
    if (version6) {
        frame.u32(0x60000000);
        frame.u16(0);  // length
        frame.u8(6);
        frame.u8(static_cast<uint8_t>(packet.segment.ttl));
    } else {
        frame.u32(0x45000000);
        frame.u32(packet.segment.frame << 16 | 0x4000);  // identification, do not fragment
        frame.u8(static_cast<uint8_t>(packet.segment.ttl));
        frame.u8(6);
        frame.u16(0);  // checksum
    }
    frame.copy(source.bytes.data(), source.length);
    frame.copy(destination.bytes.data(), destination.length);
    size_t const tcp = frame.size();
    write_tcp(frame, packet);
    if (version6) {
        frame.set_u16(ip + 4, static_cast<uint32_t>(frame.size() - tcp));
    } else {
        frame.set_u16(ip + 2, static_cast<uint32_t>(frame.size() - ip));
        frame.set_u16(ip + 10, checksum(frame.sum(ip, tcp)));
    }
}

struct Closer {
    void operator()(FILE* file) const { std::fclose(file); }
};

/// Numbers of the file format are in the writer's own byte order: the magic number tells readers which.
bool write_capture(FILE* file, Traffic traffic) {
    uint32_t const header[6] = {0xa1b23c4d, 2 | 4 << 16, 0, 0, 65'535, 1};
    std::fwrite(header, sizeof header, 1, file);
    Packet packet;
    Frame frame;
    while (traffic.next(packet)) {
        write_frame(frame, packet);
        auto const size = static_cast<uint32_t>(frame.size());
        int64_t const time = packet.segment.time;
        uint32_t const record[4] = {static_cast<uint32_t>(time / 1'000'000'000),
                                    static_cast<uint32_t>(time % 1'000'000'000), size, size};
        std::fwrite(record, sizeof record, 1, file);
        std::fwrite(frame.data(), frame.size(), 1, file);
    }
    return std::fflush(file) == 0 && std::ferror(file) == 0;
}

int usage() {
    std::fputs("usage: generator MIX SEGMENTS CONNECTIONS FILE\nMIX is one of", stderr);
    for (int i = 0; i < static_cast<int>(Mix::Count); ++i)
        std::fprintf(stderr, " %s", name(static_cast<Mix>(i)).data());
    std::fputs("\n", stderr);
    return 2;
}

}  // namespace
}  // namespace tcpstate::bench

int main(int argc, char** argv) {
    using namespace tcpstate::bench;
    if (argc != 5) return usage();
    auto const mix = mix_named(argv[1]);
    auto const segments = static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10));
    auto const connections = static_cast<uint32_t>(std::strtoul(argv[3], nullptr, 10));
    if (!mix || segments == 0 || connections == 0) return usage();
    std::unique_ptr<FILE, Closer> const file(std::fopen(argv[4], "wb"));
    if (!file || !write_capture(file.get(), Traffic(*mix, segments, connections))) {
        std::perror(argv[4]);
        return 1;
    }
    return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

using namespace tcpstate;

namespace capture {

namespace {

using Bytes = std::vector<uint8_t>;

/// A part of the file; reading outside it is an error of the test, not of the capture.
struct Part {
    const uint8_t* data;
    size_t size;

    uint8_t byte(size_t at) const {
        if (at >= size) throw std::runtime_error("a sample is cut short");
        return data[at];
    }
    uint32_t big(size_t at, size_t count) const {
        uint32_t n = 0;
        for (size_t i = 0; i < count; ++i) n = n << 8 | byte(at + i);
        return n;
    }
    uint32_t little(size_t at, size_t count) const {
        uint32_t n = 0;
        for (size_t i = count; i-- > 0;) n = n << 8 | byte(at + i);
        return n;
    }
    Part from(size_t at) const {
        if (at > size) throw std::runtime_error("a sample is cut short");
        return {data + at, size - at};
    }
};

Address address(const Part& ip, size_t at, uint8_t length) {
    Address result;
    result.length = length;
    for (size_t i = 0; i < length; ++i) result.bytes[i] = ip.byte(at + i);
    return result;
}

void read_options(const Part& tcp, size_t end, Segment& s) {
    for (size_t at = 20; at < end;) {
        uint8_t const kind = tcp.byte(at);
        if (kind == 0) return;
        if (kind == 1) {
            ++at;
            continue;
        }
        uint8_t const length = tcp.byte(at + 1);
        if (length < 2) return;
        if (kind == 3) s.scale = tcp.byte(at + 2);
        if (kind == 8) s.has_timestamp = true;
        if (kind == 5 && length >= 10) {
            s.has_sack = true;
            s.sack_right = Seq{tcp.big(at + 6, 4)};
            Seq const left{tcp.big(at + 2, 4)};  // RFC 2883 4
            bool const is_within =
                length >= 18 && left >= Seq{tcp.big(at + 10, 4)} && s.sack_right <= Seq{tcp.big(at + 14, 4)};
            s.has_dsack = s.sack_right <= s.ack || is_within;
        }
        if (kind == 30 && length == 4 && tcp.byte(at + 2) >> 4 == 8) s.mptcp_reason = tcp.byte(at + 3);
        at += length;
    }
}

bool read_frame(const Part& frame, Packet& packet) {
    uint32_t const type = frame.big(12, 2);
    Part const ip = frame.from(14);
    Segment& s = packet.segment;
    size_t header = 0, total = 0;
    if (type == 0x0800 && ip.byte(9) == 6) {
        header = static_cast<size_t>(ip.byte(0) & 0xf) * 4;
        total = ip.big(2, 2);
        s.ttl = ip.byte(8);
        s.ip_id = static_cast<uint16_t>(ip.big(4, 2));
        packet.path.source.address = address(ip, 12, 4);
        packet.path.destination.address = address(ip, 16, 4);
    } else if (type == 0x86dd && ip.byte(6) == 6) {
        header = 40;
        total = 40 + ip.big(4, 2);
        s.ttl = ip.byte(7);
        packet.path.source.address = address(ip, 8, 16);
        packet.path.destination.address = address(ip, 24, 16);
    } else {
        return false;
    }
    Part const tcp = ip.from(header);
    size_t const tcp_header = static_cast<size_t>(tcp.byte(12) >> 4) * 4;
    packet.path.source.port = static_cast<uint16_t>(tcp.big(0, 2));
    packet.path.destination.port = static_cast<uint16_t>(tcp.big(2, 2));
    s.seq = Seq{tcp.big(4, 4)};
    s.ack = Seq{tcp.big(8, 4)};
    s.flags = tcp.byte(13) & 0x3f;
    s.window = static_cast<uint16_t>(tcp.big(14, 2));
    s.length = static_cast<uint32_t>(total - header - tcp_header);
    read_options(tcp, tcp_header, s);
    Part const payload = tcp.from(tcp_header);
    size_t const captured = std::min<size_t>({payload.size, s.length, 255});
    if (s.any(flag::Rst) && captured > 0) {
        s.reset_payload = payload.data;
        s.reset_payload_length = static_cast<uint8_t>(captured);
    }
    return true;
}

}  // namespace

std::vector<Packet> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    auto const contents =
        std::make_shared<const Bytes>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    const Bytes& bytes = *contents;
    Part const file{bytes.data(), bytes.size()};
    if (bytes.empty() || file.little(0, 4) != 0x0a0d0d0a) throw std::runtime_error(path + " is no pcapng");
    std::vector<Packet> packets;
    for (size_t at = 0; at < bytes.size();) {
        uint32_t const type = file.little(at, 4), length = file.little(at + 4, 4);
        if (length < 12) throw std::runtime_error(path + " has a block of no length");
        constexpr uint32_t enhanced_packet = 6;
        Packet packet;
        if (type == enhanced_packet && read_frame(file.from(at + 28), packet)) {
            uint64_t const time = static_cast<uint64_t>(file.little(at + 12, 4)) << 32 | file.little(at + 16, 4);
            packet.file = contents;
            packet.segment.time = static_cast<int64_t>(time);  // the samples count nanoseconds
            packets.push_back(packet);
        }
        at += length;
    }
    return packets;
}

std::vector<std::string> samples() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(TCPSTATE_SAMPLES))
        if (entry.path().extension() == ".pcapng") names.push_back(entry.path().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace capture

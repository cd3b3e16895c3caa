// SPDX-License-Identifier: GPL-2.0-or-later
/// The plain way from a frame to its segment. Bytes are written by hand from RFC 791, 8200, 9293 and 792.
#include "plain_frame.hpp"

#include <initializer_list>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace tcpstate;

namespace {

using Data = std::vector<uint8_t>;

Data hex(const std::string& digits) {
    Data data;
    std::string pair;
    for (char const c : digits) {
        if (c == ' ') continue;
        pair += c;
        if (pair.size() < 2) continue;
        data.push_back(static_cast<uint8_t>(std::stoi(pair, nullptr, 16)));
        pair.clear();
    }
    return data;
}

Data operator+(Data a, const Data& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

const Data ethernet4 = hex("020000000001 020000000002 0800");
const Data ethernet6 = hex("020000000001 020000000002 86dd");
/// Identification 0x1234, TTL 63, 192.0.2.1 to 192.0.2.2, 40 bytes and a payload.
Data ipv4(uint8_t protocol, const Data& payload, const std::string& fragment = "4000") {
    Data header = hex("4500 0000 1234 " + fragment + " 3f00 0000 c0000201 c0000202");
    header[3] = static_cast<uint8_t>(20 + payload.size());
    header[9] = protocol;
    return header + payload;
}
/// Hop limit 61, 2001:db8::1 to 2001:db8::2.
Data ipv6(uint8_t next, const Data& payload) {
    Data header = hex("6000 0000 0000 003d 20010db8000000000000000000000001 20010db8000000000000000000000002");
    header[5] = static_cast<uint8_t>(payload.size());
    header[6] = next;
    return header + payload;
}
/// From port 1000 to 80, 1 after 256, window 0x0400.
Data tcp(const std::string& offset_and_flags, const Data& rest = {}) {
    return hex("03e8 0050 00000001 00000100 " + offset_and_flags + " 0400 0000 0000") + rest;
}

constexpr uint8_t icmp = 1, tcp_protocol = 6, udp = 17;

/// What was found in a frame of which `missing` bytes at its end were not captured.
struct Look {
    PlainFrame plain;
    Found found;
    explicit Look(const Data& data, size_t missing = 0, LinkLayer link = LinkLayer::Ethernet)
        : found(read_plain(
              {link, {data.data(), static_cast<uint32_t>(data.size() - missing)}, static_cast<uint32_t>(data.size())},
              plain)) {}
};

}  // namespace

TEST_CASE("a plain frame has its segment: numbers, flags, lengths, what IP says", "[plain]") {
    Look const look(ethernet4 + ipv4(tcp_protocol, tcp("5018", hex("68656c6c6f"))));
    REQUIRE(look.found == Found::Segment);
    const Segment& segment = look.plain.segment;
    CHECK((segment.seq == Seq{1} && segment.ack == Seq{256}));
    CHECK((segment.flags == (flag::Psh | flag::Ack) && segment.window == 0x0400));
    CHECK((segment.length == 5 && segment.length_known));
    CHECK((segment.ttl == 63 && segment.ip_id == 0x1234));
    const Path& path = look.plain.path;
    CHECK((path.source.port == 1000 && path.destination.port == 80));
    CHECK((path.source.address.length == 4 && path.source.address.bytes[3] == 1));
    CHECK(path.destination.address.bytes[3] == 2);
}

TEST_CASE("the padding of a short frame is no payload", "[plain]") {
    Look const look(ethernet4 + ipv4(tcp_protocol, tcp("5010")) + hex("000000000000"));
    CHECK((look.found == Found::Segment && look.plain.segment.length == 0));
}

TEST_CASE("what was not captured counts, as long as the TCP header is there", "[plain]") {
    Data const frame = ethernet4 + ipv4(tcp_protocol, tcp("5010", Data(100)));
    for (size_t const missing : {0U, 1U, 99U, 100U}) {
        Look const look(frame, missing);
        CHECK((look.found == Found::Segment && look.plain.segment.length == 100));
    }
    for (size_t const missing : {101U, 119U, 120U, 140U, 150U, 154U}) CHECK(Look(frame, missing).found == Found::NoTcp);
}

TEST_CASE("IPv6 with and without harmless extension headers", "[plain]") {
    Look const bare(ethernet6 + ipv6(6, tcp("5010", hex("61"))));
    REQUIRE(bare.found == Found::Segment);
    CHECK((bare.plain.segment.ttl == 61 && bare.plain.segment.ip_id == 0 && bare.plain.segment.length == 1));
    CHECK((bare.plain.path.source.address.length == 16 && bare.plain.path.source.address.bytes[15] == 1));
    Look const padded(ethernet6 + ipv6(0, hex("3c00 01040000 0000 0600 01040000 0000") + tcp("5010", hex("61"))));
    CHECK((padded.found == Found::Segment && padded.plain.segment.length == 1));
    // Type 0xc2 is a jumbo payload (RFC 2675): its length is another one.
    CHECK(Look(ethernet6 + ipv6(0, hex("0600 c204 00010000") + tcp("5010"))).found == Found::OddHeader);
    CHECK(Look(ethernet6 + ipv6(44, hex("06000000 00000001") + tcp("5010"))).found == Found::Fragment);
}

TEST_CASE("fragments are Wireshark's, the first as well as the last", "[plain]") {
    CHECK(Look(ethernet4 + ipv4(tcp_protocol, tcp("5010"), "2000")).found == Found::Fragment);
    CHECK(Look(ethernet4 + ipv4(tcp_protocol, tcp("5010"), "0001")).found == Found::Fragment);
    CHECK(Look(ethernet4 + ipv4(tcp_protocol, tcp("5010"), "4000")).found == Found::Segment);
}

TEST_CASE("lengths that cannot be believed are Wireshark's", "[plain]") {
    for (const char* const length : {"0000", "0013", "ffff"}) {
        Data frame = ethernet4 + ipv4(tcp_protocol, tcp("5010"));
        Data const bytes = hex(length);
        frame[16] = bytes[0], frame[17] = bytes[1];
        CHECK(Look(frame).found == Found::OddHeader);
    }
}

TEST_CASE("a header that no host takes for a segment is none", "[plain]") {
    CHECK(Look(ethernet4 + ipv4(tcp_protocol, tcp("4010"))).found == Found::NoTcp);
}

TEST_CASE("a RST may say why it was sent", "[plain]") {
    Data const frame = ethernet4 + ipv4(tcp_protocol, tcp("5004", hex("6e6f")));
    Look const look(frame);
    REQUIRE((look.found == Found::Segment && look.plain.segment.reset_payload_length == 2));
    CHECK(look.plain.segment.reset_payload[1] == 'o');
    CHECK(Look(frame, 1).plain.segment.reset_payload_length == 1);
}

TEST_CASE("on a port whose stream may carry frames everything is Wireshark's, also what is no segment", "[plain]") {
    Data segment = tcp("5010");
    segment[2] = 0x19, segment[3] = 0xfd;  // OpenFlow: 6653
    Data const frame = ethernet4 + ipv4(tcp_protocol, segment);
    for (size_t const missing : {0U, 1U, 16U}) CHECK(Look(frame, missing).found == Found::Carrier);
    CHECK(Look(frame, 17).found == Found::NoTcp);
}

TEST_CASE("an ICMP error about a segment names the segment", "[plain]") {
    Data const quoted = ipv4(tcp_protocol, tcp("5010"));
    Look const look(ethernet4 + ipv4(icmp, hex("0303 0000 00000000") + quoted));
    REQUIRE(look.found == Found::IcmpError);
    const IcmpError& error = look.plain.error;
    CHECK((error.verdict == IcmpVerdict::PortUnreachable && error.seq == Seq{1}));
    CHECK((error.quoted.source.port == 1000 && error.quoted.source.address.bytes[3] == 1));
    CHECK(Look(ethernet4 + ipv4(icmp, hex("0800 0000 00000000") + quoted)).found == Found::NoTcp);
    CHECK(Look(ethernet4 + ipv4(icmp, hex("0303 0000 00000000") + ipv4(udp, Data(8)))).found == Found::NoTcp);
    CHECK(Look(ethernet4 + ipv4(icmp, hex("0303 0000 00000000") + ipv4(4, quoted))).found == Found::OddIcmp);
}

TEST_CASE("UDP is plain only where it cannot be a tunnel", "[plain]") {
    CHECK(Look(ethernet4 + ipv4(udp, hex("c000 0035 0008 0000"))).found == Found::NoTcp);
    CHECK(Look(ethernet4 + ipv4(udp, hex("c000 12b5 0008 0000"))).found == Found::Udp);
    CHECK(Look(ethernet4 + ipv4(udp, hex("0010 0035 0008 0000"))).found == Found::Udp);
}

TEST_CASE("every link layer leads to the same segment", "[plain]") {
    Data const packet = ipv4(tcp_protocol, tcp("5010", hex("61")));
    struct {
        LinkLayer link;
        Data header;
    } const links[] = {
        {LinkLayer::Ethernet, hex("020000000001 020000000002 8100 0005 0800")},
        {LinkLayer::LinuxCooked, hex("0000 0001 0006 0200000000010000 0800")},
        {LinkLayer::LinuxCooked2, hex("0800 0000 00000001 0001 00 06 0200000000010000")},
        {LinkLayer::RawIp, {}},
        {LinkLayer::Null, hex("02000000")},
        {LinkLayer::Null, hex("00000002")},
        {LinkLayer::Loop, hex("00000002")},
    };
    for (auto const& [link, header] : links) {
        Look const look(header + packet, 0, link);
        CHECK((look.found == Found::Segment && look.plain.segment.length == 1));
    }
    CHECK(Look(packet, 0, LinkLayer::Other).found == Found::OddLink);
}

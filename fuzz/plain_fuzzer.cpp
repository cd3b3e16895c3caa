// SPDX-License-Identifier: GPL-2.0-or-later
/// Fuzz target: the program's plain way beside Wireshark's. What the plain way claims to know of a frame is what
/// Wireshark, with the plugin's hook, finds in the same bytes; whatever it calls odd is not compared.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "libwireshark.hpp"
#include "link_layer.hpp"
#include "plain_frame.hpp"

extern "C" tcpstate::Libwireshark::Start tcpstate_start_libwireshark;

namespace {

using namespace tcpstate;

/// The link type, and how many bytes behind the frame were not captured.
constexpr size_t config_size = 3;
constexpr int encapsulations[] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_SLL,     WTAP_ENCAP_SLL2, WTAP_ENCAP_RAW_IP,
                                  WTAP_ENCAP_RAW_IP4,  WTAP_ENCAP_RAW_IP6, WTAP_ENCAP_NULL, WTAP_ENCAP_LOOP};

Bytes input;

void require(bool holds, const char* what, Found found) {
    if (holds) [[likely]]
        return;
    std::fprintf(stderr, "the plain way is wrong: %s (%s)\n", what, name(found));
    for (uint32_t i = 0; i < input.size; ++i) std::fprintf(stderr, "%02x", input.u8(i));
    std::fprintf(stderr, "\n");
    std::abort();
}

std::vector<Tapped> tapped;

void note(void*, const Tapped& header) { tapped.push_back(header); }

Libwireshark& wireshark() {
    static Libwireshark* const started = [] {
        init_process_policies();
        g_free(compat::configure("plain_fuzzer"));
        compat::start_wiretap();
        return tcpstate_start_libwireshark({}, note, nullptr);
    }();
    return *started;
}

bool same(const Path& a, const Path& b) { return a.source == b.source && a.destination == b.destination; }

/// What the core has taken from the only segment of its sender.
bool same(const Endpoint& a, const Endpoint& b) {
    return a.snd_nxt == b.snd_nxt && a.ttl == b.ttl && a.last_ip_id == b.last_ip_id && a.last_window == b.last_window &&
           a.scale == b.scale && a.bytes == b.bytes && a.state == b.state;
}

/// A session that knows of the segment that an ICMP error quotes.
std::unique_ptr<Session> session_before(Found found, const PlainFrame& plain) {
    auto session = std::make_unique<Session>(Preferences{}, false, 1, Session::Ledger::None);
    if (found != Found::IcmpError) return session;
    Segment segment;
    segment.frame = 1;
    segment.seq = plain.error.seq;
    segment.flags = flag::Ack;
    session->add_header(1, 0);
    session->observe(plain.error.quoted, segment, 0);
    return session;
}

void check_segment(PlainFrame& plain, const Session& theirs) {
    constexpr Found found = Found::Segment;
    require(tapped.size() == 1, "there is one segment", found);
    const Tapped& it = tapped.front();
    require(same(it.path, plain.path), "addresses and ports", found);
    const Segment& segment = plain.segment;
    require(it.segment.seq == segment.seq && it.segment.ack == segment.ack && it.segment.flags == segment.flags,
            "numbers and flags", found);
    require(it.segment.length == segment.length, "length of the payload", found);
    auto const session = session_before(found, plain);
    session->add_header(2, 0);
    plain.segment.frame = 2;
    const Verdict* const verdict = session->observe(plain.path, plain.segment, 0);
    require(verdict != nullptr && *verdict == it.verdict, "the verdict", found);
    const Connection &ours = session->tracker()->connection(0), &other = theirs.tracker()->connection(0);
    require(same(ours.ends[0], other.ends[0]) && same(ours.ends[1], other.ends[1]), "what IP and options say", found);
}

void check_error(PlainFrame& plain) {
    constexpr Found found = Found::IcmpError;
    require(tapped.size() == 1, "the error quotes a segment", found);
    const Tapped& it = tapped.front();
    auto const session = session_before(found, plain);
    session->add_header(2, 0);
    plain.error.frame = 2;
    const Verdict* const verdict = session->observe(plain.error, 0);
    require(verdict != nullptr && *verdict == it.verdict, "the verdict", found);  // so it has found the same connection
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < config_size) return 0;
    input = {data, static_cast<uint32_t>(size)};
    int const encapsulation = encapsulations[data[0] % std::size(encapsulations)];
    auto const captured = static_cast<uint32_t>(size - config_size);
    uint32_t const length = captured + (data[1] | static_cast<uint32_t>(data[2]) << 8);
    PlainFrame plain;
    Found const found = read_plain({link_layer(encapsulation), {data + config_size, captured}, length}, plain);
    if (!is_plain(found)) return 0;

    Libwireshark& dissectors = wireshark();
    static compat::Record record;
    record.assign(encapsulation, {data + config_size, captured}, length);
    auto session = session_before(found, plain);
    const Session& theirs = *session;
    dissectors.follow(std::move(session));
    tapped.clear();
    dissectors.dissect(record, 2, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN);
    switch (found) {
        case Found::Segment: check_segment(plain, theirs); break;
        case Found::IcmpError: check_error(plain); break;
        default: require(tapped.empty(), "there is no TCP", found);
    }
    return 0;
}

/// Changes what decides: types, lengths, ports, and bits anywhere.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
    std::minstd_rand random(seed);
    if (max_size < config_size + 1) return size;
    if (size <= config_size) {
        std::memset(data + size, 0, config_size + 1 - size);
        size = config_size + 1;
    }
    static constexpr uint16_t words[] = {0x0800, 0x86dd, 0x8100, 0x0806, 0x4500, 0x6000, 0x4000, 0x2000, 0,
                                         1,      6,      17,     58,     1500,   53,     80,     2123,   6653};
    uint8_t* const frame = data + config_size;
    size_t const frame_size = size - config_size;
    size_t const at = random() % std::min<size_t>(frame_size, 90);
    switch (random() % 8) {
        case 0: data[0] = static_cast<uint8_t>(random()); break;
        case 1: data[1 + random() % 2] = static_cast<uint8_t>(random() % 3); break;
        case 2: size = config_size + 1 + random() % frame_size; break;
        case 3: {
            size_t const wanted = std::min(max_size, size + random() % 60);
            std::memset(data + size, 0, wanted - size);
            size = wanted;
            break;
        }
        case 4:
        case 5: {
            uint16_t const word = words[random() % std::size(words)];
            frame[at] = static_cast<uint8_t>(word >> 8);
            if (at + 1 < frame_size) frame[at + 1] = static_cast<uint8_t>(word);
            break;
        }
        case 6: frame[at] = static_cast<uint8_t>(random()); break;
        default: frame[at] ^= static_cast<uint8_t>(1U << random() % 8);
    }
    return size;
}
// NOLINTEND(readability-identifier-naming)

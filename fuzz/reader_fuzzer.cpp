// SPDX-License-Identifier: GPL-2.0-or-later
/// Fuzz target: raw TCP headers with options, and ICMP errors, through the plugin's reader. Uses Wireshark's own
/// tvbuffs; a read beyond the captured bytes throws there, and here nobody catches it. What the reader says is compared
/// with a second, slow reading of the same bytes.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "reader.hpp"
#include "tracker.hpp"

namespace {

using namespace tcpstate;

constexpr size_t config_size = 16;
constexpr unsigned farthest_option = 60;  // RFC 9293 3.1: the data offset has four bits

void require(bool holds, const char* what) {
    if (holds) [[likely]]
        return;
    std::fprintf(stderr, "the reader is wrong: %s\n", what);
    std::abort();
}

/// One packet as Wireshark hands it over: part of the bytes may not have been captured.
class Packet {
public:
    Packet(const uint8_t* config, const uint8_t* data, size_t size)
        : bytes_(new uint8_t[size]), size_(static_cast<unsigned>(size)) {
        std::memcpy(bytes_.get(), data, size);
        unsigned const missing = (config[0] & 1) != 0 ? static_cast<unsigned>(config[1] | config[2] << 8) : 0U;
        reported_ = size_ + missing;
        tvb_ = tvb_new_real_data(bytes_.get(), size_, static_cast<int>(reported_));
        std::memcpy(addresses_, config + 4, sizeof addresses_);
        static constexpr int types[] = {AT_IPv4, AT_IPv6, AT_NONE, AT_ETHER};
        static constexpr int lengths[] = {4, 16, 0, 6};
        int const type = config[0] >> 1 & 3;
        set_address(&info_.src, types[type], lengths[type], lengths[type] == 0 ? nullptr : addresses_);
        set_address(&info_.dst, types[type], lengths[type], lengths[type] == 0 ? nullptr : addresses_ + 8);
        info_.num = 1;
        info_.fragmented = (config[0] & 8) != 0;
        info_.flags.in_error_pkt = (config[0] & 16) != 0;
        std::memcpy(&info_.abs_ts.secs, config + 8, sizeof info_.abs_ts.secs);
        v4_.ip_ver = 4;
        v4_.ip_ttl = config[3];
        v6_.ip6_hop = config[3];
        v6_.ip6_ver = 6;
        version6_ = (config[0] & 32) != 0;
    }
    ~Packet() { tvb_free(tvb_); }
    Packet(const Packet&) = delete;
    Packet& operator=(const Packet&) = delete;

    tvbuff_t* tvb() const { return tvb_; }
    const packet_info* info() const { return &info_; }
    const void* ip() const { return version6_ ? static_cast<const void*>(&v6_) : &v4_; }
    bool version6() const { return version6_; }
    const uint8_t* bytes() const { return bytes_.get(); }
    unsigned size() const { return size_; }
    unsigned reported() const { return reported_; }

private:
    std::unique_ptr<uint8_t[]> bytes_;
    unsigned size_, reported_ = 0;
    uint8_t addresses_[8 + 16] = {};
    packet_info info_{};
    ws_ip4 v4_{};
    ws_ip6 v6_{};
    bool version6_ = false;
    tvbuff_t* tvb_ = nullptr;
};

/// The options again: as a list first, by RFC 9293 3.2, then looked up.
struct Options {
    uint8_t scale = no_scale;
    bool timestamp = false, sack = false;
    uint32_t sack_right = 0;

    Options(const uint8_t* data, unsigned size) {
        std::vector<std::vector<uint8_t>> list;
        for (unsigned at = 0; at < size && data[at] != 0;) {
            unsigned const length = data[at] == 1 ? 1U : at + 1 < size ? data[at + 1] : 0U;
            if (length == 0 || (data[at] != 1 && length < 2) || length > size - at) break;
            list.emplace_back(data + at, data + at + length);
            at += length;
        }
        for (const auto& option : list) {
            if (option[0] == 3 && option.size() == 3) scale = std::min<uint8_t>(option[2], 14);
            if (option[0] == 8 && option.size() == 10) timestamp = true;
            if (option[0] != 5 || option.size() < 10) continue;
            sack = true;
            sack_right = static_cast<uint32_t>(option[6]) << 24 | static_cast<uint32_t>(option[7]) << 16 |
                         static_cast<uint32_t>(option[8]) << 8 | option[9];
        }
    }
};

uint32_t word(const uint8_t* at) {
    return static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 | static_cast<uint32_t>(at[2]) << 8 |
           at[3];
}

void check_segment(const Packet& packet) {
    Path path;
    Segment segment;
    bool const taken = read_segment(packet.tvb(), packet.info(), packet.ip(), path, segment);
    const uint8_t* const bytes = packet.bytes();
    unsigned const promised = packet.size() < 20 ? 0 : static_cast<unsigned>(bytes[12] >> 4) * 4;
    require(taken == (promised >= 20), "a segment is what has a whole header");
    if (!taken) return;
    require(segment.seq.value == word(bytes + 4) && segment.ack.value == word(bytes + 8), "sequence numbers");
    require(segment.flags == bytes[13] && segment.window == (bytes[14] << 8 | bytes[15]), "flags and window");
    require(path.source.port == (bytes[0] << 8 | bytes[1]) && path.destination.port == (bytes[2] << 8 | bytes[3]),
            "ports");
    unsigned const there = std::min({packet.size(), promised, farthest_option});
    Options const options(bytes + 20, there - 20);
    require(segment.scale == options.scale, "window scale");
    require(segment.has_timestamp == options.timestamp, "timestamps");
    require(segment.has_sack == options.sack && (!options.sack || segment.sack_right.value == options.sack_right),
            "SACK");
    bool const whole =
        !packet.info()->fragmented && !packet.info()->flags.in_error_pkt && packet.reported() >= promised;
    require(segment.length_known == whole, "a length is known when the header's promise can be believed");
    require(segment.length == (whole ? packet.reported() - promised : 0), "payload length");
    require(segment.ttl == (packet.version6() ? static_cast<const ws_ip6*>(packet.ip())->ip6_hop
                                              : static_cast<const ws_ip4*>(packet.ip())->ip_ttl),
            "TTL");
    static Tracker tracker;
    constexpr uint32_t most_connections = 1000;
    if (tracker.size() > most_connections) tracker = Tracker();
    tracker.observe(path, segment);
}

void check_sum(const Packet& packet) {
    bool const bad = checksum_is_bad(packet.tvb(), packet.info());
    bool const checkable = packet.size() == packet.reported() && packet.size() >= 20 && !packet.info()->fragmented;
    require(!bad || checkable, "a sum that cannot be computed is not bad");
}

void check_error(const Packet& packet) {
    Quotation const quotation = read_quotation(packet.tvb(), packet.info(), packet.version6());
    unsigned const header = packet.version6() ? 8 + 40 : 8 + 20;
    require(quotation.verdict == IcmpVerdict::None || packet.size() >= header, "a quotation has a whole IP header");
    IcmpError error;
    if (!read_error(packet.tvb(), packet.info(), quotation, error)) return;
    require(packet.size() >= 8, "a quoted header has 8 bytes");
    require(error.seq.value == word(packet.bytes() + 4), "its sequence number");
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < config_size) return 0;
    Packet const packet(data, data + config_size, size - config_size);
    check_segment(packet);
    check_sum(packet);
    check_error(packet);
    header_id_of(packet.tvb(), packet.info());
    int64_t const time = time_of(packet.info());
    require(time > INT64_MIN / 2 && time < INT64_MAX / 2, "times can be subtracted");
    return 0;
}

/// Keeps data offset and options plausible, so that most inputs are read to the end.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
    std::minstd_rand random(seed);
    size_t const least = config_size + 20;
    if (max_size < least) return size;
    if (size < least) {
        std::memset(data + size, 0, least - size);
        size = least;
    }
    static constexpr uint8_t kinds[] = {0, 1, 1, 2, 3, 3, 4, 5, 5, 8, 8, 30, 34, 254};
    static constexpr uint8_t lengths[] = {0, 1, 2, 3, 3, 4, 8, 10, 10, 18, 26, 34, 40, 255};
    uint8_t* const header = data + config_size;
    for (unsigned i = 0; i <= random() % 4; ++i) {
        size_t const header_size = size - config_size;
        switch (random() % 7) {
            case 0: header[12] = static_cast<uint8_t>(random() << 4); break;
            case 1: header[12] = static_cast<uint8_t>(std::min<size_t>(header_size / 4, 15) << 4); break;
            case 2: data[random() % config_size] = static_cast<uint8_t>(random()); break;
            case 3: header[random() % header_size] ^= static_cast<uint8_t>(1U << random() % 8); break;
            case 4: {  // longer or shorter
                size_t const wanted = std::min(max_size, config_size + random() % 90);
                if (wanted > size) std::memset(data + size, 1, wanted - size);
                size = std::max(wanted, least);
                break;
            }
            default: {  // an option
                if (header_size < 22) break;
                size_t const at = 20 + random() % std::min<size_t>(header_size - 21, 39);
                header[at] = kinds[random() % sizeof kinds];
                if (at + 1 < header_size) header[at + 1] = lengths[random() % sizeof lengths];
            }
        }
    }
    return size;
}
// NOLINTEND(readability-identifier-naming)

// SPDX-License-Identifier: GPL-2.0-or-later
/// Follows each mix twice, once on the slow path only, and compares every field of every segment.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fields.hpp"
#include "follow.hpp"
#include "store.hpp"
#include "tracker.hpp"

namespace tcpstate::bench {
namespace {

struct Run {
    Tracker tracker;
    VerdictStore store;

    Run(const std::vector<Packet>& packets, Tracker::Paths paths) : tracker({}, paths) {
        for (const Packet& packet : packets) {
            store.store(packet.segment.frame, 0, tracker.observe(packet.path, packet.segment));
        }
    }
};

/// The value of a field, or none.
bool value_of(const Run& run, const Field& field, const Packet& packet, int index, Value& value) {
    Verdict verdict;
    run.store.load(packet.segment.frame, 0, verdict);
    return field.get({verdict, run.tracker, packet.segment.frame, packet.segment.time, true}, index, value);
}

bool agree(const Run& a, const Run& b, const Field& field, const Packet& packet) {
    for (int index = 0;; ++index) {
        Value in_a, in_b;
        bool const has_a = value_of(a, field, packet, index, in_a), has_b = value_of(b, field, packet, index, in_b);
        if (has_a != has_b) return false;
        if (!has_a) return true;
        bool const same_numbers = in_a.number == in_b.number && in_a.signed_number == in_b.signed_number;
        if (!same_numbers || std::strcmp(in_a.text.c_str(), in_b.text.c_str()) != 0) return false;
        if (!field.repeats) return true;
    }
}

/// The traffic with every n-th segment left out, doubled or bent: what no story tells.
std::vector<Packet> disturbed(std::vector<Packet> packets, Random random) {
    for (size_t i = 1; i < packets.size(); ++i) {
        Segment& segment = packets[i].segment;
        switch (random.below(40)) {
            case 0: std::swap(packets[i].path, packets[i - 1].path); break;
            case 1: segment.seq = segment.seq + random.below(3000) - 1500; break;
            case 2: segment.ack = segment.ack + random.below(3000) - 1500; break;
            case 3: segment.flags = static_cast<uint8_t>(random.below(64)); break;
            case 4: segment.window = static_cast<uint16_t>(random.below(3)); break;
            case 5: segment.length = random.below(3); break;
            case 6:
                packets[i] = packets[i - 1];
                packets[i].segment.frame = static_cast<uint32_t>(i) + 1;
                break;
            case 7: segment.ttl = static_cast<uint8_t>(random.below(70)); break;
            default: break;
        }
    }
    return packets;
}

int compare(Mix mix, const std::vector<Packet>& packets) {
    Run const all(packets, Tracker::Paths::All), slow(packets, Tracker::Paths::SlowOnly);
    for (const Packet& packet : packets) {
        for (const Field& field : fields()) {
            if (agree(all, slow, field, packet)) continue;
            std::printf("%s, frame %u: %s differs\n", name(mix).data(), packet.segment.frame, field.name);
            return 1;
        }
    }
    return 0;
}

}  // namespace
}  // namespace tcpstate::bench

int main(int argc, char** argv) {
    using namespace tcpstate::bench;
    auto const segments = argc > 1 ? static_cast<uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 20'000U;
    int differences = 0;
    for (int i = 0; i < static_cast<int>(Mix::Count); ++i) {
        auto const mix = static_cast<Mix>(i);
        auto const packets = packets_of(mix, segments, segments / 50 + 1);
        differences += compare(mix, packets);
        differences += compare(mix, disturbed(packets, Random(static_cast<uint64_t>(i))));
    }
    std::printf("%d mixes with differences\n", differences);
    return differences == 0 ? 0 : 1;
}

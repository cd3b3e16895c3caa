// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow.hpp"

#include "store.hpp"
#include "tracker.hpp"

namespace tcpstate::bench {

std::vector<Packet> packets_of(Mix mix, uint32_t segments, uint32_t connections) {
    std::vector<Packet> packets(segments);
    Traffic traffic(mix, segments, connections);
    for (Packet& packet : packets) traffic.next(packet);
    return packets;
}

extern "C" [[gnu::noinline]] uint32_t follow(const Packet* packets, size_t count) {
    Tracker tracker;
    VerdictStore store;
    for (size_t i = 0; i < count; ++i) {
        store.store(packets[i].segment.frame, 0, tracker.observe(packets[i].path, packets[i].segment));
    }
    return tracker.size();
}

}  // namespace tcpstate::bench

// SPDX-License-Identifier: GPL-2.0-or-later
#include "known_servers.hpp"

#include <algorithm>

namespace tcpstate {

namespace {

/// System ports (RFC 6335 6).
constexpr uint16_t system_ports_end = 1024;
/// Registered services that are widely used, where stacks choose ephemeral ports below them too. In order.
constexpr uint16_t services[] = {1080,  1433,  1434,  1521,  1723,  1883,  1935,  2049, 2181, 2375, 2376, 2379, 2380,
                                 3000,  3128,  3260,  3268,  3269,  3306,  3389,  3690, 4369, 4443, 4789, 5000, 5060,
                                 5061,  5222,  5269,  5432,  5601,  5666,  5671,  5672, 5900, 5938, 5985, 5986, 6379,
                                 6443,  6667,  7001,  8000,  8008,  8009,  8080,  8081, 8086, 8088, 8123, 8140, 8443,
                                 8500,  8883,  8888,  9000,  9042,  9090,  9092,  9100, 9200, 9300, 9418, 9999, 10050,
                                 10051, 10250, 11211, 15672, 25565, 26257, 27017, 28017};

/// 2: a system port, 1: a registered service, 0: any other.
int rank(uint16_t port) {
    if (port < system_ports_end) return 2;
    return std::binary_search(std::begin(services), std::end(services), port) ? 1 : 0;
}

}  // namespace

bool KnownServers::is_likelier(const Socket& a, const Socket& b) const {
    bool const a_answered = answered_.test(a.port), b_answered = answered_.test(b.port);
    if (a_answered != b_answered) return a_answered;
    int const a_rank = rank(a.port), b_rank = rank(b.port);
    return a_rank != b_rank ? a_rank > b_rank : a.port <= b.port;
}

}  // namespace tcpstate

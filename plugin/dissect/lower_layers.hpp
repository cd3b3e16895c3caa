// SPDX-License-Identifier: GPL-2.0-or-later
/// Wireshark's preferences that decide what is handed to TCP.
#pragma once
#include <algorithm>
#include <iterator>
#include <string_view>

namespace tcpstate {

/// By the full name: ip.defragment.
inline bool decides_what_reaches_tcp(std::string_view preference) {
    constexpr std::string_view modules[] = {"eth.",    "vlan.", "ip.",  "ipv6.", "icmp.",
                                            "icmpv6.", "udp.",  "sll.", "null."};
    return preference == "tcp.check_checksum" || std::any_of(std::begin(modules), std::end(modules), [&](auto module) {
               return preference.starts_with(module);
           });
}

}  // namespace tcpstate

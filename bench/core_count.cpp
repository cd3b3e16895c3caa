// SPDX-License-Identifier: GPL-2.0-or-later
/// One run of the core over one mix, for tools that count what happens within `follow`.
#include <cstdio>
#include <cstdlib>

#include "connection.hpp"
#include "follow.hpp"
#include "store.hpp"

int main(int argc, char** argv) {
    using namespace tcpstate;
    auto const mix = argc == 4 ? bench::mix_named(argv[1]) : std::nullopt;
    if (!mix) {
        std::fputs("usage: core_count MIX SEGMENTS CONNECTIONS\n", stderr);
        return 2;
    }
    auto const packets = bench::packets_of(*mix, static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10)),
                                           static_cast<uint32_t>(std::strtoul(argv[3], nullptr, 10)));
    uint32_t const found = bench::follow(packets.data(), packets.size());
    std::printf("%zu segments, %u connections of %zu bytes, records of %zu bytes\n", packets.size(), found,
                sizeof(Connection), sizeof(VerdictStore::Record));
    return 0;
}

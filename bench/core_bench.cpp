// SPDX-License-Identifier: GPL-2.0-or-later
/// The core alone, as the plugin uses it: Tracker::observe and VerdictStore::store for every segment.
/// How long it takes; core_count is for those who count instructions.
#include <benchmark/benchmark.h>

#include "follow.hpp"

namespace tcpstate::bench {

namespace {

uint32_t usual_connections(Mix mix, uint32_t segments) {
    switch (mix) {
        case Mix::SynFlood: return segments;
        case Mix::Reuse: return segments / 10;
        default: return segments / 50;
    }
}

void follow_mix(benchmark::State& state) {
    auto const mix = static_cast<Mix>(state.range(0));
    auto const segments = static_cast<uint32_t>(state.range(1));
    auto const packets = packets_of(mix, segments, usual_connections(mix, segments));
    for (auto _ : state) benchmark::DoNotOptimize(follow(packets.data(), packets.size()));
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * segments);
    state.SetLabel(name(mix).data());
}
BENCHMARK(follow_mix)
    ->ArgNames({"mix", "segments"})
    ->ArgsProduct({benchmark::CreateDenseRange(0, static_cast<int>(Mix::Count) - 1, 1), {100'000}})
    ->Args({static_cast<int>(Mix::Blend), 3'000'000})
    ->Args({static_cast<int>(Mix::SynFlood), 1'000'000})
    ->Args({static_cast<int>(Mix::Reuse), 1'000'000})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tcpstate::bench

BENCHMARK_MAIN();

// SPDX-License-Identifier: GPL-2.0-or-later
// The offset of two clocks by the delays of what both points saw (clocks.hpp).
#include "clocks.hpp"

#include <cmath>
#include <random>

#include "catch.hpp"
#include "clock.hpp"

using namespace tcpstate;

namespace {

constexpr int64_t path = 20 * millisecond;

/// Packets in both directions, each on its way for at least `path`, a tenth of a second apart.
std::vector<ClockSample> samples(int count, auto&& b_shows) {
    std::mt19937 random(1);
    std::exponential_distribution<double> queue(1.0 / 5e6);
    std::vector<ClockSample> all;
    for (int i = 0; i < count; ++i) {
        int64_t const sent = i * second / 10, arrived = sent + path + static_cast<int64_t>(queue(random));
        bool const towards_b = i % 2 == 0;
        all.push_back(towards_b ? ClockSample{sent, b_shows(arrived), true}
                                : ClockSample{arrived, b_shows(sent), false});
    }
    return all;
}

int64_t off_by(const ClockRelation& relation, int64_t truth_at_a, int64_t at_b) {
    return std::abs(relation.to_a(at_b) - truth_at_a);
}

}  // namespace

TEST_CASE("a clock that is an hour ahead is known up to its bound", "[compare][clocks]") {
    auto const b_shows = [](int64_t time) { return time + 3600 * second; };
    ClockRelation const relation = ClockRelation::estimate(samples(200, b_shows));
    REQUIRE(relation.pieces().size() == 1);
    CHECK(relation.pieces().front().skew == 0);
    CHECK(relation.bound() < 2 * path);
    CHECK(off_by(relation, 10 * second, b_shows(10 * second)) <= relation.bound());
}

TEST_CASE("a clock that is too fast by 200 ppm is followed", "[compare][clocks]") {
    auto const b_shows = [](int64_t time) { return time + time / 5000; };
    ClockRelation const relation = ClockRelation::estimate(samples(6000, b_shows));
    REQUIRE(relation.pieces().size() == 1);
    CHECK(std::abs(relation.pieces().front().skew - 200e-6) < 20e-6);
    for (int64_t const time : {int64_t{0}, 300 * second, 600 * second})
        CHECK(off_by(relation, time, b_shows(time)) <= relation.bound());
}

TEST_CASE("a clock that was set in between has two offsets", "[compare][clocks]") {
    auto const b_shows = [](int64_t time) { return time < 30 * second ? time : time - 5 * second; };
    ClockRelation const relation = ClockRelation::estimate(samples(600, b_shows));
    REQUIRE(relation.pieces().size() == 2);
    CHECK(std::abs(relation.pieces()[1].from - 30 * second) < second);
    CHECK(off_by(relation, 10 * second, b_shows(10 * second)) <= relation.bound());
    CHECK(off_by(relation, 50 * second, b_shows(50 * second)) <= relation.bound());
}

TEST_CASE("of one direction alone the offset has no bound", "[compare][clocks]") {
    std::vector<ClockSample> one_way;
    for (int64_t i = 0; i < 10; ++i) one_way.push_back({i * second, i * second + path, true});
    ClockRelation const relation = ClockRelation::estimate(one_way);
    CHECK(relation.bound() == ClockRelation::no_bound);
}

TEST_CASE("without a common packet nothing is known of the clocks", "[compare][clocks]") {
    ClockRelation const relation = ClockRelation::estimate({});
    CHECK_FALSE(relation.known());
    CHECK(relation.to_a(42) == 42);
}

TEST_CASE("of many samples those are kept that matter", "[compare][clocks]") {
    auto const b_shows = [](int64_t time) { return time + 3600 * second + time / 5000; };
    std::vector<ClockSample> const all = samples(300'000, b_shows);
    ClockSamples thinned;
    for (const ClockSample& sample : all) thinned.add(sample);
    std::vector<ClockSample> const kept = thinned.take();
    CHECK(kept.size() < 70'000);
    ClockRelation const of_all = ClockRelation::estimate(all), of_kept = ClockRelation::estimate(kept);
    REQUIRE(of_kept.pieces().size() == of_all.pieces().size());
    CHECK(of_kept.bound() == of_all.bound());
    CHECK(of_kept.to_a(b_shows(20'000 * second)) == of_all.to_a(b_shows(20'000 * second)));
}

TEST_CASE("of many samples those that show when a clock was set are kept", "[compare][clocks]") {
    constexpr int64_t set = 15'000 * second;
    auto const b_shows = [](int64_t time) { return time < set ? time : time - 5 * second; };
    ClockSamples thinned;
    for (const ClockSample& sample : samples(300'000, b_shows)) thinned.add(sample);
    ClockRelation const relation = ClockRelation::estimate(thinned.take());
    REQUIRE(relation.pieces().size() == 2);
    CHECK(std::abs(relation.pieces()[1].from - set) < 60 * second);
    CHECK(off_by(relation, 10 * second, b_shows(10 * second)) <= relation.bound());
    CHECK(off_by(relation, 29'000 * second, b_shows(29'000 * second)) <= relation.bound());
}

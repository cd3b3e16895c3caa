// SPDX-License-Identifier: GPL-2.0-or-later
// The core is total: whatever comes, there is a verdict, its fields can be printed, and it survives the store.
#include <random>

#include "catch.hpp"
#include "fields.hpp"
#include "store.hpp"
#include "tracker.hpp"

using namespace tcpstate;

namespace {

/// Segments that are mostly near each other, so that they meet in every state.
class Noise {
public:
    explicit Noise(uint32_t seed) : generator_(seed) {}
    uint32_t below(uint32_t n) { return static_cast<uint32_t>(generator_()) % n; }

    Path path() {
        Socket a, b;
        a.address.length = b.address.length = 4;
        a.address.bytes = {10, 0, 0, 1};
        b.address.bytes = {10, 0, 0, 2};
        a.port = static_cast<uint16_t>(1000 + below(3));
        b.port = 80;
        if (below(40) == 0) return {a, a};
        return below(2) == 0 ? Path{a, b} : Path{b, a};
    }
    Seq number() {
        static constexpr uint32_t starts[] = {0, 0xffffffe0U, 0x7fffffe0U, 0x80000000U};
        return Seq{starts[below(20) == 0 ? below(4) : 1] + below(64)};
    }
    Segment segment(uint32_t frame) {
        static constexpr uint8_t likely[] = {flag::Syn, flag::Syn | flag::Ack, flag::Ack,
                                             flag::Ack, flag::Ack | flag::Psh, flag::Fin | flag::Ack,
                                             flag::Rst, flag::Rst | flag::Ack};
        Segment s;
        s.frame = frame;
        time_ += static_cast<int64_t>(below(1'000'000'000)) - (below(50) == 0 ? 2'000'000'000 : 0);
        s.time = time_;
        s.flags = below(10) == 0 ? static_cast<uint8_t>(below(256)) : likely[below(8)];
        s.seq = number();
        s.ack = number();
        s.length = below(3) == 0 ? below(20) : below(500) == 0 ? 0xffffffffU : 0;
        s.window = static_cast<uint16_t>(below(3) == 0 ? 0 : below(65536));
        s.ttl = static_cast<uint8_t>(below(10) == 0 ? below(256) : 64);
        s.scale = static_cast<uint8_t>(below(4) == 0 ? below(256) : no_scale);
        s.has_timestamp = below(2) == 0;
        s.has_sack = below(8) == 0;
        s.sack_right = number();
        return s;
    }

private:
    std::minstd_rand generator_;
    int64_t time_ = 0;
};

}  // namespace

TEST_CASE("any segment gets a verdict, and every field of it can be printed", "[total]") {
    Noise noise(42);
    Tracker tracker;
    VerdictStore store;
    uint32_t const frames = 20'000;
    for (uint32_t frame = 1; frame <= frames; ++frame) {
        const Verdict* verdict = nullptr;
        if (noise.below(30) == 0) {
            IcmpError const error{frame, 0, noise.path(), noise.number(), static_cast<IcmpVerdict>(noise.below(7))};
            verdict = tracker.observe(error);
            if (verdict == nullptr) continue;
        } else {
            verdict = &tracker.observe(noise.path(), noise.segment(frame));
        }
        REQUIRE(verdict->conn < tracker.size());
        REQUIRE(verdict->changes.size() <= Changes::capacity);
        REQUIRE(store.store(frame, 0, *verdict));
    }
    for (uint32_t frame = 1; frame <= frames; ++frame) {
        Verdict verdict;
        if (!store.load(frame, 0, verdict)) continue;
        for (const Field& field : fields())
            for (bool const hindsight : {false, true}) {
                View const view{verdict, tracker, frame, 0, hindsight};
                Value value;
                int count = 0;
                while (count < 100 && field.get(view, count, value)) ++count;
                REQUIRE(count <= (field.repeats ? 32 : 1));
                if (field.hindsight && !hindsight) REQUIRE(count == 0);
            }
    }
}

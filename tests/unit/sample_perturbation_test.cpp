// SPDX-License-Identifier: GPL-2.0-or-later
// What perturbation_test.cpp does to the traces, done to every recorded sample: lose, repeat, swap, cut, keep one
// direction. Nothing false may be called a crash, unless it is said to be possible only.
#include <algorithm>
#include <filesystem>

#include "capture.hpp"
#include "catch.hpp"
#include "events.hpp"
#include "tracker.hpp"

using namespace tcpstate;

namespace {

using Packets = std::vector<capture::Packet>;

/// What is the same on the wire as a crash; `frame` counts the TCP segments of the sample.
struct Indistinguishable {
    const char* sample;
    const char* damage;
    size_t frame;
    const char* reason;
};
constexpr Indistinguishable indistinguishable[] = {
    {"data_crosses_fin", "drop", 7, "a closed socket whose FIN was lost is the same class as a crash"},
    {"data_crosses_fin.server", "drop", 6, "a closed socket whose FIN was lost is the same class as a crash"},
    {"half_open_retransmit.server", "drop", 6, "a closed socket whose FIN was lost is the same class as a crash"},
    {"orphan_data_first.server", "drop", 6, "a closed socket whose FIN was lost is the same class as a crash"},
    {"data_crosses_fin", "swap", 7, "the RST comes before the FIN: until then it is a socket whose FIN was lost"},
    {"nat_idle_resets.server", "begin at", 4,
     "a TTL that was seen only once was not constant, so it does not show that the RST comes from a NAT"},
    {"nat_idle_resets.middle", "begin at", 7,
     "a TTL that was seen only once was not constant, so it does not show that the RST comes from a NAT"},
    {"nat_idle_resets.middle", "begin at", 8,
     "a TTL that was seen only once was not constant, so it does not show that the RST comes from a NAT"},
    {"two_points_rst_lost.server", "drop", 6, "a closed socket whose RST was lost is the same class as a crash"},
    {"two_points_rst_lost.middle", "drop", 11, "a closed socket whose RST was lost is the same class as a crash"},
    {"two_points_rst_lost.server", "swap", 5, "the ACK behind the RST shows that it was not its sender's last word"},
    {"two_points_rst_lost.middle", "swap", 10, "the ACK behind the RST shows that it was not its sender's last word"},
    {"two_points_rst_to_client", "drop", 6, "killed by a forged RST that is not in the capture: the same as a crash"},
    {"two_points_rst_to_client.middle", "drop", 11,
     "killed by a forged RST that is not in the capture: the same as a crash"},
    {"two_points_rst_to_client.middle", "swap", 11,
     "data behind the forged RST are news to the client: its reply is the same as after a crash"},
    {"forged_rst_exact", "begin at", 6,
     "a TTL that was seen only once was not constant, so it proves nothing against the RST"},
};

bool is_known(const std::string& sample, const std::string& damage, size_t frame) {
    return std::any_of(std::begin(indistinguishable), std::end(indistinguishable), [&](const Indistinguishable& row) {
        return sample == row.sample && damage == row.damage && frame == row.frame;
    });
}

struct Alarms {
    uint32_t errors = 0;  // bit set of Event
    bool crash = false;
};

Alarms alarms_of(const Packets& packets) {
    Tracker tracker;
    Alarms alarms;
    uint32_t frame = 0;
    for (capture::Packet packet : packets) {
        packet.segment.frame = ++frame;
        const Verdict& verdict = tracker.observe(packet.path, packet.segment);
        if (verdict.is_reset() && verdict.reset.confidence == Confidence::Possible) continue;
        for (const EventRow& event : events())
            if (event.severity == Severity::Error) alarms.errors |= verdict.events & bit(event.id);
        bool const crash = verdict.reset.cause == Cause::Crash || verdict.reset.cause == Cause::CrashReconnect;
        alarms.crash = alarms.crash || (verdict.is_reset() && crash);
    }
    return alarms;
}

struct Damage {
    const char* name;
    Packets (*inflict)(Packets, size_t);
};
constexpr Damage damages[] = {
    {"drop",
     [](Packets p, size_t i) {
         p.erase(p.begin() + static_cast<std::ptrdiff_t>(i));
         return p;
     }},
    {"duplicate",
     [](Packets p, size_t i) {
         p.insert(p.begin() + static_cast<std::ptrdiff_t>(i), p[i]);
         return p;
     }},
    {"swap",
     [](Packets p, size_t i) {
         if (i + 1 < p.size()) {
             std::swap(p[i], p[i + 1]);
             std::swap(p[i].segment.time, p[i + 1].segment.time);
         }
         return p;
     }},
    {"cut",
     [](Packets p, size_t i) {
         p.resize(i);
         return p;
     }},
    {"begin at",
     [](Packets p, size_t i) {
         p.erase(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(i));
         return p;
     }},
    {"one direction",
     [](Packets p, size_t i) {
         Socket const sender = p[i].path.source;
         p.erase(std::remove_if(p.begin(), p.end(), [&](auto& packet) { return !(packet.path.source == sender); }),
                 p.end());
         return p;
     }},
};

}  // namespace

TEST_CASE("no damage to a recorded sample makes a crash out of nothing", "[perturbation][samples]") {
    REQUIRE(capture::samples().size() > 100);
    std::string failures;
    for (const std::string& path : capture::samples()) {
        Packets const packets = capture::read(path);
        std::string const name = std::filesystem::path(path).stem().string();
        Alarms const justified = alarms_of(packets);
        for (const Damage& damage : damages) {
            for (size_t i = 0; i < packets.size(); ++i) {
                Alarms const alarms = alarms_of(damage.inflict(packets, i));
                bool const is_false = (alarms.errors & ~justified.errors) != 0 || (alarms.crash && !justified.crash);
                if (is_false && !is_known(name, damage.name, i + 1))
                    failures += "\n    " + name + ": " + damage.name + " " + std::to_string(i + 1);
            }
        }
    }
    INFO("false alarms:" << failures);
    CHECK(failures.empty());
}

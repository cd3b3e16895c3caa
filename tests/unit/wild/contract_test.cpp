// SPDX-License-Identifier: GPL-2.0-or-later
// The vocabulary and the severities of the contract, row by row: filters that people write depend on them.
#include <cstring>
#include <string>

#include "events.hpp"
#include "names.hpp"
#include "resets.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace {

struct Promised {
    const char* event;
    Severity severity;
};
constexpr Promised promised[] = {
    {"syn-unanswered", Severity::Note},
    {"handshake-stalled", Severity::Note},
    {"simultaneous-open", Severity::Chat},
    {"simultaneous-close", Severity::Chat},
    {"half-open-suspected", Severity::Warn},
    {"half-open-recovered", Severity::Note},
    {"half-open-confirmed", Severity::Warn},
    {"rst-after-crash", Severity::Error},
    {"rst-middlebox", Severity::Warn},
    {"rst-retransmission-timeout", Severity::Warn},
    {"capture-remark", Severity::Note},
    {"half-closed", Severity::Chat},
    {"data-while-half-closed", Severity::Note},
    {"half-closed-long", Severity::Warn},
    {"rst-refused", Severity::Note},
    {"rst-abort", Severity::Warn},
    {"rst-data-after-close", Severity::Warn},
    {"rst-keepalive-timeout", Severity::Warn},
    {"rst-after-close", Severity::Chat},
    {"rst-handshake-abort", Severity::Note},
    {"rst-handshake-rejected", Severity::Note},
    {"rst-challenged", Severity::Note},
    {"rst-ignored", Severity::Note},
    {"rst-suspicious", Severity::Warn},
    {"rst-unsolicited", Severity::Note},
    {"challenge-ack", Severity::Note},
    {"new-incarnation", Severity::Note},
    {"picked-up-midstream", Severity::Chat},
};

bool has_field(const char* name) {
    for (const Field& field : fields())
        if (std::strcmp(field.name, name) == 0) return true;
    return false;
}

}  // namespace

TEST_CASE("every event of the contract has its severity", "[wild][contract]") {
    for (const Promised& row : promised) {
        INFO(row.event);
        bool found = false;
        for (const EventRow& event : events()) {
            if (std::strcmp(event.name, row.event) != 0) continue;
            found = true;
            CHECK(event.severity == row.severity);
        }
        CHECK(found);
    }
}

TEST_CASE("causes are decided in the order of the contract", "[wild][contract]") {
    std::string order;
    for (const CauseRow& row : causes()) order += std::string(name(row.id)) + " ";
    CHECK(
        order ==
        "foreign unsolicited after-close refused handshake-abort handshake-rejected crash-reconnect keepalive-timeout "
        "retransmission-timeout data-after-close middlebox crash abort unknown ");
}

TEST_CASE("fields of the contract that came late", "[wild][contract]") {
    for (const char* field : {"states", "rst.declared", "rst.hops_delta", "rst.ttl_delta", "copy_of", "close_idle",
                              "rst.contradicted_in"}) {
        INFO(field);
        CHECK(has_field(field));
    }
}

TEST_CASE("what preferences say before anybody sets them", "[wild][contract]") {
    Preferences const preferences;
    CHECK(preferences.attempts_before_suspicion == 4);
    CHECK(preferences.half_closed_threshold == 30'000'000'000);
    CHECK(preferences.ttl_tolerance == 3);
    CHECK_NOTHROW(trace::preferences_of("preference seconds_before_suspicion 3", {}));
    CHECK_NOTHROW(trace::preferences_of("preference idle_timeout_from 60", {}));
}

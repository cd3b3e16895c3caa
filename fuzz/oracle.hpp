// SPDX-License-Identifier: GPL-2.0-or-later
/// What must hold of every verdict, whatever the segments were. Knows nothing of TCP but the table of rules.
#pragma once
#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "events.hpp"
#include "fields.hpp"
#include "script.hpp"
#include "store.hpp"
#include "tracker.hpp"

namespace fuzz {

class Oracle {
public:
    Oracle(const tcpstate::Tracker& tracker, bool thorough) : tracker_(tracker), thorough_(thorough) {}

    /// Checks the verdict on one step.
    void judge(const Action& action, const tcpstate::Verdict& verdict);
    /// Checks that a tracker which takes the slow path only came to the same verdict, and knows the same.
    void compare(const Action& action, const tcpstate::Verdict& verdict, const tcpstate::Tracker& slow_tracker,
                 const tcpstate::Verdict& slow) const;
    /// Checks what may only be checked when all has been seen: the store, the fields again, hindsight.
    void judge_all();

private:
    struct Seen {  // one step that got a verdict
        Action action;
        tcpstate::Verdict verdict;
        uint64_t digest = 0;  // of its online fields, at once
        uint8_t place = 0;
    };
    struct Known {  // of one connection, after its latest step
        std::array<tcpstate::State, 2> state{};
        std::array<tcpstate::Role, 2> roles{};  // by direction
        uint64_t bytes = 0;
        uint32_t pair = 0;
        bool guessed = false;
        bool fresh = true;
    };

    void check_changes(const Seen& seen, Known& known) const;
    void check_phase(const Seen& seen) const;
    void check_reset(const Seen& seen) const;
    void check_half_open(const Seen& seen) const;
    void check_bytes(const Seen& seen, Known& known) const;
    uint64_t check_fields(const Seen& seen, bool hindsight) const;
    void check_hindsight(const Seen& seen) const;
    bool told(tcpstate::Event event, uint32_t frame, uint32_t conn) const;
    void require(bool holds, const char* what, const Seen& seen, const char* detail = nullptr) const;
    void fail(const char* what, const Seen& seen, const char* detail) const;

    const tcpstate::Tracker& tracker_;
    bool thorough_;
    std::vector<Seen> seen_;
    std::unordered_map<uint32_t, Known> known_;
    tcpstate::VerdictStore store_;
};

}  // namespace fuzz

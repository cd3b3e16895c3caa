// SPDX-License-Identifier: GPL-2.0-or-later
// What holds on every segment of every trace.
#include <tuple>

#include "events.hpp"
#include "names.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace {

/// Calls `check` with the run, the index of the line and its verdict; collects what it says.
template <typename Check>
std::string every_line(Check check) {
    std::string failures;
    for (const auto& named : trace::all()) {
        auto const lines = trace::parse(named.text);
        for (const trace::Variant& variant : trace::variants()) {
            if (variant.ports_exchanged) continue;
            auto const run = trace::play(lines, variant);
            for (size_t i = 0; i < lines.size(); ++i) {
                Verdict verdict;
                if (!run.store.load(static_cast<uint32_t>(i + 1), 0, verdict)) continue;
                std::string const complaint = check(run, i, verdict);
                if (complaint.empty()) continue;
                failures += std::string(named.name) + "\n    frame " + std::to_string(i + 1) + ": " + lines[i].text +
                            "\n    " + complaint + "\n";
            }
            if (&variant == &trace::variants().front() && !failures.empty()) continue;
        }
    }
    return failures;
}

std::string one(const trace::Run& run, size_t line, const char* field) {
    auto const values = run.values(line, field);
    return values.empty() ? "" : values.front();
}

bool has_ended(State s) {
    return s == State::Closed || s == State::TimeWait || s == State::Listen || s == State::Unknown;
}
bool has_closed(State s) {
    return s == State::FinWait1 || s == State::FinWait2 || s == State::Closing || s == State::LastAck ||
           s == State::TimeWait || s == State::Closed;
}
bool is_opening(State s) {
    return s == State::Unknown || s == State::Listen || s == State::SynSent || s == State::SynReceived;
}

/// Which pairs of states a phase may stand for.
std::string disagreement(const Verdict& v) {
    State const client = v.client_state, server = v.server_state;
    switch (v.phase) {
        case Phase::Opening:
            if (!is_opening(client) && !is_opening(server) && !has_ended(client)) return "opening, but both are open";
            break;
        case Phase::Open:
            if (has_closed(client) || has_closed(server)) return "open, but one has closed";
            if (client == State::SynSent || server == State::SynSent) return "open, but one is in SYN-SENT";
            break;
        case Phase::HalfClosed:
            if (has_closed(client) == has_closed(server)) return "half-closed, but not exactly one has closed";
            break;
        case Phase::Closing:
            if (client == State::Unknown || server == State::Unknown) break;  // its direction is not captured
            if (!has_closed(client) || !has_closed(server)) return "closing, but one has not closed";
            break;
        case Phase::Closed:
            if (!has_ended(client) || !has_ended(server)) return "closed, but one has not ended";
            break;
        case Phase::Reset:
            if (client != State::Closed && server != State::Closed) return "reset, but nobody is closed";
            break;
        case Phase::HalfOpen:
            if (v.half_open.kind == HalfOpenKind::None) return "half-open, but no half_open";
            break;
        case Phase::Count: return "no phase";
    }
    return "";
}

}  // namespace

TEST_CASE("the phase agrees with both states", "[invariants]") {
    std::string const failures = every_line([](auto&, size_t, const Verdict& v) -> std::string {
        std::string const complaint = disagreement(v);
        return complaint.empty() ? "" : complaint + ": " + name(v.client_state) + " " + name(v.server_state);
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("a state changes only by a rule, and rules lead from the state before to the state after", "[invariants]") {
    std::string failures;
    for (const auto& named : trace::all()) {
        auto const lines = trace::parse(named.text);
        auto const run = trace::play(lines, trace::variants().front());
        std::vector<std::array<State, 2>> states;  // by connection
        std::vector<bool> guessed;
        for (size_t i = 0; i < lines.size(); ++i) {
            Verdict v;
            if (!run.store.load(static_cast<uint32_t>(i + 1), 0, v)) continue;
            if (v.conn >= states.size()) {
                states.resize(v.conn + 1, {State::Unknown, State::Unknown});
                guessed.resize(v.conn + 1, v.guessed);
            }
            auto& state = states[v.conn];
            bool const roles_fixed = guessed[v.conn] && !v.guessed;
            guessed[v.conn] = v.guessed;
            auto reached = state;
            if (roles_fixed) std::swap(reached[0], reached[1]);  // only if the guess was wrong; see below
            auto const follow = [&](std::array<State, 2> from) {
                for (const Change& change : v.changes) {
                    const Rule& rule = rules[change.rule];
                    State& moved = from[static_cast<size_t>(change.who)];
                    if (moved != rule.from) return false;
                    moved = rule.to;
                }
                return from == v.states();
            };
            if (!follow(state) && !(roles_fixed && follow(reached)))
                failures +=
                    std::string(named.name) + "\n    frame " + std::to_string(i + 1) + ": " + lines[i].text + "\n";
            state = v.states();
        }
    }
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("hindsight never contradicts what was told online", "[invariants]") {
    std::string const failures = every_line([](auto& run, size_t i, const Verdict& v) -> std::string {
        std::string const frame = std::to_string(i + 1), outcome = one(run, i, "outcome");
        auto const later = [&](const char* field) {
            std::string const value = one(run, i, field);
            return value.empty() || std::stoul(value) > i + 1;
        };
        if (v.half_open.kind == HalfOpenKind::Confirmed && one(run, i, "half_open.discovered_in").empty())
            return "confirmed, but hindsight does not know where";
        if ((v.events & bit(Event::HalfOpenConfirmed)) != 0 && one(run, i, "half_open.discovered_in") != frame)
            return "confirmed here, but discovered elsewhere";
        // figure 9 in a handshake: the SYN that follows may open a connection after all
        bool const opens = v.reset.notes_that(ResetNote::BareAck) && outcome == "open";
        if (v.half_open.kind == HalfOpenKind::Confirmed && outcome != "crashed" && !opens)
            return "confirmed, but the outcome is " + outcome;
        if (!later("half_open.recovered_in")) return "recovered before it was suspected";
        if (!later("half_closed.ended_in")) return "the half-close ended before this frame, where it still is";
        if (v.is_reset() && !later("rst.contradicted_in")) return "contradicted before it was sent";
        if (!one(run, i, "rst.settled").empty() && v.reset.effect != ResetEffect::Unknown)
            return "settled, but was not open";
        if (outcome.empty() || one(run, i, "conn_state").empty()) return "no outcome or conn_state";
        return "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("fields come together as the contract says", "[invariants]") {
    std::string const failures = every_line([](auto& run, size_t i, const Verdict& v) -> std::string {
        auto const present = [&](const char* field) { return !one(run, i, field).empty(); };
        bool const half_open = present("half_open"), half_closed = present("half_closed"), reset = present("rst.cause");
        for (const char* field : {"half_open.gone", "half_open.duration", "half_open.attempts", "half_open.lost_bytes"})
            if (present(field) != half_open) return std::string(field) + " and half_open do not come together";
        bool const gone_was_heard = half_open && v.half_open.since != 0;
        if (present("half_open.since") != gone_was_heard)
            return "since and the end that was heard do not come together";
        for (const char* field :
             {"half_closed.since", "half_closed.duration", "half_closed.bytes", "half_closed.segments"})
            if (present(field) != half_closed) return std::string(field) + " and half_closed do not come together";
        if (present("half_closed.ended_by") && !half_closed) return "an end of a half-close that is not there";
        if (present("half_closed.ended_in") && !present("half_closed.ended_by")) return "ended in a frame by nothing";
        for (const char* field : {"rst.kind", "rst.effect", "rst.confidence", "rst.explanation"})
            if (present(field) != reset) return std::string(field) + " and rst.cause do not come together";
        for (const char* field : {"embryonic.attempts", "embryonic.duration"})
            if (present(field) != present("embryonic"))
                return std::string(field) + " and embryonic do not come together";
        if (present("rst.trigger") != (reset && one(run, i, "rst.kind") == "reply"))
            return "a trigger belongs to a reply RST";
        if (present("half_open.discovered_by") != (one(run, i, "half_open") == "confirmed"))
            return "discovered_by without confirmation";
        if (present("copy_of") && (v.changes.size() != 0 || (v.events & ~bit(Event::CaptureRemark)) != 0))
            return "a copy changes or tells something";
        if (present("event") != present("summary")) return "event and summary do not come together";
        if (run.values(i, "transition").size() != run.values(i, "rule").size())
            return "transition and rule do not come together";
        if (run.values(i, "sender").size() != (v.is_segment ? 1U : 0U))
            return "exactly one of client and server is the sender";
        for (const char* field : {"conn", "roles", "client.state", "server.state", "phase"})
            if (!present(field)) return std::string(field) + " is missing";
        for (const char* field : {"rst.trigger", "challenge_ack", "copy_of", "half_open.since", "half_closed.since"})
            if (present(field) && std::stoul(one(run, i, field)) > i + 1)
                return std::string(field) + " lies in the future";
        return "";
    });
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("half-open-confirmed comes once in a connection", "[invariants]") {
    std::string failures;
    for (const auto& named : trace::all()) {
        auto const lines = trace::parse(named.text);
        auto const run = trace::play(lines, trace::variants().front());
        std::vector<int> times(run.tracker.size());
        for (size_t i = 0; i < lines.size(); ++i) {
            Verdict v;
            if (!run.store.load(static_cast<uint32_t>(i + 1), 0, v)) continue;
            if ((v.events & bit(Event::HalfOpenConfirmed)) != 0 && ++times[v.conn] > 1)
                failures += std::string(named.name) + "\n";
        }
    }
    INFO(failures);
    CHECK(failures.empty());
}

TEST_CASE("a verdict comes out of the store as it went in", "[invariants][store]") {
    for (const auto& named : trace::all()) {
        INFO(named.name);
        auto const lines = trace::parse(named.text);
        Tracker tracker;
        VerdictStore store;
        std::vector<Verdict> stored;
        std::vector<uint8_t> slots;
        for (size_t i = 0; i < lines.size(); ++i) {
            auto const frame = static_cast<uint32_t>(i / 2 + 1);  // two headers in a frame, as in a tunnel
            auto const slot = static_cast<uint8_t>(i % 2 == 0 ? 3 : 200);
            if (lines[i].is_icmp) continue;
            const Verdict& verdict = tracker.observe(trace::path_of(lines[i], trace::variants().front()),
                                                     trace::on_the_wire(lines[i], trace::variants().front(), frame));
            REQUIRE(store.store(frame, slot, verdict));
            stored.push_back(verdict);
            slots.push_back(slot);
        }
        size_t k = 0;
        for (size_t i = 0; i < lines.size(); ++i) {
            if (lines[i].is_icmp) continue;
            Verdict loaded;
            REQUIRE(store.load(static_cast<uint32_t>(i / 2 + 1), slots[k], loaded));
            CHECK(stored[k] == loaded);
            ++k;
        }
        Verdict none;
        CHECK_FALSE(store.load(static_cast<uint32_t>(lines.size() + 1), 0, none));
        CHECK_FALSE(store.load(1, 7, none));
    }
}

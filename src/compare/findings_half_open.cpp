// SPDX-License-Identifier: GPL-2.0-or-later
// What either end was in truth: each one's states as the point on its side infers them.
#include <algorithm>
#include <array>

#include "clock.hpp"
#include "findings.hpp"
#include "names.hpp"
#include "words.hpp"

namespace tcpstate {
namespace {

/// Below it one end's state is just not yet known to the other.
constexpr int64_t shortest_half_open = 10 * millisecond;

class HalfOpenTruth : public Findings {
public:
    explicit HalfOpenTruth(const Findings& findings) : Findings(findings) {}
    void run() {
        std::array<State, 2> state{State::Unknown, State::Unknown};
        bool open = false;
        int64_t since = 0, end = 0;
        Role gone = Role::Client;
        for (const auto& [time, role, segment] : near_states()) {
            auto const index = static_cast<size_t>(role);
            state[index] = role == Role::Client ? segment->after.client_state : segment->after.server_state;
            bool const half = (state[0] == State::Closed && is_synchronized(state[1])) ||
                              (state[1] == State::Closed && is_synchronized(state[0]));
            if (half && !open) {
                since = time;
                gone = state[0] == State::Closed ? Role::Client : Role::Server;
            }
            if (!half && open) tell_half_open(gone, since, time, false);
            open = half;
            end = time;
        }
        if (open) tell_half_open(gone, since, std::max(end, end_of_capture()), true);
    }

private:
    static bool is_synchronized(State state) {
        return state == State::Established || state == State::FinWait1 || state == State::FinWait2 ||
               state == State::CloseWait;
    }
    int64_t end_of_capture() const { return std::max(stretch_.a.end(), stretch_.clocks.to_a(stretch_.b.end())); }
    struct NearState {
        int64_t time;
        Role role;
        const SeenSegment* segment;
    };
    /// After each segment at a point the state of the end on its side, by A's clock.
    std::vector<NearState> near_states() const {
        std::vector<NearState> states;
        for (const SeenSegment& s : c_.a.segments)
            states.push_back({s.time, passage_.client_at_a ? Role::Client : Role::Server, &s});
        for (const SeenSegment& s : c_.b.segments)
            states.push_back({stretch_.clocks.to_a(s.time),
                              c_.pair.role_at_a(passage_.client_at_a ? Role::Server : Role::Client), &s});
        std::stable_sort(states.begin(), states.end(),
                         [](const NearState& x, const NearState& y) { return x.time < y.time; });
        return states;
    }
    void tell_half_open(Role gone, int64_t since, int64_t until, bool to_the_end) {
        int64_t const duration = elapsed(since, until);
        int64_t const bound = stretch_.clocks.bound() == ClockRelation::no_bound ? 0 : stretch_.clocks.bound();
        if (duration < shortest_half_open + 2 * bound) return;
        int64_t const start = crossings().front().time;
        add(FindingKind::HalfOpen,
            format("Half-open: the %s was CLOSED, as %c shows, and the %s went on for %s%s, from %s after the start.",
                   name(gone), near(gone), name(other(gone)), rounded(duration).c_str(),
                   to_the_end ? " to the end of the capture" : "", rounded(elapsed(start, since)).c_str()));
    }
};

}  // namespace

void find_half_open(const Findings& findings) { HalfOpenTruth(findings).run(); }

}  // namespace tcpstate

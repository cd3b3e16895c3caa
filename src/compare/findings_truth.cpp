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
/// Before it an application may just not have read the end of the data yet.
constexpr int64_t shortest_leak = second;

class Truth : public Findings {
public:
    explicit Truth(const Findings& findings) : Findings(findings) {}
    void run() {
        std::array<State, 2> state{State::Unknown, State::Unknown};
        bool open = false;
        std::array<int64_t, 2> entered{};
        int64_t since = 0, end = 0;
        Role gone = Role::Client;
        for (const auto& [time, role, its] : near_states()) {
            auto const index = static_cast<size_t>(role);
            if (state[index] != its) entered[index] = time;
            state[index] = its;
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
        end = std::max(end, end_of_capture());
        if (open) tell_half_open(gone, since, end, true);
        for (Role const role : {Role::Client, Role::Server})
            if (state[static_cast<size_t>(role)] == State::CloseWait)
                tell_leak(role, entered[static_cast<size_t>(role)], end, state[static_cast<size_t>(other(role))]);
    }

private:
    static bool is_synchronized(State state) {
        return state == State::Established || state == State::FinWait1 || state == State::FinWait2 ||
               state == State::CloseWait;
    }
    /// While both captures last, as far as that is known.
    int64_t end_of_capture() const {
        int64_t const seen = std::max(stretch_.a.end(), stretch_.clocks.to_a(stretch_.b.end()));
        return std::min({seen, stretch_.life_of_a.end, stretch_.life_of_b.end});
    }
    struct NearState {
        int64_t time;
        Role role;
        State state;
    };
    /// After each segment at a point the state of the end on its side, by A's clock, while both captures last.
    std::vector<NearState> near_states() const {
        std::vector<NearState> states;
        auto const note = [&](int64_t time, Role role, State state) {
            if (stretch_.life_of_a.covers(time) && stretch_.life_of_b.covers(time))
                states.push_back({time, role, state});
        };
        Role const near_a = passage_.client_at_a ? Role::Client : Role::Server, near_b = other(near_a);
        for (const SeenSegment& s : c_.segments_a) note(s.time, near_a, s.after.state_of(near_a));
        for (const SeenSegment& s : c_.segments_b)
            note(stretch_.clocks.to_a(s.time), near_b, s.after.state_of(c_.pair.role_at_b(near_b)));
        std::stable_sort(states.begin(), states.end(),
                         [](const NearState& x, const NearState& y) { return x.time < y.time; });
        return states;
    }
    void tell_half_open(Role gone, int64_t since, int64_t until, bool to_the_end) {
        int64_t const duration = elapsed(since, until);
        if (duration < shortest_half_open + 2 * stretch_.clocks.slack()) return;
        add(FindingKind::HalfOpen,
            format("Half-open: the %s was CLOSED, as %c shows, and the %s went on for %s%s, from %s after the start.",
                   name(gone), near(gone), name(other(gone)), rounded(duration).c_str(),
                   to_the_end ? " to the end of the capture" : "",
                   rounded(elapsed(crossings().front().time, since)).c_str()));
    }
    void tell_leak(Role role, int64_t since, int64_t end, State its_peer) {
        if (elapsed(since, end) < shortest_leak + 2 * stretch_.clocks.slack()) return;
        add(FindingKind::CloseWait,
            format(
                "The %s has not closed: %c shows it in CLOSE-WAIT since it got the %s's FIN, %s until the end of the "
                "capture; the %s is in %s.",
                name(role), near(role), name(other(role)), rounded(elapsed(since, end)).c_str(), name(other(role)),
                name(its_peer)));
    }
};

}  // namespace

void find_truth(const Findings& findings) { Truth(findings).run(); }

}  // namespace tcpstate

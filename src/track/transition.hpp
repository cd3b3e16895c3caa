// SPDX-License-Identifier: GPL-2.0-or-later
/// The one place where a rule moves an endpoint.
#pragma once
#include <array>

#include "endpoint.hpp"
#include "verdict.hpp"

namespace tcpstate {

/// How a state is known: by what the endpoint sent, or by what it must have received.
enum class Standing : bool { Observed, Presumed };

/// Moves `end`, in the role `who`, by the rule for its state and `cue`. False, and nothing is done, if there is none.
inline bool transition(Endpoint& end, Role who, Cue cue, Standing standing, Changes& changes) {
    uint8_t const rule = rule_for(end.state, cue);
    if (rule == no_rule) return false;
    end.state = rules[rule].to;
    end.presumed = standing == Standing::Presumed;
    changes.add({rule, who});
    return true;
}

/// Both endpoints of a connection as a segment leaves them, and what it tells. A copy: the connection stays as it is
/// until this is applied.
struct Moves {
    std::array<Endpoint, 2> ends;  ///< sender and receiver; on a connection to itself the first is both
    bool self_connected;
    Role sender_role;
    Changes changes;
    uint32_t events = 0;  ///< bit set of Event

    Endpoint& sender() { return ends[0]; }
    Endpoint& receiver() { return ends[self_connected ? 0 : 1]; }
    const Endpoint& sender() const { return ends[0]; }
    const Endpoint& receiver() const { return ends[self_connected ? 0 : 1]; }
    void tell(Event event) { events |= bit(event); }
    bool move(Endpoint& end, Cue cue, Standing standing) {
        Role const who = &end == ends.data() ? sender_role : other(sender_role);
        uint8_t const rule = rule_for(end.state, cue);
        if (!transition(end, who, cue, standing, changes)) return false;
        if (self_connected) changes.add({rule, Role::Server});  // one endpoint in both roles
        return true;
    }
};

}  // namespace tcpstate

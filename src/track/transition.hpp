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
class Moves {
public:
    /// On a connection to itself, sender and receiver are one and the same.
    Moves(const Endpoint& its_sender, const Endpoint& its_receiver, Role its_role)
        : sender_role(its_role),
          ends_{its_sender, its_receiver},
          receiver_(&ends_[&its_sender == &its_receiver ? 0 : 1]) {}
    Moves(const Moves& from)
        : sender_role(from.sender_role),
          changes(from.changes),
          events(from.events),
          ends_(from.ends_),
          receiver_(&ends_[from.is_self_connected() ? 0 : 1]) {}
    Moves& operator=(const Moves&) = delete;

    Role sender_role;
    Changes changes;
    uint32_t events = 0;  ///< bit set of Event

    Endpoint& sender() { return ends_[0]; }
    Endpoint& receiver() { return *receiver_; }
    const Endpoint& sender() const { return ends_[0]; }
    const Endpoint& receiver() const { return *receiver_; }
    bool is_self_connected() const { return receiver_ == ends_.data(); }
    void tell(Event event) { events |= bit(event); }
    bool move(Endpoint& end, Cue cue, Standing standing) {
        Role const who = &end == ends_.data() ? sender_role : other(sender_role);
        uint8_t const rule = rule_for(end.state, cue);
        if (!transition(end, who, cue, standing, changes)) return false;
        if (is_self_connected()) changes.add({rule, Role::Server});  // one endpoint in both roles
        return true;
    }

private:
    std::array<Endpoint, 2> ends_;
    Endpoint* receiver_;
};

}  // namespace tcpstate

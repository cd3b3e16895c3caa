// SPDX-License-Identifier: GPL-2.0-or-later
#include "syn_cache.hpp"

#include "transition.hpp"

namespace tcpstate {

void apply_first_syn(const Segment& syn, Connection& connection) {
    Endpoint& sender = connection.ends[0];
    Changes changes;
    transition(sender, Role::Client, Cue::SentSyn, Standing::Observed, changes);
    sender.heard = sender.syn_seen = sender.opened_actively = true;
    sender.iss = syn.seq;
    sender.snd_nxt = sender.sent_edge = syn.end();
    sender.scale = syn.scale;
    sender.ttl = syn.ttl;
    sender.last_ip_id = syn.ip_id;
    sender.last_window = syn.window;
    sender.frames = 1;
    sender.last_frame = syn.frame;
    sender.last_time = sender.run_time = connection.start_time = connection.activity_time = syn.time;
    connection.history.note(Letter::S, Role::Client);
}

void read_off_first_syn(Verdict& verdict) {
    Endpoint sender;
    transition(sender, Role::Client, Cue::SentSyn, Standing::Observed, verdict.changes);
    verdict.client_state = sender.state;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "zeek.hpp"

namespace tcpstate {

/// Zeek's conn_state by its documented meaning (Conn::Info); the originator is the client. Where Zeek's timers
/// would cut a connection, this does not.
const char* zeek_state(const Connection& connection) {
    const Endpoint& originator = connection.client();
    const Endpoint& responder = connection.server();
    bool const originator_syn = originator.syn_seen, responder_syn = responder.syn_seen;
    bool const ended_by_reset = connection.reset || connection.perhaps_reset();
    bool const established = connection.established;
    if (ended_by_reset && connection.reset_by() == Role::Server) {
        if (originator_syn && !responder_syn && !established) return "REJ";
        if (!originator.heard) return responder_syn ? "RSTRH" : "OTH";
        return originator_syn || responder_syn ? "RSTR" : "OTH";
    }
    if (ended_by_reset) {
        if (originator_syn && !responder.heard) return "RSTOS0";
        return originator_syn || responder_syn ? "RSTO" : "OTH";
    }
    if (!originator_syn && !responder_syn) return "OTH";
    if (originator.fin_seen && responder.fin_seen) return "SF";
    if (originator.fin_seen) return responder.heard ? "S2" : "SH";
    if (responder.fin_seen) return originator.heard ? "S3" : "SHR";
    if (!responder.heard) return established ? "OTH" : "S0";
    return originator.heard ? "S1" : "OTH";
}

void print(const History& history, Text& text) {
    static constexpr char letters[][11] = {"SHADFRTWIQ", "shadfrtwiq"};
    static_assert(sizeof letters[0] - 1 == static_cast<size_t>(Letter::Count));
    if (history.flipped()) text.add_text("^");
    history.each([&](Letter letter, Role who) {
        text.add_text({&letters[who == Role::Client ? 0 : 1][static_cast<size_t>(letter)], 1});
    });
}

}  // namespace tcpstate

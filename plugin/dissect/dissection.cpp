// SPDX-License-Identifier: GPL-2.0-or-later
#include "dissection.hpp"

#include "hook.hpp"
#include "tap.hpp"

namespace tcpstate {
namespace {

/// Wireshark begins another session when a protocol was enabled or disabled, so one look is enough.
bool is_enabled(const Dissectors& dissectors) {
    return proto_is_protocol_enabled(dissectors.our_protocol) && proto_is_protocol_enabled(dissectors.tcp_protocol);
}

}  // namespace

void register_dissection() {
    Dissection& d = dissection();
    register_all(d.registry);
    register_options(d.registry.proto, d.options);
    register_tcpstate_tap();
}

void hand_off_dissection() { install_hooks(); }

std::unique_ptr<Session> make_session(Session::Ledger ledger) {
    Dissection& d = dissection();
    bool const is_registered = d.dissectors.our_protocol != nullptr;  // else everything is as it is by default
    if (is_registered && !is_enabled(d.dissectors)) return nullptr;
    bool const checks_checksum = is_registered && tcp_checks_checksum();
    return std::make_unique<Session>(core_preferences(d.options), checks_checksum, ++d.sessions, ledger);
}

void open_session() try {
    Dissection& d = dissection();
    d.session.reset();
    if (d.sessions == 0) open_subtrees(d.registry);
    d.session = make_session(Session::Ledger::Kept);
} catch (...) {
    ws_warning("out of memory: this capture is not followed");
}

void close_session() try { dissection().session.reset(); } catch (...) {
    ws_warning("a session could not be closed");
}

}  // namespace tcpstate

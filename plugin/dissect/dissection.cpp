// SPDX-License-Identifier: GPL-2.0-or-later
#include "dissection.hpp"

#include <cstdio>

#include "hook.hpp"
#include "tap.hpp"

#include <epan/funnel.h>

namespace tcpstate {
namespace {

/// False in a program that has not started Wireshark: everything is as it is by default.
bool is_registered(const Dissectors& dissectors) { return dissectors.our_protocol != nullptr; }

/// tshark has read the capture once, and whoever asked got nothing.
void tell_of_missed_hindsight(const HindsightReaders& readers) {
    if (readers.missed == nullptr || readers.second_pass || has_window()) return;
    std::fprintf(
        stderr,
        "tcpstate.%s depends on later packets: it is known only in the second pass of tshark -2 (-R is the first)\n",
        readers.missed->name);
}

}  // namespace

void register_dissection() {
    Dissection& d = dissection();
    register_all(d.registry);
    register_options(d.registry.proto, d.options);
    register_tcpstate_tap();
}

void hand_off_dissection() { install_hooks(); }

/// As Wireshark's own Lua asks (gui_enabled): tshark offers text windows too, but no buttons.
bool has_window() {
    const funnel_ops_t* const ops = funnel_get_funnel_ops();
    return ops != nullptr && ops->add_button != nullptr;
}

std::unique_ptr<Session> new_session(Session::Ledger ledger) {
    Dissection& d = dissection();
    bool const checks_checksum = is_registered(d.dissectors) && tcp_checks_checksum();
    return std::make_unique<Session>(core_preferences(d.options), checks_checksum, ++d.session_count, ledger);
}

bool is_enabled() {
    const Dissectors& dissectors = dissection().dissectors;
    return !is_registered(dissectors) ||
           (proto_is_protocol_enabled(dissectors.our_protocol) && proto_is_protocol_enabled(dissectors.tcp_protocol));
}

void open_session() try {
    Dissection& d = dissection();
    d.sessions = {};
    d.read_filter = {};
    d.hindsight_readers = {};
    if (d.session_count == 0) open_subtrees(d.registry);
    if (is_enabled()) d.sessions.shown = new_session();
} catch (...) {
    ws_warning("out of memory: this capture is not followed");
}

void close_session() try {
    Dissection& d = dissection();
    tell_of_missed_hindsight(d.hindsight_readers);
    d.sessions = {};
    d.read_filter = {};
    d.hindsight_readers = {};
} catch (...) {
    ws_warning("a session could not be closed");
}

}  // namespace tcpstate

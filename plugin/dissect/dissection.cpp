// SPDX-License-Identifier: GPL-2.0-or-later
#include "dissection.hpp"

#include <cstdio>

#include <epan/funnel.h>

namespace tcpstate {
namespace {

/// Wireshark begins another session when a protocol was enabled or disabled, so one look is enough.
bool is_enabled(const Dissectors& dissectors) {
    return proto_is_protocol_enabled(dissectors.our_protocol) && proto_is_protocol_enabled(dissectors.tcp_protocol);
}

/// tshark has read the capture once, and whoever asked got nothing.
void tell_of_missed_hindsight(const HindsightReaders& readers) {
    if (readers.missed == nullptr || readers.second_pass || has_window()) return;
    std::fprintf(
        stderr,
        "tcpstate.%s depends on later packets: it is known only in the second pass of tshark -2 (-R is the first)\n",
        readers.missed->name);
}

}  // namespace

/// As Wireshark's own Lua asks (gui_enabled): tshark offers text windows too, but no buttons.
bool has_window() {
    const funnel_ops_t* const ops = funnel_get_funnel_ops();
    return ops != nullptr && ops->add_button != nullptr;
}

std::unique_ptr<Session> new_session() {
    Dissection& d = dissection();
    return std::make_unique<Session>(core_preferences(d.options), tcp_checks_checksum(), ++d.session_count);
}

void open_session() try {
    Dissection& d = dissection();
    d.sessions = {};
    d.read_filter = {};
    d.hindsight_readers = {};
    if (d.session_count == 0) open_subtrees(d.registry);
    if (is_enabled(d.dissectors)) d.sessions.shown = new_session();
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "dissection.hpp"

namespace tcpstate {
namespace {

/// Wireshark begins another session when a protocol was enabled or disabled, so one look is enough.
bool is_enabled(const Dissectors& dissectors) {
    return proto_is_protocol_enabled(dissectors.our_protocol) && proto_is_protocol_enabled(dissectors.tcp_protocol);
}

}  // namespace

void open_session() try {
    Dissection& d = dissection();
    d.session.reset();
    if (d.sessions == 0) open_subtrees(d.registry);
    if (!is_enabled(d.dissectors)) return;
    d.session = std::make_unique<Session>(core_preferences(d.options), tcp_checks_checksum(), ++d.sessions);
} catch (...) {
    ws_warning("out of memory: this capture is not followed");
}

void close_session() try { dissection().session.reset(); } catch (...) {
    ws_warning("a session could not be closed");
}

}  // namespace tcpstate

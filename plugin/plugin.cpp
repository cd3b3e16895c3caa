// SPDX-License-Identifier: GPL-2.0-or-later
/// Entry points: what Wireshark looks up by name when it loads the plugin.
#include "compat.hpp"
#include "connections.hpp"
#include "conversation.hpp"
#include "flow.hpp"
#include "frames.hpp"
#include "hook.hpp"
#include "menu.hpp"
#include "options.hpp"
#include "registry.hpp"
#include "session.hpp"
#include "statistics.hpp"
#include "table.hpp"
#include "tap.hpp"
#include "timeline.hpp"

extern "C" {

extern WS_DLL_PUBLIC_DEF const char plugin_version[];
extern WS_DLL_PUBLIC_DEF const int plugin_want_major;
extern WS_DLL_PUBLIC_DEF const int plugin_want_minor;
const char plugin_version[] = TCPSTATE_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC_DEF void plugin_register(void);
WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void);

static void register_protocol() try {
    tcpstate::register_all();
    tcpstate::register_options(tcpstate::registry().proto);
    tcpstate::register_tcpstate_tap();
    tcpstate::register_connections();
    tcpstate::register_frames();
    tcpstate::register_flow();
    tcpstate::register_timeline();
    tcpstate::register_conversation();
    register_init_routine(tcpstate::open_session);
    register_cleanup_routine(tcpstate::close_session);
} catch (...) {
    ws_warning("out of memory: not all of TCP State is there");
}

static void hand_off() try {
    tcpstate::install_hooks();
    tcpstate::register_statistics();
    tcpstate::register_table();
    tcpstate::register_menu();
} catch (...) {
    ws_warning("out of memory: not all of TCP State is there");
}

void plugin_register() {
    static proto_plugin plugin;
    plugin.register_protoinfo = register_protocol;
    plugin.register_handoff = hand_off;
    proto_register_plugin(&plugin);
}

/// Wireshark 4.2 and later ask what the plugin brings: 1 is a dissector (WS_PLUGIN_DESC_DISSECTOR).
uint32_t plugin_describe() { return 1; }
}

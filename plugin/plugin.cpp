// SPDX-License-Identifier: GPL-2.0-or-later
/// Entry points: what Wireshark looks up by name when it loads the plugin. And the plugin's one object.
#include "connections.hpp"
#include "conversation.hpp"
#include "display.hpp"
#include "dissection.hpp"
#include "flow.hpp"
#include "help.hpp"
#include "look_again.hpp"
#include "menu.hpp"
#include "timeline.hpp"

namespace tcpstate {
namespace {

/// All that changes while Wireshark runs: the plugin has no other variable that outlives a call.
struct Plugin {
    Dissection dissection;
    Display display;
};

Plugin plugin;

void register_protocol() try {
    register_dissection();
    register_connections();
    register_frames();
    register_flow();
    register_timeline();
    register_help();
    register_conversation();
    register_init_routine(open_session);
    register_init_routine(watch_reading);
    register_cleanup_routine(close_session);
} catch (...) {
    ws_warning("out of memory: not all of TCP State is there");
}

void hand_off() try {
    hand_off_dissection();
    register_statistics();
    register_table();
    register_menu();
} catch (...) {
    ws_warning("out of memory: not all of TCP State is there");
}

}  // namespace

Dissection& dissection() { return plugin.dissection; }
Display& display() { return plugin.display; }

}  // namespace tcpstate

extern "C" {

extern WS_DLL_PUBLIC_DEF const char plugin_version[];
extern WS_DLL_PUBLIC_DEF const int plugin_want_major;
extern WS_DLL_PUBLIC_DEF const int plugin_want_minor;
const char plugin_version[] = TCPSTATE_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC_DEF void plugin_register(void);
WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void);

void plugin_register() {
    static const proto_plugin plugin{.register_protoinfo = tcpstate::register_protocol,
                                     .register_handoff = tcpstate::hand_off};
    proto_register_plugin(&plugin);
}

/// Wireshark 4.2 and later ask what the plugin brings: 1 is a dissector (WS_PLUGIN_DESC_DISSECTOR).
uint32_t plugin_describe() { return 1; }
}

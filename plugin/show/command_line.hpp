// SPDX-License-Identifier: GPL-2.0-or-later
/// What the statistics have in common that are asked for with -z and print text.
#pragma once
#include "compat.hpp"
#include "dissection.hpp"

#include <epan/stat_tap_ui.h>

namespace tcpstate {

/// Tells the user what is wrong with the argument of a -z. tshark ends with it; a window shows it and stays open.
void refuse(const char* argument, const char* reason, const char* usage);

/// What -z asks Wireshark's taps for. One `data` can listen to one tap.
struct Listener {
    const char* tap;
    void* data;
    const char* filter;  ///< or null
    unsigned flags;
    tap_reset_cb reset;  ///< or null
    tap_packet_cb packet;
    tap_draw_cb draw;  ///< or null
};
/// False when the filter was refused.
bool listen(const Listener& listener, const char* argument, const char* usage);

/// Registers -z COMMAND. `begin` gets the whole argument, which starts with COMMAND, and says whether it could begin.
template <bool (*begin)(const char* argument)>
void register_command(const char* command) {
    stat_tap_ui ui{};
    ui.group = REGISTER_STAT_GROUP_GENERIC;
    ui.cli_string = command;
    ui.tap_init_cb = [](const char* argument, void*) -> compat::InitResult {
        try {
            return compat::InitResult(begin(argument));
        } catch (...) {
            ws_warning("out of memory: no -z %s", argument);
            return compat::InitResult(false);
        }
    };
    register_stat_tap_ui(&ui, nullptr);  // which copies what it needs
}

}  // namespace tcpstate

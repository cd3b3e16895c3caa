// SPDX-License-Identifier: GPL-2.0-or-later
#include "command_line.hpp"

#include <cstdlib>

#include <wsutil/report_message.h>

namespace tcpstate {

void refuse(const char* argument, const char* reason, const char* usage) {
    report_failure("-z %s: %s\nusage: %s", argument, reason, usage);
    if (!has_window()) std::exit(1);
}

bool listen(const Listener& listener, const char* argument, const char* usage) {
    GString* const error = register_tap_listener(listener.tap, listener.data, listener.filter, listener.flags,
                                                 listener.reset, listener.packet, listener.draw, nullptr);
    if (error == nullptr) return true;
    refuse(argument, error->str, usage);
    g_string_free(error, TRUE);
    return false;
}

}  // namespace tcpstate

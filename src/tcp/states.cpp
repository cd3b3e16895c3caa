// SPDX-License-Identifier: GPL-2.0-or-later
#include "states.hpp"

namespace tcpstate {

const char* name(State state) {
    static constexpr const char* names[] = {"UNKNOWN",      "CLOSED",      "LISTEN",     "SYN-SENT",
                                            "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
                                            "CLOSE-WAIT",   "CLOSING",     "LAST-ACK",   "TIME-WAIT"};
    static_assert(sizeof names / sizeof names[0] == static_cast<size_t>(State::Count));
    return names[static_cast<size_t>(state)];
}

}  // namespace tcpstate

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

/// In the notation of RFC 9293 figure 5.
const char* name(Cue cue) {
    static constexpr const char* names[] = {"snd SYN",
                                            "snd SYN,ACK",
                                            "snd data or ACK",
                                            "snd ACK of FIN",
                                            "snd FIN",
                                            "snd crossing FIN",
                                            "snd RST",
                                            "rcv SYN",
                                            "rcv SYN,ACK",
                                            "rcv ACK of SYN",
                                            "rcv ACK of FIN",
                                            "rcv FIN",
                                            "rcv RST",
                                            "rcv RST after passive OPEN",
                                            "rcv ICMP error",
                                            "FIN was lost",
                                            "ACK of FIN was lost",
                                            "goes on after RST"};
    static_assert(sizeof names / sizeof names[0] == static_cast<size_t>(Cue::Count));
    return names[static_cast<size_t>(cue)];
}

}  // namespace tcpstate

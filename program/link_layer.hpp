// SPDX-License-Identifier: GPL-2.0-or-later
/// What libwiretap calls a link layer, for the plain way.
#pragma once
#include "plain_frame.hpp"

#include <wiretap/wtap.h>

namespace tcpstate {

inline LinkLayer link_layer(int encapsulation) {
    switch (encapsulation) {
        case WTAP_ENCAP_ETHERNET: return LinkLayer::Ethernet;
        case WTAP_ENCAP_SLL: return LinkLayer::LinuxCooked;
        case WTAP_ENCAP_SLL2: return LinkLayer::LinuxCooked2;
        case WTAP_ENCAP_RAW_IP:
        case WTAP_ENCAP_RAW_IP4: return LinkLayer::RawIp;
        case WTAP_ENCAP_RAW_IP6: return LinkLayer::RawIpv6;
        case WTAP_ENCAP_NULL: return LinkLayer::Null;
        case WTAP_ENCAP_LOOP: return LinkLayer::Loop;
        default: return LinkLayer::Other;
    }
}

}  // namespace tcpstate

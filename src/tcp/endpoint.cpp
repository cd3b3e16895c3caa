// SPDX-License-Identifier: GPL-2.0-or-later
#include "endpoint.hpp"

namespace tcpstate {

void Endpoint::compare_hops(int16_t other_ttl) {
    if (hops(ttl) != hops(other_ttl)) hops_vary = true;
}

uint32_t Endpoint::unacked() const {
    if (!heard) return 0;
    if (!peer_acked && !syn_seen)  // in mid-stream: as much as was seen
        return bytes < UINT32_MAX ? static_cast<uint32_t>(bytes) : UINT32_MAX;
    Seq from = peer_acked ? snd_una : iss;
    if (syn_seen && from == iss) from = from + 1;              // the SYN is no payload
    Seq const to = fin_seen && snd_nxt > fin ? fin : snd_nxt;  // nor is the FIN
    return from < to ? static_cast<uint32_t>(to - from) : 0;
}

}  // namespace tcpstate

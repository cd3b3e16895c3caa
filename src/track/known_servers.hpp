// SPDX-License-Identifier: GPL-2.0-or-later
/// Who is the server where no handshake tells: by what the capture has shown, then by what is known of ports.
#pragma once
#include <bitset>

#include "segment.hpp"

namespace tcpstate {

class KnownServers {
public:
    /// A socket that has answered a SYN.
    void note(const Socket& server) { answered_.set(server.port); }
    /// `a` is likelier to be the server than `b`.
    bool is_likelier(const Socket& a, const Socket& b) const;

private:
    std::bitset<65536> answered_;  ///< by port: a service listens on the same one at each host
};

}  // namespace tcpstate

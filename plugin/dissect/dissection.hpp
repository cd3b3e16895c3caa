// SPDX-License-Identifier: GPL-2.0-or-later
/// Everything in this folder that changes while Wireshark runs. Its callbacks get no data of their own, so this is how
/// they reach it.
#pragma once
#include <memory>

#include "compat.hpp"
#include "options.hpp"
#include "reader.hpp"
#include "registry.hpp"
#include "session.hpp"

namespace tcpstate {

/// The dissectors that stand behind ours, and the protocols that people can disable.
struct Dissectors {
    dissector_handle_t tcp = nullptr, icmp = nullptr, icmpv6 = nullptr;
    const protocol_t *our_protocol = nullptr, *tcp_protocol = nullptr;
};

struct Dissection {
    Registry registry;
    Options options;
    Dissectors dissectors;
    std::unique_ptr<Session> session;  ///< of the open file; null when nobody wants to know anything
    uint32_t sessions = 0;             ///< how many there have been
    Quotation quotation;               ///< of the ICMP error that is being dissected, while it is
    int tap = 0;
    /// Called for each TCP header before it is dissected, also for quoted ones. Null: nobody asked.
    void (*header_listener)(tvbuff_t* tvb, const packet_info* pinfo) = nullptr;
};

/// The only one: a part of the object in plugin.cpp.
Dissection& dissection();

/// The session of the open file, or null.
inline Session* session() { return dissection().session.get(); }
inline const Registry& registry() { return dissection().registry; }

/// \name What Wireshark wants to know of us: when protocols register, and when all have done so
/// @{
void register_dissection();
void hand_off_dissection();
/// @}

/// A session by the preferences as they are now; null when people have disabled the protocol. Throws std::bad_alloc.
std::unique_ptr<Session> make_session(Session::Ledger ledger);

/// Begins a session, ends it. Wireshark calls them around each file and each redissection.
void open_session();
void close_session();

}  // namespace tcpstate

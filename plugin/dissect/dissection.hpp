// SPDX-License-Identifier: GPL-2.0-or-later
/// Everything in this folder that changes while Wireshark runs. Its callbacks get no data of their own, so this is how
/// they reach it.
#pragma once
#include <memory>

#include "compat.hpp"
#include "options.hpp"
#include "read_filter.hpp"
#include "reader.hpp"
#include "registry.hpp"
#include "session.hpp"

namespace tcpstate {

/// The dissectors that stand behind ours, and the protocols that people can disable.
struct Dissectors {
    dissector_handle_t tcp = nullptr, icmp = nullptr, icmpv6 = nullptr;
    const protocol_t *our_protocol = nullptr, *tcp_protocol = nullptr;
};

/// Who asked by name for fields that depend on later packets: a column, a filter, a colour.
struct HindsightReaders {
    const Field* missed = nullptr;  ///< the first that was asked for on a first pass, when it is absent
    uint32_t asked_until = 0;       ///< the newest frame when one was asked for last
    bool second_pass = false;       ///< frames were dissected again, so that others got their answer
};

struct Dissection {
    Registry registry;
    Options options;
    Dissectors dissectors;
    Sessions sessions;  ///< of the open file; null when nobody wants to know anything
    ReadFilter read_filter;
    HindsightReaders hindsight_readers;
    uint32_t session_count = 0;  ///< how many there have been
    Quotation quotation;         ///< of the ICMP error that is being dissected, while it is
    int tap = 0;
    /// Called for each TCP header before it is dissected, also for quoted ones. Null: nobody asked.
    void (*header_listener)(tvbuff_t* tvb, const packet_info* pinfo) = nullptr;
};

/// The only one: a part of the object in plugin.cpp.
Dissection& dissection();

/// The session of the open file, or null.
inline Session* session() { return dissection().sessions.shown.get(); }
inline const Registry& registry() { return dissection().registry; }

/// \name What Wireshark wants to know of us: when protocols register, and when all have done so
/// @{
void register_dissection();
void hand_off_dissection();
/// @}

/// Whether this is Wireshark with its window, and not tshark.
bool has_window();

/// Whether people want connections followed: they can disable the protocol. Wireshark begins another session when they
/// have enabled or disabled one, so one look is enough.
bool is_enabled();
/// With the preferences of now. Throws std::bad_alloc.
std::unique_ptr<Session> new_session(Session::Ledger ledger = Session::Ledger::Kept);

/// Begins a session, ends it. Wireshark calls them around each file and each redissection.
void open_session();
void close_session();

}  // namespace tcpstate

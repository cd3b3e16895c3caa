// SPDX-License-Identifier: GPL-2.0-or-later
#include "conversation.hpp"

#include <set>

#include "compat.hpp"
#include "session.hpp"

namespace tcpstate {
namespace {

std::set<uint32_t> connections_of(const packet_info* pinfo) try {
    std::set<uint32_t> all;
    if (const Session* const open = session()) {
        open->each(pinfo->num, [&](const Verdict& verdict) { all.insert(verdict.conn); });
    }
    return all;
} catch (...) {
    return {};
}

compat::Bool has_connection(packet_info* pinfo) {
    Verdict verdict;
    const Session* const open = session();
    return open != nullptr && open->innermost(pinfo->num, verdict);
}

/// The innermost one: that of the addresses and ports in the packet list.
char* this_connection(packet_info* pinfo) {
    Verdict verdict;
    const Session* const open = session();
    if (open == nullptr || !open->innermost(pinfo->num, verdict)) return nullptr;
    return g_strdup_printf("tcpstate.conn == %u", verdict.conn);
}

compat::Bool has_several(packet_info* pinfo) { return connections_of(pinfo).size() > 1; }

char* all_connections(packet_info* pinfo) {
    GString* const text = g_string_new("tcpstate.conn in {");
    const char* between = "";
    for (uint32_t const conn : connections_of(pinfo)) {
        g_string_append_printf(text, "%s%u", between, conn);
        between = ", ";
    }
    return g_string_free(g_string_append_c(text, '}'), FALSE);
}

}  // namespace

void register_conversation() {
    compat::register_conversation_filter<has_connection, this_connection>("tcpstate", "TCP State: this connection");
    compat::register_conversation_filter<has_several, all_connections>("tcpstate",
                                                                       "TCP State: all connections in this frame");
}

}  // namespace tcpstate

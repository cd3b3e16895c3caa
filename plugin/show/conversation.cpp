// SPDX-License-Identifier: GPL-2.0-or-later
#include "conversation.hpp"

#include <set>

#include "compat.hpp"
#include "dissection.hpp"

namespace tcpstate {
namespace {

std::set<uint32_t> connections_of(const packet_info* pinfo) {
    std::set<uint32_t> all;
    if (const Session* const open = session()) {
        open->each(pinfo->num, [&](const Verdict& verdict) { all.insert(verdict.conn); });
    }
    return all;
}

compat::Bool has_connection(packet_info* pinfo) try {
    Verdict verdict;
    const Session* const open = session();
    return open != nullptr && open->innermost(pinfo->num, verdict);
} catch (...) {
    return false;
}

/// The innermost one: that of the addresses and ports in the packet list.
char* this_connection(packet_info* pinfo) try {
    Verdict verdict;
    const Session* const open = session();
    if (open == nullptr || !open->innermost(pinfo->num, verdict)) return nullptr;
    return g_strdup_printf("tcpstate.conn == %u", verdict.conn);
} catch (...) {
    return nullptr;
}

compat::Bool has_several(packet_info* pinfo) try { return connections_of(pinfo).size() > 1; } catch (...) {
    return false;
}

char* all_connections(packet_info* pinfo) try {
    std::set<uint32_t> const connections = connections_of(pinfo);
    GString* const text = g_string_new("tcpstate.conn in {");
    const char* between = "";
    for (uint32_t const conn : connections) {
        g_string_append_printf(text, "%s%u", between, conn);
        between = ", ";
    }
    return g_string_free(g_string_append_c(text, '}'), FALSE);
} catch (...) {
    return nullptr;
}

}  // namespace

void register_conversation() {
    compat::register_conversation_filter<has_connection, this_connection>("tcpstate", "TCP State: this connection");
    compat::register_conversation_filter<has_several, all_connections>("tcpstate",
                                                                       "TCP State: all connections in this frame");
}

}  // namespace tcpstate

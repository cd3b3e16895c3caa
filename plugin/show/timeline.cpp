// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeline.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "command_line.hpp"
#include "connection_rows.hpp"
#include "names.hpp"
#include "sentences.hpp"
#include "tap.hpp"

namespace tcpstate {
namespace {

constexpr const char* command = "tcpstate,timeline";
constexpr const char* usage = "-z tcpstate,timeline,CONN (a value of tcpstate.conn)";

void add_socket(Role role, const Socket& socket, std::string& text) {
    if (socket.address.length == 0) return;
    Text address;
    add_address(socket, address);
    bool const v6 = socket.address.length == 16;
    text += std::string(name(role)) + (v6 ? " [" : " ") + address.c_str() + (v6 ? "]:" : ":") +
            std::to_string(socket.port) + "\n";
}

/// What happened stands below the segment: the window breaks long lines.
void add_entry(const Session& session, const TimelineEntry& entry, int64_t start, std::string& text) {
    const Verdict& verdict = entry.verdict;
    Text line, summary;
    summarize(session.view(verdict, entry.frame, entry.time, true), summary);
    line.add("%7u  %13.6f  %-6s  %-12s  %s\n", entry.frame, static_cast<double>(entry.time - start) / 1e9,
             verdict.is_segment ? name(verdict.sender) : "ICMP", name(verdict.state_of(Role::Client)),
             name(verdict.state_of(Role::Server)));
    if (!summary.empty()) line.add("         %s\n", summary.c_str());
    text += line.c_str();
}

}  // namespace

std::string timeline(const Session& session, uint32_t conn, const Sockets& sockets,
                     const std::vector<TimelineEntry>& entries) {
    std::string text = "Connection " + std::to_string(conn) + " (tcpstate.conn == " + std::to_string(conn) + ")\n";
    add_socket(Role::Client, sockets.client, text);
    add_socket(Role::Server, sockets.server, text);
    if (entries.empty()) return text + "No segment.\n";
    if (const Tracker* const tracker = session.tracker())
        text += std::string("outcome ") + name(tracker->connection(conn).outcome()) + "\n";
    text += "\n";
    Text titles;
    titles.add("%7s  %13s  %-6s  %-12s  %s\n", "Frame", "Seconds", "From", "Client", "Server");
    text += titles.c_str();
    for (const TimelineEntry& entry : entries) add_entry(session, entry, entries.front().time, text);
    return text;
}

namespace {

/// What one -z asked for. Lives until the program ends.
struct Request {
    uint32_t conn = 0;
    Sockets sockets;
    std::vector<TimelineEntry> entries;
};

tap_packet_status note(void* data, packet_info*, epan_dissect_t*, const void* tap_data, tap_flags_t) try {
    auto& request = *static_cast<Request*>(data);
    const Tapped& tapped = *static_cast<const Tapped*>(tap_data);
    if (tapped.verdict.conn != request.conn) return TAP_PACKET_DONT_REDRAW;
    if (tapped.verdict.is_segment) {
        bool const by_client = tapped.verdict.sender == Role::Client;
        request.sockets.client = by_client ? tapped.path.source : tapped.path.destination;
        request.sockets.server = by_client ? tapped.path.destination : tapped.path.source;
    }
    request.entries.push_back({tapped.time, tapped.frame, tapped.verdict});
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no timeline");
    return TAP_PACKET_FAILED;
}

void reset(void* request) try { static_cast<Request*>(request)->entries.clear(); } catch (...) {
    ws_warning("out of memory: the timeline shows old segments");
}

void draw(void* data) try {
    const Request& request = *static_cast<const Request*>(data);
    const Session* const open = session();
    if (open == nullptr) return;
    std::fputs(timeline(*open, request.conn, request.sockets, request.entries).c_str(), stdout);
    std::fflush(stdout);
} catch (...) {
    ws_warning("out of memory: the timeline is incomplete");
}

bool begin(const char* argument) {
    const char* const number = argument + std::strlen(command);
    char* end = nullptr;
    unsigned long long const conn =
        *number == ',' && g_ascii_isdigit(number[1]) ? std::strtoull(number + 1, &end, 10) : 0;
    if (end == nullptr || *end != '\0' || conn >= no_index) {
        refuse(argument, "which connection?", usage);
        return false;
    }
    auto request = std::make_unique<Request>();
    request->conn = static_cast<uint32_t>(conn);
    // Wireshark has the request until it ends.
    listen({"tcpstate", request.release(), nullptr, TL_REQUIRES_ERROR_PACKETS, reset, note, draw}, argument, usage);
    return true;
}

}  // namespace

void register_timeline() { register_command<begin>(command); }

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeline.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "command_line.hpp"
#include "names.hpp"
#include "roster.hpp"
#include "sentences.hpp"
#include "tap.hpp"

namespace tcpstate {
namespace {

constexpr const char* command = "tcpstate,timeline";
constexpr const char* usage = "-z tcpstate,timeline,CONN (a value of tcpstate.conn)";

void add_end(Role role, const Socket& socket, std::string& text) {
    if (socket.address.length == 0) return;
    Text address;
    add_address(socket, address);
    bool const v6 = socket.address.length == 16;
    text += std::string(name(role)) + (v6 ? " [" : " ") + address.c_str() + (v6 ? "]:" : ":") +
            std::to_string(socket.port) + "\n";
}

/// What happened stands below the segment: the window breaks long lines.
void add_moment(const Session& session, const Moment& moment, int64_t start, std::string& text) {
    const Verdict& verdict = moment.verdict;
    Text line, summary;
    summarize({verdict, session.tracker(), moment.frame, moment.time, true}, summary);
    line.add("%7u  %13.6f  %-6s  %-12s  %s\n", moment.frame, static_cast<double>(moment.time - start) / 1e9,
             verdict.is_segment ? name(verdict.sender) : "ICMP", name(verdict.state_of(Role::Client)),
             name(verdict.state_of(Role::Server)));
    if (!summary.empty()) line.add("         %s\n", summary.c_str());
    text += line.c_str();
}

}  // namespace

std::string timeline(const Session& session, uint32_t conn, const Ends& ends, const std::vector<Moment>& moments) {
    std::string text = "Connection " + std::to_string(conn) + " (tcpstate.conn == " + std::to_string(conn) + ")\n";
    add_end(Role::Client, ends.client, text);
    add_end(Role::Server, ends.server, text);
    if (moments.empty()) return text + "No segment.\n";
    text += std::string("outcome ") + name(session.tracker().connection(conn).outcome()) + "\n\n";
    Text titles;
    titles.add("%7s  %13s  %-6s  %-12s  %s\n", "Frame", "Seconds", "From", "Client", "Server");
    text += titles.c_str();
    for (const Moment& moment : moments) add_moment(session, moment, moments.front().time, text);
    return text;
}

namespace {

/// What one -z asked for. Lives until the program ends.
struct Request {
    uint32_t conn = 0;
    Ends ends;
    std::vector<Moment> moments;
};

tap_packet_status note(void* data, packet_info*, epan_dissect_t*, const void* tap_data, tap_flags_t) try {
    auto& request = *static_cast<Request*>(data);
    const Tapped& tapped = *static_cast<const Tapped*>(tap_data);
    if (tapped.verdict.conn != request.conn) return TAP_PACKET_DONT_REDRAW;
    if (tapped.verdict.is_segment) {
        bool const by_client = tapped.verdict.sender == Role::Client;
        request.ends.client = by_client ? tapped.path.source : tapped.path.destination;
        request.ends.server = by_client ? tapped.path.destination : tapped.path.source;
    }
    request.moments.push_back({tapped.time, tapped.frame, tapped.verdict});
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no timeline");
    return TAP_PACKET_FAILED;
}

void forget(void* request) try { static_cast<Request*>(request)->moments.clear(); } catch (...) {
    ws_warning("out of memory: the timeline shows old segments");
}

void draw(void* data) try {
    const Request& request = *static_cast<const Request*>(data);
    const Session* const open = session();
    if (open == nullptr) return;
    std::fputs(timeline(*open, request.conn, request.ends, request.moments).c_str(), stdout);
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
    listen({"tcpstate", request.release(), nullptr, TL_REQUIRES_ERROR_PACKETS, forget, note, draw}, argument, usage);
    return true;
}

}  // namespace

void register_timeline() { register_command<begin>(command); }

}  // namespace tcpstate

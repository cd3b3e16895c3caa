// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeline_text.hpp"

#include "names.hpp"
#include "printing.hpp"
#include "sentences.hpp"

namespace tcpstate {
namespace {

void add_end(Role role, const Socket& socket, std::string& text) {
    if (socket.address.length == 0) return;
    Text line;
    line.add("%s ", name(role));
    add_socket(socket, line);
    line.add("\n");
    text += line.c_str();
}

/// What happened stands below the segment: the window breaks long lines.
void add_entry(const View& view, int64_t start, std::string& text) {
    const Verdict& verdict = view.verdict;
    Text line, summary;
    summarize(view, summary);
    line.add("%7u  %13.6f  %-6s  %-12s  %s\n", view.frame, static_cast<double>(view.time - start) / 1e9,
             verdict.is_segment ? name(verdict.sender) : "ICMP", name(verdict.state_of(Role::Client)),
             name(verdict.state_of(Role::Server)));
    if (!summary.empty()) line.add("         %s\n", summary.c_str());
    text += line.c_str();
}

}  // namespace

std::string print(const Timeline& timeline, const Tracker& tracker, bool whole) {
    std::string const conn = std::to_string(timeline.conn);
    std::string text = "Connection " + conn + " (tcpstate.conn == " + conn + ")\n";
    add_end(Role::Client, timeline.sockets.client, text);
    add_end(Role::Server, timeline.sockets.server, text);
    if (timeline.entries.empty()) return text + "No segment.\n";
    if (whole) text += std::string("outcome ") + name(tracker.connection(timeline.conn).outcome()) + "\n";
    Text titles;
    titles.add("\n%7s  %13s  %-6s  %-12s  %s\n", "Frame", "Seconds", "From", "Client", "Server");
    text += titles.c_str();
    int64_t const start = timeline.entries.front().time;
    for (const TimelineEntry& entry : timeline.entries)
        add_entry({entry.verdict, tracker, entry.frame, entry.time, whole}, start, text);
    return text;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_lines.hpp"

#include <cinttypes>
#include <cstdio>

#include "events.hpp"
#include "names.hpp"
#include "printing.hpp"
#include "sentences.hpp"

namespace tcpstate {
namespace {

/// Of an ICMP error, the path is that of the segment that it quotes.
const Socket& socket_of(const Observed& observed, Role role) {
    return observed.verdict.sender == role ? observed.path.source : observed.path.destination;
}

Severity severity_of(const Verdict& verdict, const EventRow& event) {
    return event.told_as(verdict.reset.confidence == Confidence::Possible);
}

void print_text(const Observed& observed, const EventRow& event, const Text& summary) {
    Text line;
    add_seconds(observed.when.time, line);
    line.add("  frame %" PRIu32 "  connection %" PRIu32 "  ", observed.when.frame, observed.verdict.conn);
    add_socket(socket_of(observed, Role::Client), line);
    line.add(" > ");
    add_socket(socket_of(observed, Role::Server), line);
    line.add("  %s  %s", name(severity_of(observed.verdict, event)), event.name);
    std::printf("%s  %s\n", line.c_str(), summary.c_str());
}

void add_end(const char* role, const Socket& socket, Text& line) {
    line.add(",\"%s\":\"", role);
    add_address(socket.address, line);
    line.add("\",\"%s_port\":%u", role, socket.port);
}

void print_json(const Observed& observed, const EventRow& event, const Text& summary) {
    const Verdict& verdict = observed.verdict;
    Text line;
    line.add("{\"time\":");
    add_seconds(observed.when.time, line);
    line.add(",\"frame\":%" PRIu32 ",\"conn\":%" PRIu32, observed.when.frame, verdict.conn);
    add_end("client", socket_of(observed, Role::Client), line);
    add_end("server", socket_of(observed, Role::Server), line);
    line.add(",\"event\":\"%s\",\"severity\":\"%s\",\"sender\":\"%s\"", event.name, name(severity_of(verdict, event)),
             name(verdict.sender));
    line.add(",\"client_state\":\"%s\",\"server_state\":\"%s\"", name(verdict.client_state),
             name(verdict.server_state));
    if (verdict.is_reset())
        line.add(",\"rst_cause\":\"%s\",\"rst_confidence\":\"%s\"", name(verdict.reset.cause),
                 name(verdict.reset.confidence));
    std::string text;
    add_json_string(summary.c_str(), text);
    std::printf("%s,\"summary\":%s}\n", line.c_str(), text.c_str());
}

}  // namespace

void EventLines::note(const Observed& observed, const Tracker& tracker) {
    if (observed.verdict.events == 0) return;
    Text summary;
    summarize({observed.verdict, tracker, observed.when.frame, observed.when.time, false}, summary);
    for (const EventRow& event : events())
        if (observed.verdict.has(event.id))
            (format_ == Format::Json ? print_json : print_text)(observed, event, summary);
    std::fflush(stdout);
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "connections.hpp"

#include <cstdio>
#include <cstring>
#include <memory>

#include "command_line.hpp"
#include "connection_report.hpp"
#include "dissection.hpp"
#include "session_rows.hpp"

namespace tcpstate {
namespace {

constexpr const char* command = "tcpstate,connections";
constexpr const char* usage = "-z tcpstate,connections[,tsv|,csv|,json|,columns][,FILTER]";

/// What one -z asked for. Lives until the program ends.
struct Request {
    enum class Output : uint8_t { Rows, Columns };
    Output output = Output::Rows;
    TableOptions options;
    SessionRows noted;
};

void print(const Request& request) {
    if (request.output == Request::Output::Columns) {
        print_columns("", stdout);
        std::fflush(stdout);
        return;
    }
    const Session* const open = session();
    const Tracker* const tracker = open != nullptr ? open->tracker() : nullptr;
    if (open != nullptr && tracker == nullptr) ws_warning("out of memory: no table of connections");
    print_connections(request.noted.rows(), tracker, request.options, stdout);
}

tap_packet_status note(void* request, packet_info*, epan_dissect_t*, const void* data, tap_flags_t) try {
    static_cast<Request*>(request)->noted.note(*static_cast<const Tapped*>(data));
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no table of connections");
    return TAP_PACKET_FAILED;
}

// Further listeners have to be others than that of `note`, so their data are pointers to the same request.

tap_packet_status note_time(void* data, packet_info* pinfo, epan_dissect_t*, const void*, tap_flags_t) {
    (*static_cast<Request**>(data))->noted.note_time(time_of(pinfo));  // nothing here can throw
    return TAP_PACKET_DONT_REDRAW;
}

tap_packet_status select_connection(void* data, packet_info*, epan_dissect_t*, const void* tapped, tap_flags_t) try {
    (*static_cast<Request**>(data))->noted.select(*static_cast<const Tapped*>(tapped));
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no table of connections");
    return TAP_PACKET_FAILED;
}

void reset(void* request) try { static_cast<Request*>(request)->noted.clear(); } catch (...) {
    ws_warning("out of memory: the table of connections shows old rows");
}

void draw(void* request) try { print(*static_cast<const Request*>(request)); } catch (...) {
    ws_warning("out of memory: the table of connections is incomplete");
}

/// Takes `word` off the front of an argument, if it stands there as a whole.
bool takes(const char*& rest, const char* word) {
    size_t const length = std::strlen(word);
    if (std::strncmp(rest, word, length) != 0 || (rest[length] != '\0' && rest[length] != ',')) return false;
    rest += length;
    return true;
}

bool begin(const char* argument) {
    auto request = std::make_unique<Request>();
    const char* rest = argument;
    if (!takes(rest, command)) {
        refuse(argument, "no such statistic", usage);
        return false;
    }
    if (takes(rest, ",tsv"))
        request->options.format = TableFormat::Tsv;
    else if (takes(rest, ",csv"))
        request->options.format = TableFormat::Csv;
    else if (takes(rest, ",json"))
        request->options.format = TableFormat::Json;
    else if (takes(rest, ",columns"))
        request->output = Request::Output::Columns;
    if (*rest == ',') ++rest;
    request->options.selected_only = *rest != '\0';
    if (request->options.selected_only) {
        auto pointer = std::make_unique<Request*>(request.get());
        if (!listen({"tcpstate", pointer.get(), rest, TL_REQUIRES_ERROR_PACKETS, nullptr, select_connection, nullptr},
                    argument, usage))
            return false;
        static_cast<void>(pointer.release());  // Wireshark has all of them until it ends
    }
    auto pointer = std::make_unique<Request*>(request.get());
    listen({"frame", pointer.release(), nullptr, TL_REQUIRES_NOTHING, nullptr, note_time, nullptr}, argument, usage);
    listen({"tcpstate", request.release(), nullptr, TL_REQUIRES_ERROR_PACKETS, reset, note, draw}, argument, usage);
    return true;
}

}  // namespace

void register_connections() { register_command<begin>(command); }

}  // namespace tcpstate

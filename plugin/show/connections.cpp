// SPDX-License-Identifier: GPL-2.0-or-later
#include "connections.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "connection_rows.hpp"

namespace tcpstate {
namespace {

constexpr const char* command = "tcpstate,connections";
constexpr const char* usage = "-z tcpstate,connections[,tsv|,json][,FILTER]";

enum class Format : uint8_t { People, Tsv, Json };

/// What one -z asked for. Lives until the program ends.
struct Request {
    Format format = Format::People;
    bool filtered = false;
    ConnectionRows rows;
};

void print_tsv_header() {
    const char* between = "";
    for (const Column& column : columns()) {
        std::printf("%s%s", between, column.name);
        between = "\t";
    }
    std::putchar('\n');
}

void print_tsv(const Session& session, const ConnectionRow& row, uint32_t conn) {
    const char* between = "";
    for (const Column& column : columns()) {
        Text text;
        cell(column, session, row, conn, text);
        std::printf("%s%s", between, text.c_str());
        between = "\t";
    }
    std::putchar('\n');
}

/// Columns without a value are null, so that every line has the same keys. No text of ours needs escapes.
void print_json(const Session& session, const ConnectionRow& row, uint32_t conn) {
    const char* between = "{";
    for (const Column& column : columns()) {
        Text text;
        bool const there = cell(column, session, row, conn, text);
        const char* const quote = there && column.type == ColumnType::Text ? "\"" : "";
        std::printf("%s\"%s\":%s%s%s", between, column.name, quote, there ? text.c_str() : "null", quote);
        between = ",";
    }
    std::puts("}");
}

/// The cells of one row by the names of their columns, for sentences.
class Row {
public:
    Row(const Session& session, const ConnectionRow& row, uint32_t conn) : session_(session), row_(row), conn_(conn) {}
    std::string operator[](const char* name) const {
        Text text;
        for (const Column& column : columns()) {
            if (std::strcmp(column.name, name) == 0) cell(column, session_, row_, conn_, text);
        }
        return text.c_str();
    }
    bool has(const char* name) const { return !(*this)[name].empty(); }

private:
    const Session& session_;
    const ConnectionRow& row_;
    uint32_t conn_;
};

/// 12.345678901 as 12.3 s, 0.012345678 as 12.3 ms.
std::string rounded(const std::string& seconds) {
    double const value = std::strtod(seconds.c_str(), nullptr);
    Text text;
    if (value >= 1)
        text.add("%.1f s", value);
    else
        text.add("%.1f ms", value * 1000);
    return text.c_str();
}

std::string socket_of(const Row& row, const char* address, const char* port) {
    std::string const text = row[address];
    return (text.find(':') != std::string::npos ? "[" + text + "]" : text) + ":" + row[port];
}

std::string what_happened(const Row& row) {
    std::string text;
    auto const add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    if (row.has("half_open")) {
        add("half-open " + row["half_open"] + ": " + row["half_open_gone"] + " gone since frame " +
            row["half_open_since"] + " (" + rounded(row["half_open_duration"]) + "), " + row["half_open_lost_bytes"] +
            " bytes lost" +
            (row.has("half_open_recovered_in") ? ", recovered in frame " + row["half_open_recovered_in"] : ""));
    }
    if (row.has("half_closed")) {
        add("half-closed by the " + row["half_closed"] + " for " + rounded(row["half_closed_duration"]) + ", " +
            row["half_closed_bytes"] + " bytes after the FIN" +
            (row["half_closed_ended_by"] == "capture-end" ? ", never ended" : ""));
    }
    if (row.has("embryonic")) add(row["embryonic"]);
    if (row.has("rst_cause")) {
        add("RST in frame " + row["rst_frame"] + " by the " + row["rst_by"] + ": " + row["rst_cause"] + " (" +
            row["rst_confidence"] + (row["rst_effect"] == "accepted" ? "" : ", " + row["rst_effect"]) + ")");
    }
    return text;
}

using Line = std::vector<std::string>;

Line line_of(const Row& row) {
    return {row["conn"],
            socket_of(row, "client", "client_port"),
            socket_of(row, "server", "server_port"),
            row["first_frame"],
            rounded(row["duration"]),
            row["client_bytes"] + "/" + row["server_bytes"],
            row["client_state"],
            row["server_state"],
            row["outcome"],
            row["closed_first"],
            what_happened(row)};
}

void print_line(const Line& line, const std::vector<size_t>& widths) {
    std::string text;
    for (size_t i = 0; i < line.size(); ++i) {
        text += line[i];
        if (i + 1 < line.size()) text.append(widths[i] + 2 - line[i].size(), ' ');
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    std::puts(text.c_str());
}

template <typename Visit>
void each_row(const Request& request, Visit&& visit) {
    const Session* const open = session();
    if (open == nullptr) return;
    if (open->tracker() == nullptr) {
        ws_warning("out of memory: no table of connections");
        return;
    }
    auto const& rows = request.rows.all();
    for (uint32_t conn = 0; conn < rows.size() && conn < open->tracker()->size(); ++conn) {
        const ConnectionRow& row = rows[conn];
        if (row.first.frame != 0 && (row.selected || !request.filtered)) visit(*open, row, conn);
    }
}

void print_for_people(const Request& request) {
    Line const titles{"Conn",         "Client",       "Server",  "Frame",        "Duration",     "Bytes",
                      "Client state", "Server state", "Outcome", "Closed first", "What happened"};
    std::vector<size_t> widths;
    for (const std::string& title : titles) widths.push_back(title.size());
    std::vector<Line> lines;
    each_row(request, [&](const Session& open, const ConnectionRow& row, uint32_t conn) {
        lines.push_back(line_of(Row(open, row, conn)));
        for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], lines.back()[i].size());
    });
    std::puts("===================================================================");
    std::puts("TCP State: connections");
    print_line(titles, widths);
    for (const Line& line : lines) print_line(line, widths);
    std::puts("===================================================================");
}

void print(const Request& request) {
    switch (request.format) {
        case Format::People: print_for_people(request); break;
        case Format::Tsv:
            print_tsv_header();
            each_row(request, print_tsv);
            break;
        case Format::Json: each_row(request, print_json); break;
    }
    std::fflush(stdout);
}

tap_packet_status note(void* request, packet_info*, epan_dissect_t*, const void* data, tap_flags_t) try {
    static_cast<Request*>(request)->rows.note(*static_cast<const Tapped*>(data));
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no table of connections");
    return TAP_PACKET_FAILED;
}

tap_packet_status select_connection(void* data, packet_info*, epan_dissect_t*, const void* tapped, tap_flags_t) try {
    // The listener has to be another one than that of `note`, so its data is a pointer to the same request.
    (*static_cast<Request**>(data))->rows.select(*static_cast<const Tapped*>(tapped));
    return TAP_PACKET_DONT_REDRAW;
} catch (...) {
    ws_warning("out of memory: no table of connections");
    return TAP_PACKET_FAILED;
}

void reset(void* request) try { static_cast<Request*>(request)->rows.clear(); } catch (...) {
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
        request->format = Format::Tsv;
    else if (takes(rest, ",json"))
        request->format = Format::Json;
    if (*rest == ',') ++rest;
    request->filtered = *rest != '\0';
    if (request->filtered) {
        auto pointer = std::make_unique<Request*>(request.get());
        if (!listen({"tcpstate", pointer.get(), rest, TL_REQUIRES_ERROR_PACKETS, nullptr, select_connection, nullptr},
                    argument, usage))
            return false;
        static_cast<void>(pointer.release());  // Wireshark has both until it ends
    }
    listen({"tcpstate", request.release(), nullptr, TL_REQUIRES_ERROR_PACKETS, reset, note, draw}, argument, usage);
    return true;
}

}  // namespace

void register_connections() { register_command<begin>(command); }

}  // namespace tcpstate

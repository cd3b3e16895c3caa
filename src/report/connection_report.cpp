// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection_report.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "names.hpp"
#include "printing.hpp"

namespace tcpstate {
namespace {

template <typename Visit>
void each_connection(const ConnectionRows& rows, const Tracker* tracker, const TableOptions& options, Visit&& visit) {
    if (tracker == nullptr) return;
    for (uint32_t conn = 0; conn < rows.all().size() && conn < tracker->size(); ++conn) {
        const ConnectionRow& row = rows.all()[conn];
        if (row.first.frame != 0 && (row.selected || !options.selected_only))
            visit(ConnectionView{row, *tracker, conn, rows.end()});
    }
}

/// The fields of a line of text, with what separates them and how a field is written.
struct Lines {
    char separator;
    void (*add)(std::string_view text, std::string& line);
};

/// As it is; no text of ours has a tab or a line break.
void add_plain(std::string_view text, std::string& line) { line += text; }

/// In quotation marks where RFC 4180 wants them.
void add_quoted(std::string_view text, std::string& line) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return add_plain(text, line);
    line += '"';
    for (char const letter : text) line.append(letter == '"' ? 2 : 1, letter);
    line += '"';
}

void print_whole(std::string& line, std::FILE* to) {
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), to);
}

constexpr size_t usual_size = 512;  // of a line

constexpr Lines tsv{'\t', add_plain}, csv{',', add_quoted};

void print_header(const Lines& lines, std::FILE* to) {
    std::string line;
    for (const Column& column : columns()) {
        if (!line.empty()) line += lines.separator;
        line += column.name;
    }
    std::fprintf(to, "%s\n", line.c_str());
}

void print_line(const Lines& lines, const ConnectionView& connection, std::FILE* to) {
    std::string line;
    line.reserve(usual_size);
    for (const Column& column : columns()) {
        Text text;
        print_cell(column, connection, text);
        if (column.id != columns().front().id) line += lines.separator;
        lines.add(text.view(), line);
    }
    print_whole(line, to);
}

/// Columns without a value are null, so that every line has the same keys.
void print_json(const ConnectionView& connection, std::FILE* to) {
    std::string line;
    for (const Column& column : columns()) {
        Text text;
        bool const there = print_cell(column, connection, text);
        line += std::string(line.empty() ? "{\"" : ",\"") + column.name + "\":";
        if (there && is_text(column.type))
            add_json_string(text.c_str(), line);
        else
            line += there ? text.c_str() : "null";
    }
    line += '}';
    print_whole(line, to);
}

void print_header(const TableOptions& options, std::FILE* to) {
    if (options.header && options.format != TableFormat::Json)
        print_header(options.format == TableFormat::Csv ? csv : tsv, to);
}

void print_row(const ConnectionView& connection, TableFormat format, std::FILE* to) {
    if (format == TableFormat::Json)
        print_json(connection, to);
    else
        print_line(format == TableFormat::Csv ? csv : tsv, connection, to);
}

constexpr std::array titles{"Conn",         "Client",       "Server",  "Frame",        "Duration",     "Bytes",
                            "Client state", "Server state", "Outcome", "Closed first", "What happened"};
using Line = std::array<std::string, titles.size()>;

template <typename Write>
std::string written(Write&& write) {
    Text text;
    write(text);
    return text.c_str();
}

Line line_of(const ConnectionView& connection) {
    const ConnectionRow& row = connection.row;
    const Connection& c = connection.connection();
    return {std::to_string(connection.conn),
            written([&](Text& text) { add_socket(row.client, text); }),
            written([&](Text& text) { add_socket(row.server, text); }),
            std::to_string(row.first.frame),
            written([&](Text& text) { add_rounded(row.last.time - row.first.time, text); }),
            std::to_string(c.client().bytes) + "/" + std::to_string(c.server().bytes),
            name(row.latest.client_state),
            name(row.latest.server_state),
            name(c.outcome()),
            name(row.latest.closed_first),
            written([&](Text& text) { describe(connection, text); })};
}

void print_line(const Line& line, const std::array<size_t, titles.size()>& widths, std::FILE* to) {
    std::string text;
    for (size_t i = 0; i < line.size(); ++i) {
        text += line[i];
        if (i + 1 < line.size()) text.append(widths[i] - line[i].size() + 2, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    std::fprintf(to, "%s\n", text.c_str());
}

void print_for_people(const std::vector<Line>& lines, std::FILE* to) {
    std::array<size_t, titles.size()> widths{};
    for (const Line& line : lines)
        for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    std::fputs("===================================================================\nTCP State: connections\n", to);
    for (const Line& line : lines) print_line(line, widths, to);
    std::fputs("===================================================================\n", to);
}

}  // namespace

void print_connection(const ConnectionView& connection, const TableOptions& options, std::FILE* to) {
    print_header(options, to);
    print_row(connection, options.format, to);
}

void print_connections(const ConnectionRows& rows, const Tracker* tracker, const TableOptions& options, std::FILE* to) {
    switch (options.format) {
        case TableFormat::People: {
            std::vector<Line> lines(1);
            std::copy(titles.begin(), titles.end(), lines.front().begin());
            each_connection(rows, tracker, options, [&](auto&& each) { lines.push_back(line_of(each)); });
            print_for_people(lines, to);
            break;
        }
        case TableFormat::Tsv:
        case TableFormat::Csv:
        case TableFormat::Json:
            print_header(options, to);
            each_connection(rows, tracker, options, [&](auto&& each) { print_row(each, options.format, to); });
    }
    std::fflush(to);
}

void print_columns(const char* before, std::FILE* to) {
    for (const Column& column : columns())
        std::fprintf(to, "%s%s\t%s\t%s\n", before, column.name, name(column.type), column.help);
}

}  // namespace tcpstate

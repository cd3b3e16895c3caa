// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <CLI/CLI.hpp>

#include "connections.hpp"
#include "wiretap.hpp"

namespace tcpstate {
namespace {

constexpr const char* description =
    "What Wireshark's plugin tcpstate knows of the TCP connections of captures, at the speed of the disk.";
constexpr const char* examples =
    "Examples:\n"
    "  tcpstate connections capture.pcapng            a line per connection and what happened to it\n"
    "  tcpstate connections --json *.pcap.gz | jq .   several files as one capture\n"
    "Exit status: 0, all was read; 1, it failed; 2, wrong arguments; 3, some file is damaged or no capture, and the "
    "rest\n"
    "was read; 130, Ctrl-C: what was known by then has been printed.";

/// One of several flags chooses the format.
void add_formats(CLI::App& app, TableFormat& format) {
    auto* const group = app.add_option_group("Format");
    group->require_option(0, 1);
    group->add_flag_callback(
        "--tsv", [&] { format = TableFormat::Tsv; }, "Columns separated by tabs");
    group->add_flag_callback(
        "--csv", [&] { format = TableFormat::Csv; }, "Comma-separated (RFC 4180)");
    group->add_flag_callback(
        "--json", [&] { format = TableFormat::Json; }, "A JSON object a line");
}

void add_reading(CLI::App& app, ReadingOptions& reading) {
    app.add_option("FILE", reading.files, "Captures, read as one in the order of their times; - is standard input")
        ->required();
    app.add_option("-o", reading.preferences, "Set a preference, as tshark does; may be repeated")
        ->type_name("NAME:VALUE")
        ->allow_extra_args(false);
    app.add_flag("--wireshark", reading.wireshark, "Let Wireshark dissect every frame");
    app.add_flag("--count-ways", reading.count_ways,
                 "Say on standard error how many frames were read plainly, and how many Wireshark had to dissect");
}

}  // namespace

CommandLine parse(int count, char** arguments) {
    CommandLine line;
    CLI::App app{description, "tcpstate"};
    app.footer(examples);
    app.set_version_flag("--version", std::string("tcpstate ") + TCPSTATE_VERSION + " (Wireshark " + epan_get_version() + ")");
    app.require_subcommand(1);
    TableFormat format = TableFormat::People;
    CLI::App* const connections = app.add_subcommand("connections", "A row per connection");
    add_reading(*connections, line.reading);
    add_formats(*connections, format);
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        line.ending = app.exit(error) == 0 ? Ending::Complete : Ending::WrongArguments;
        return line;
    }
    if (connections->parsed()) line.command = std::make_unique<Connections>(format);
    return line;
}

}  // namespace tcpstate

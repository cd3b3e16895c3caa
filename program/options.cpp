// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <CLI/CLI.hpp>

#include "connections.hpp"
#include "event_lines.hpp"
#include "segments.hpp"
#include "summary.hpp"
#include "timeline_command.hpp"
#include "wireshark_way.hpp"

namespace tcpstate {
namespace {

constexpr const char* description =
    "What the Wireshark plugin tcpstate says about the TCP connections of captures, without Wireshark's cost.";
constexpr const char* footer =
    "Examples:\n"
    "  tcpstate summary capture.pcapng                what is wrong in this capture?\n"
    "  tcpstate connections capture.pcapng            a line per connection and what happened to it\n"
    "  tcpstate connections --json *.pcap.gz | jq .   several files as one capture\n"
    "  tcpstate segments --where outcome=crashed -e frame.number -e states capture.pcapng\n"
    "  dumpcap -q -w - | tcpstate events -            a line per event of a live host\n"
    "  tcpstate timeline --conn 4 capture.pcapng      the story of one connection\n"
    "  tcpstate compare client.pcapng server.pcapng   who sent that RST, and where was it lost?\n"
    "  tcpstate report capture.pcapng -o report.html  all of it as a page for a browser\n\n"
    "Exit status: 0, all was read; 1, it failed; 2, wrong arguments; 3, a file is damaged or no\n"
    "capture, and the rest was read; 130, interrupted: what was known by then was printed.";

/// The lines of the footer stay as they are: since 2.5 CLI11 would fill them as a paragraph.
void keep_lines(auto& formatter) {
    if constexpr (requires { formatter.enable_footer_formatting(false); }) formatter.enable_footer_formatting(false);
}

/// Files that are one capture.
void add_series(CLI::App& app, ReadingOptions& reading) {
    auto* const files =
        app.add_option("FILE", reading.files, "Captures, read as one in the order of their times; - is standard input");
    app.add_option("--files-from", reading.list, "Their names, one a line, are in this file")
        ->type_name("FILE")
        ->excludes(files);
    app.add_flag_callback(
        "--append", [&reading] { reading.order = FileOrder::Appended; },
        "Read files one behind the other, in the order of their first packets, instead of merging them packet by "
        "packet");
    app.add_option(
           "--report", reading.report,
           "Write a line there about each file that was read: its number, packets, times, and what is wrong with it")
        ->type_name("FILE");
}

/// How frames are read.
void add_reading(CLI::App& app, ReadingOptions& reading, const char* preference) {
    app.add_option(preference, reading.preferences, "Set a preference, as with tshark; may be repeated")
        ->type_name("NAME:VALUE")
        ->allow_extra_args(false);
    app.add_flag("--wireshark", reading.wireshark, "Let Wireshark dissect every frame");
    app.add_flag("--count-ways", reading.count_ways,
                 "Say on standard error how many frames were read plainly, and how many Wireshark had to dissect");
}

void read_names(ReadingOptions& reading) {
    std::ifstream list(reading.list);
    for (std::string name; std::getline(list, name);) reading.files.push_back(name);
    if (list.bad() || !list.eof()) throw CLI::FileError::Missing(reading.list);
}

/// A number and its unit, as 90s, 30m, 1h or 7d. Throws CLI::ValidationError.
int64_t parse_duration(const std::string& text) {
    constexpr int64_t nanoseconds = 1'000'000'000, longest = 10'000;  // days
    constexpr std::pair<char, int64_t> units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}};
    int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    for (auto const& [unit, seconds] : units)
        if (error == std::errc{} && end + 1 == text.data() + text.size() && *end == unit && number > 0 &&
            number <= longest * 86'400 / seconds)
            return number * seconds * nanoseconds;
    throw CLI::ValidationError("--forget", text + " is no duration such as 90s, 30m, 1h or 7d");
}

/// A subcommand: its options, and what it is to do when they are known.
class Subcommand {
public:
    Subcommand(CLI::App& app, CommandLine& line, const char* name, const char* what, const char* preference = "-o")
        : app_(app.add_subcommand(name, what)) {
        add_reading(*app_, line.reading, preference);
    }
    /// Of files that are one capture.
    struct OfSeries {};
    Subcommand(OfSeries, CLI::App& app, CommandLine& line, const char* name, const char* what)
        : Subcommand(app, line, name, what) {
        add_series(*app_, line.reading);
    }
    virtual ~Subcommand() = default;
    bool was_chosen() const { return app_->parsed(); }
    virtual void choose(CommandLine& line) const = 0;

protected:
    CLI::Option* add_forget(CommandLine& line) {
        return app_
            ->add_option_function<std::string>(
                "--forget", [&line](const std::string& text) { line.reading.forget_after = parse_duration(text); },
                "Give back the memory of connections that were silent for so long, for streams without end")
            ->type_name("DURATION");
    }
    CLI::Option* flag(const char* name, const std::string& help) { return app_->add_flag(name, help); }
    bool has(const char* flag) const { return app_->count(flag) != 0; }
    CLI::App* app_;
};

struct ConnectionsCommand : Subcommand {
    ConnectionsCommand(CLI::App& app, CommandLine& line)
        : Subcommand(OfSeries(), app, line, "connections", "A row per connection, as tshark -z tcpstate,connections") {
        auto* const tsv = flag("--tsv", "All columns, separated by tabs");
        auto* const csv = flag("--csv", "All columns, as RFC 4180 wants them")->excludes(tsv);
        flag("--json", "All columns, an object a line")->excludes(tsv)->excludes(csv);
        app_->add_flag_callback(
            "--list-columns",
            [] {
                print_columns("", stdout);
                throw CLI::Success();
            },
            "The columns, with type and meaning, and nothing else");
        add_forget(line);
    }
    void choose(CommandLine& line) const override {
        bool const for_people = !has("--tsv") && !has("--csv") && !has("--json");
        if (for_people && line.reading.forget_after != 0)
            throw std::invalid_argument(
                "--forget prints lines as connections are forgotten: with --tsv, --csv or --json");
        line.command = std::make_unique<Connections>(has("--tsv")    ? TableFormat::Tsv
                                                     : has("--csv")  ? TableFormat::Csv
                                                     : has("--json") ? TableFormat::Json
                                                                     : TableFormat::People);
    }
};

struct SummaryCommand : Subcommand {
    SummaryCommand(CLI::App& app, CommandLine& line)
        : Subcommand(OfSeries(), app, line, "summary", "Outcomes, causes and the worst offenders, in one screen") {
        add_forget(line);
    }
    void choose(CommandLine& line) const override { line.command = std::make_unique<SummaryOfCapture>(); }
};

struct EventsCommand : Subcommand {
    EventsCommand(CLI::App& app, CommandLine& line)
        : Subcommand(OfSeries(), app, line, "events", "A line per event as it happens; for live streams") {
        flag("--json", "An object a line");
        add_forget(line);
    }
    void choose(CommandLine& line) const override {
        line.command =
            std::make_unique<EventLines>(has("--json") ? EventLines::Format::Json : EventLines::Format::Text);
    }
};

struct SegmentsCommand : Subcommand {
    SegmentsCommand(CLI::App& app, CommandLine& line)
        : Subcommand(OfSeries(), app, line, "segments", "A row per TCP header, as tshark -2 -T fields") {
        app_->add_option("-e", fields_,
                         "A column: a field of the plugin, frame.number or frame.time_epoch; may be repeated")
            ->type_name("FIELD")
            ->allow_extra_args(false);
        app_->add_option("--where", conditions_,
                         "Only such rows; may be repeated, all must hold. KEY: " + condition_keys())
            ->type_name("KEY=VALUE")
            ->allow_extra_args(false);
        auto* const tsv = flag("--tsv", "Columns separated by tabs, which is also the default");
        flag("--json", "An object a line")->excludes(tsv);
        app_->add_flag_callback(
            "--list-fields",
            [] {
                list_fields();
                throw CLI::Success();
            },
            "The fields that -e takes, and nothing else");
    }
    void choose(CommandLine& line) const override {
        std::vector<SegmentColumn> columns;
        std::vector<Condition> conditions;
        for (const std::string& name : fields_) columns.push_back(parse_column(name));
        for (const std::string& text : conditions_) conditions.push_back(parse_condition(text));
        auto const format = has("--json") ? Segments::Format::Json : Segments::Format::Tsv;
        line.command = std::make_unique<Segments>(format, std::move(columns), std::move(conditions));
        line.ledger = Session::Ledger::Kept;
    }

private:
    std::vector<std::string> fields_, conditions_;
};

struct TimelineOfConnection : Subcommand {
    TimelineOfConnection(CLI::App& app, CommandLine& line)
        : Subcommand(OfSeries(), app, line, "timeline",
                     "A line per segment of one connection, as tshark -z tcpstate,timeline") {
        app_->add_option("--conn", conn_, "Which: its tcpstate.conn, the first column of the table of connections")
            ->required()
            ->check(CLI::Range(0U, no_index - 1));
    }
    void choose(CommandLine& line) const override { line.command = std::make_unique<TimelineCommand>(conn_); }

private:
    uint32_t conn_ = 0;
};

struct CompareCommand : Subcommand {
    CompareCommand(CLI::App& app, CommandLine& line)
        : Subcommand(app, line, "compare",
                     "Two or more capture points of one path: who lost it, who forged it, who died") {
        app_->add_option("FILE", line.reading.files,
                         "Captures of the path's points; one file where it has several interfaces")
            ->required();
        flag("--order", "The files are in the order of the path, from the client to the server; else it is found");
        flag("--all", "Also connections of which there is nothing to say");
        app_->add_option("--conn", conn_,
                         "Only this connection, as it is numbered in the comparison, with its segments")
            ->check(CLI::Range(0U, no_index - 1));
        flag("--json", "An object for points and clocks, then one a connection, each on a line");
        flag("--segments", "JSON: with the segments of each connection");
    }
    void choose(CommandLine& line) const override {
        line.compare.emplace();
        line.compare->ordered = has("--order");
        line.compare->json = has("--json");
        line.compare->printed.all = has("--all");
        line.compare->printed.segments = has("--segments");
        if (has("--conn")) line.compare->printed.conn = conn_;
    }

private:
    uint32_t conn_ = 0;
};

struct ReportOfCapture : Subcommand {
    ReportOfCapture(CLI::App& app, CommandLine& line)
        : Subcommand(app, line, "report", "A page for a browser: what is wrong, and the story of each connection",
                     "--preference") {
        app_->add_option("FILE", line.reading.files,
                         "A capture; further ones are other points of its path, as for compare")
            ->required();
        app_->add_option("-o,--output", output_, "The page to write; - is standard output")
            ->type_name("FILE")
            ->required();
        app_->add_option("--conn", conn_, "Only this connection, all its segments")
            ->check(CLI::Range(0U, no_index - 1));
        flag("--order", "The files are in the order of the path, from the client to the server; else it is found");
        flag("--hide-answers", "For exercises: the page asks instead of telling");
    }
    void choose(CommandLine& line) const override {
        line.report.emplace();
        line.report->output = output_;
        line.report->ordered = has("--order");
        line.report->page.version = TCPSTATE_VERSION;
        line.report->page.hide_answers = has("--hide-answers");
        if (has("--conn")) line.report->page.conn = conn_;
    }

private:
    std::string output_;
    uint32_t conn_ = 0;
};

}  // namespace

CommandLine parse(int count, char** arguments) {
    CommandLine line;
    CLI::App app{description, "tcpstate"};
    app.footer(footer);
    auto const formatter = std::make_shared<CLI::Formatter>();
    keep_lines(*formatter);
    app.formatter(formatter);
    app.set_version_flag("--version", [] {
        return std::string("tcpstate ") + TCPSTATE_VERSION + " (Wireshark " + WiresharkWay::version() + ")";
    });
    app.require_subcommand(1);
    SummaryCommand const summary(app, line);
    ConnectionsCommand const connections(app, line);
    EventsCommand const events(app, line);
    SegmentsCommand const segments(app, line);
    TimelineOfConnection const timeline(app, line);
    CompareCommand const compare(app, line);
    ReportOfCapture const report(app, line);
    try {
        app.parse(count, arguments);
        if (!line.reading.list.empty()) read_names(line.reading);
        if (line.reading.files.empty()) throw CLI::RequiredError("FILE");
    } catch (const CLI::ParseError& error) {
        line.ending = app.exit(error) == 0 ? Ending::Complete : Ending::WrongArguments;
        return line;
    }
    for (const Subcommand* const each : std::initializer_list<const Subcommand*>{
             &summary, &connections, &events, &segments, &timeline, &compare, &report})
        if (each->was_chosen()) each->choose(line);
    return line;
}

}  // namespace tcpstate

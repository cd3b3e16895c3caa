// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <sstream>
#include <stdexcept>

#include "events.hpp"
#include "names.hpp"

using namespace tcpstate;

namespace trace {

namespace {

[[noreturn]] void mistake(const Line& line, const std::string& why) {
    throw std::runtime_error("line " + std::to_string(line.number) + ": " + why + ": " + line.text);
}

uint8_t flags_of(const std::string& word, const Line& line) {
    static constexpr std::pair<char, uint8_t> letters[] = {{'F', flag::Fin}, {'S', flag::Syn}, {'R', flag::Rst},
                                                           {'P', flag::Psh}, {'.', flag::Ack}, {'U', flag::Urg}};
    uint8_t flags = 0;
    for (char c : word) {
        if (c == '-') continue;
        auto const* found = std::find_if(std::begin(letters), std::end(letters), [c](auto& l) { return l.first == c; });
        if (found == std::end(letters)) mistake(line, "unknown flag");
        flags |= found->second;
    }
    return flags;
}

uint32_t number(std::istringstream& in, const Line& line) {
    long long n = 0;
    if (!(in >> n)) mistake(line, "a number is missing");
    return static_cast<uint32_t>(n);
}

IcmpVerdict icmp_of(const std::string& word, const Line& line) {
    for (int i = 1; i <= static_cast<int>(IcmpVerdict::Other); ++i)
        if (word == name(static_cast<IcmpVerdict>(i))) return static_cast<IcmpVerdict>(i);
    mistake(line, "unknown ICMP verdict");
}

void parse_segment(std::istringstream& in, Line& line) {
    double time = 0;
    std::string direction, flags, range, option;
    if (!(in >> time >> direction >> flags >> range)) mistake(line, "time, direction, flags and numbers are wanted");
    Segment& s = line.segment;
    s.time = std::llround(time * 1e9);
    line.from_client = direction == ">";
    s.flags = flags_of(flags, line);
    long long first = 0, last = 0;
    if (std::sscanf(range.c_str(), "%lld:%lld", &first, &last) != 2) mistake(line, "numbers are first:last");
    s.seq = Seq{static_cast<uint32_t>(first)};
    s.length = static_cast<uint32_t>(last - first);
    s.ttl = 64;
    s.window = 500;
    while (in >> option) {
        if (option == "ack")
            s.ack = Seq{number(in, line)};
        else if (option == "win")
            s.window = static_cast<uint16_t>(number(in, line));
        else if (option == "ttl")
            s.ttl = static_cast<uint8_t>(number(in, line));
        else if (option == "wscale")
            s.scale = static_cast<uint8_t>(number(in, line));
        else if (option == "ts")
            s.has_timestamp = true;
        else if (option == "raw")
            line.raw = true;
        else if (option == "self")
            line.to_itself = true;
        else if (option == "iss")
            line.isn_set = number(in, line);
        else if (option == "sack") {
            s.has_sack = true;
            s.sack_right = Seq{number(in, line)};
        } else if (option == "icmp") {
            line.is_icmp = true;
            in >> option;
            line.icmp = icmp_of(option, line);
        } else
            mistake(line, "unknown option " + option);
    }
}

Socket socket_of(bool client, bool ports_exchanged) {
    Socket socket;
    socket.address.length = 4;
    socket.address.bytes = {10, 0, 0, static_cast<uint8_t>(client ? 1 : 2)};
    socket.port = client != ports_exchanged ? 40000 : 80;
    return socket;
}

/// Each incarnation has numbers of its own, far from the others.
uint32_t iss(const Variant& variant, bool client, uint32_t set) {
    uint32_t const base = client ? variant.client_isn : variant.server_isn;
    return base + (set - 1) * 0x31415926U;
}

std::string print(const Value& value, FieldType type) {
    char buffer[64];
    switch (type) {
        case FieldType::String: return value.text.c_str();
        case FieldType::Int32: return std::to_string(value.signed_number);
        case FieldType::Duration:
            std::snprintf(buffer, sizeof buffer, "%.3f", static_cast<double>(value.signed_number) / 1e9);
            return buffer;
        default: return std::to_string(value.number);
    }
}

const Field& field_named(const std::string& name) {
    for (const Field& field : fields())
        if (name == field.name) return field;
    throw std::runtime_error("no field " + name);
}

std::string join(const std::vector<std::string>& words) {
    std::string joined;
    for (const auto& word : words) joined += (joined.empty() ? "" : ",") + word;
    return joined;
}

struct Expectation {
    std::vector<std::string> differences;
    std::set<std::string> events;
};

void compare_state(const Run& run, size_t i, const char* role, std::string wanted, Expectation& e) {
    std::string const state = join(run.values(i, (std::string(role) + ".state").c_str()));
    bool const presumed = !run.values(i, (std::string(role) + ".presumed").c_str()).empty();
    char const mark = wanted.back();
    if (mark == '?' || mark == '!') wanted.pop_back();
    if (state != wanted) e.differences.push_back(std::string(role) + " is " + state);
    if (mark == '?' && !presumed) e.differences.push_back(std::string(role) + " is not presumed");
    if (mark == '!' && presumed) e.differences.push_back(std::string(role) + " is presumed");
}

void compare_field(const Run& run, size_t i, const std::string& token, Expectation& e) {
    if (token[0] == '+') {
        e.events.insert(token.substr(1));
        return;
    }
    bool const absent = token[0] == '!';
    size_t const sign = absent ? std::string::npos : token.find_first_of("=~");
    std::string const name = absent ? token.substr(1) : token.substr(0, sign);
    std::string const actual = join(run.values(i, field_named(name), true));
    std::string wanted = sign == std::string::npos ? "" : token.substr(sign + 1);
    std::replace(wanted.begin(), wanted.end(), '_', ' ');
    bool const part = sign != std::string::npos && token[sign] == '~';
    if (part ? actual.find(wanted) == std::string::npos : actual != wanted)
        e.differences.push_back(name + " is '" + actual + "'");
}

void compare_line(const Run& run, size_t i, std::vector<std::string>& failures) {
    const Line& line = run.lines[i];
    if (line.expected.empty()) return;
    Expectation e;
    if (line.expected.size() < 2) mistake(line, "two states are wanted");
    compare_state(run, i, "client", line.expected[0], e);
    compare_state(run, i, "server", line.expected[1], e);
    for (size_t k = 2; k < line.expected.size(); ++k) compare_field(run, i, line.expected[k], e);
    auto const told = run.values(i, "event");
    if (std::set<std::string>(told.begin(), told.end()) != e.events)
        e.differences.push_back("events are " + join(told));
    for (const auto& difference : e.differences)
        failures.push_back("line " + std::to_string(line.number) + ": " + line.text + "\n        " + difference);
}

}  // namespace

Path path_of(const Line& line, const Variant& variant) {
    Socket const source = socket_of(line.from_client, variant.ports_exchanged);
    return {source, line.to_itself ? source : socket_of(!line.from_client, variant.ports_exchanged)};
}

Segment on_the_wire(const Line& line, const Variant& variant, uint32_t frame) {
    Segment s = line.segment;
    s.frame = frame;
    s.time += 1'700'000'000'000'000'000;
    if (!line.raw) s.seq = s.seq + iss(variant, line.from_client, line.isn_set);
    uint32_t const peer = iss(variant, line.to_itself == line.from_client, line.isn_set);
    if (s.has(flag::Ack)) s.ack = s.ack + peer;
    if (s.has_sack) s.sack_right = s.sack_right + peer;
    return s;
}

std::vector<Named>& all() {
    static std::vector<Named> traces;
    return traces;
}

const std::vector<Variant>& variants() {
    static const std::vector<Variant> list = {
        {1000, 5000000, false, "plain numbers"},
        {0xfffffffeU, 0xffffffffU, false, "numbers that wrap at once"},
        {0xfffffff9U, 0xfffffffaU, false, "numbers that wrap within the data"},
        {1000, 5000000, true, "ports exchanged"},
    };
    return list;
}

std::vector<Line> parse(const std::string& text) {
    std::vector<Line> lines;
    std::istringstream in(text);
    std::string row;
    for (int n = 1; std::getline(in, row); ++n) {
        Line line;
        line.number = n;
        line.text = row;
        size_t const begin = row.find_first_not_of(" \t");
        if (begin == std::string::npos || row[begin] == '#') continue;
        size_t const bar = row.find('|');
        std::istringstream left(row.substr(0, bar));
        parse_segment(left, line);
        if (bar != std::string::npos) {
            std::istringstream right(row.substr(bar + 1));
            for (std::string token; right >> token;) line.expected.push_back(token);
        }
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> Run::values(size_t line, const Field& field, bool hindsight) const {
    Verdict verdict;
    auto const frame = static_cast<uint32_t>(line + 1);
    if (!store.load(frame, 0, verdict)) return {};
    View const view{verdict, tracker, frame, lines[line].segment.time + 1'700'000'000'000'000'000, hindsight};
    std::vector<std::string> printed;
    Value value;
    for (int i = 0; field.get(view, i, value); ++i) {
        printed.push_back(print(value, field.type));
        REQUIRE((i == 0 || field.repeats));
    }
    return printed;
}

std::vector<std::string> Run::values(size_t line, const char* field) const {
    return values(line, field_named(field), true);
}

Run play(const std::vector<Line>& lines, const Variant& variant, const Preferences& preferences) {
    Run run(preferences);
    run.lines = lines;
    for (size_t i = 0; i < lines.size(); ++i) {
        const Line& line = lines[i];
        Path const path = path_of(line, variant);
        auto const frame = static_cast<uint32_t>(i + 1);
        Segment const segment = on_the_wire(line, variant, frame);
        const Verdict* verdict = nullptr;
        if (line.is_icmp)
            verdict = run.tracker.observe(IcmpError{frame, segment.time, path, segment.seq, line.icmp});
        else
            verdict = &run.tracker.observe(path, segment);
        if (verdict != nullptr) run.store.store(frame, 0, *verdict);
    }
    return run;
}

void check(const std::string& text, const Preferences& preferences, bool exchange_ports) {
    auto const lines = parse(text);
    REQUIRE_FALSE(lines.empty());
    for (const Variant& variant : variants()) {
        if (variant.ports_exchanged && !exchange_ports) continue;
        Run const run = play(lines, variant, preferences);
        std::vector<std::string> failures;
        for (size_t i = 0; i < lines.size(); ++i) compare_line(run, i, failures);
        std::string report = std::string("with ") + variant.name;
        for (const auto& failure : failures) report += "\n    " + failure;
        INFO(report);
        CHECK(failures.empty());
        if (!failures.empty()) return;
    }
}

}  // namespace trace

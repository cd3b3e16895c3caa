// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>

#include "events.hpp"
#include "names.hpp"

using namespace tcpstate;

namespace trace {

namespace {

Socket socket_of(const Line& line, bool client, bool ports_exchanged) {
    Socket socket;
    socket.address.length = 4;
    socket.address.bytes = {10, 0, 0, client ? line.client_host : line.server_host};
    uint16_t const port = client ? line.client_port : line.server_port;
    socket.port = port != 0 ? port : client != ports_exchanged ? 40000 : 80;
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
    if (wanted == "*") return;
    std::string const state = join(run.values(i, (std::string(role) + ".state").c_str()));
    bool const presumed = !run.values(i, (std::string(role) + ".presumed").c_str()).empty();
    char const mark = wanted.back();
    if (mark == '?' || mark == '!') wanted.pop_back();
    if (state != wanted) e.differences.push_back(std::string(role) + " is " + state);
    if (mark == '?' && !presumed) e.differences.push_back(std::string(role) + " is not presumed");
    if (mark == '!' && presumed) e.differences.push_back(std::string(role) + " is presumed");
}

/// One of !name, name=value, name!=value, name~part, name!~part.
void compare_field(const Run& run, size_t i, const std::string& token, Expectation& e) {
    bool const absent = token[0] == '!';
    size_t const sign = absent ? token.size() : token.find_first_of("=~");
    if (sign == std::string::npos) throw std::runtime_error("neither = nor ~ in " + token);
    bool const part = !absent && token[sign] == '~';
    bool const negated = !absent && sign > 0 && token[sign - 1] == '!';
    std::string const name = absent ? token.substr(1) : token.substr(0, negated ? sign - 1 : sign);
    std::string wanted = absent ? "" : token.substr(sign + 1);
    std::replace(wanted.begin(), wanted.end(), '_', ' ');
    std::string const actual = join(run.values(i, field_named(name), true));
    bool const holds = part ? actual.find(wanted) != std::string::npos : actual == wanted;
    if (holds == negated) e.differences.push_back(name + " is '" + actual + "'");
}

void compare_events(const Run& run, size_t i, Expectation& e) {
    auto const values = run.values(i, "event");
    std::set<std::string> told(values.begin(), values.end());
    if (e.events.count("capture-remark") == 0) told.erase("capture-remark");
    bool const others_too = e.events.erase("*") != 0;
    bool const right =
        others_too ? std::includes(told.begin(), told.end(), e.events.begin(), e.events.end()) : told == e.events;
    if (!right) e.differences.push_back("events are " + join(values));
}

void compare_line(const Run& run, size_t i, std::vector<std::string>& failures) {
    const Line& line = run.lines[i];
    if (line.expected.empty()) return;
    Expectation e;
    if (line.expected.size() < 2)
        throw std::runtime_error("line " + std::to_string(line.number) + ": two states are wanted: " + line.text);
    compare_state(run, i, "client", line.expected[0], e);
    compare_state(run, i, "server", line.expected[1], e);
    for (size_t k = 2; k < line.expected.size(); ++k) {
        const std::string& token = line.expected[k];
        if (token[0] == '+')
            e.events.insert(token.substr(1));
        else
            compare_field(run, i, token, e);
    }
    compare_events(run, i, e);
    for (const auto& difference : e.differences)
        failures.push_back("line " + std::to_string(line.number) + ": " + line.text + "\n        " + difference);
}

}  // namespace

Path path_of(const Line& line, const Variant& variant) {
    Socket const source = socket_of(line, line.from_client, variant.ports_exchanged);
    return {source, line.to_itself ? source : socket_of(line, !line.from_client, variant.ports_exchanged)};
}

Segment on_the_wire(const Line& line, const Variant& variant, uint32_t frame) {
    Segment s = line.segment;
    s.frame = frame;
    s.time += 1'700'000'000'000'000'000;
    if (!line.raw) s.seq = s.seq + iss(variant, line.from_client, line.isn_set);
    uint32_t const peer = iss(variant, line.to_itself == line.from_client, line.isn_set);
    if (s.has(flag::Ack)) s.ack = s.ack + peer;
    if (s.has_sack) s.sack_right = s.sack_right + peer;
    if (!line.payload.empty()) {
        s.reset_payload = reinterpret_cast<const uint8_t*>(line.payload.data());
        s.reset_payload_length = static_cast<uint8_t>(line.payload.size());
    }
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

std::vector<std::string> Run::values(size_t line, const Field& field, bool hindsight) const {
    Verdict verdict;
    auto const frame = static_cast<uint32_t>(line + 1);
    if (!store.load(frame, 0, verdict)) return {};
    View view{verdict, tracker, frame, lines[line].segment.time + 1'700'000'000'000'000'000, hindsight};
    if (verdict.is_segment) view.segment = &lines[line].segment;
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
        Run const run = play(lines, variant, preferences_of(text, preferences));
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

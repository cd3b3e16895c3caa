// SPDX-License-Identifier: GPL-2.0-or-later
// Reads traces: the left side of the bar into segments, the right side into words.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <stdexcept>

#include "names.hpp"
#include "trace.hpp"

using namespace tcpstate;

namespace trace {

namespace {

/// As the reader leaves it where there is none.
constexpr uint16_t no_identification = 0;

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

/// A number, or the word "none".
uint32_t number_or(uint32_t none, std::istringstream& in, const Line& line) {
    in >> std::ws;
    if (in.peek() != 'n') return number(in, line);
    std::string word;
    if (!(in >> word) || word != "none") mistake(line, "a number or none is wanted");
    return none;
}

IcmpVerdict icmp_of(std::istringstream& in, const Line& line) {
    std::string word;
    in >> word;
    for (int i = 1; i <= static_cast<int>(IcmpVerdict::Other); ++i)
        if (word == name(static_cast<IcmpVerdict>(i))) return static_cast<IcmpVerdict>(i);
    mistake(line, "unknown ICMP verdict");
}

/// Host and port: 3:40001
void socket_of(std::istringstream& in, const Line& line, uint8_t& host, uint16_t& port) {
    host = static_cast<uint8_t>(number(in, line));
    if (in.get() != ':') mistake(line, "a host and a port are wanted");
    port = static_cast<uint16_t>(number(in, line));
}

std::string payload_of(std::istringstream& in, const Line& line) {
    std::string text;
    if (!(in >> std::quoted(text))) mistake(line, "a payload is missing");
    if (text.rfind("0x", 0) != 0) return text;
    std::string bytes;
    for (size_t i = 2; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return bytes;
}

struct Option {
    const char* name;
    void (*read)(std::istringstream&, Line&);
};

constexpr Option options[] = {
    {"ack", [](auto& in, Line& line) { line.segment.ack = Seq{number(in, line)}; }},
    {"win", [](auto& in, Line& line) { line.segment.window = static_cast<uint16_t>(number(in, line)); }},
    {"ttl",
     [](auto& in, Line& line) {
         line.segment.ttl = static_cast<int16_t>(number_or(static_cast<uint32_t>(unknown_ttl), in, line));
     }},
    {"id",
     [](auto& in, Line& line) { line.segment.ip_id = static_cast<uint16_t>(number_or(no_identification, in, line)); }},
    {"fragment", [](auto&, Line& line) { line.segment.length_known = false; }},
    {"wscale", [](auto& in, Line& line) { line.segment.scale = static_cast<uint8_t>(number(in, line)); }},
    {"ts", [](auto&, Line& line) { line.segment.has_timestamp = true; }},
    {"sack",
     [](auto& in, Line& line) {
         line.segment.has_sack = true;
         line.segment.sack_right = Seq{number(in, line)};
     }},
    {"dsack", [](auto&, Line& line) { line.segment.has_dsack = true; }},
    {"mptcp_reason", [](auto& in, Line& line) { line.segment.mptcp_reason = static_cast<uint8_t>(number(in, line)); }},
    {"payload", [](auto& in, Line& line) { line.payload = payload_of(in, line); }},
    {"raw", [](auto&, Line& line) { line.raw = true; }},
    {"self", [](auto&, Line& line) { line.to_itself = true; }},
    {"iss", [](auto& in, Line& line) { line.isn_set = number(in, line); }},
    {"client", [](auto& in, Line& line) { socket_of(in, line, line.client_host, line.client_port); }},
    {"server", [](auto& in, Line& line) { socket_of(in, line, line.server_host, line.server_port); }},
    {"icmp",
     [](auto& in, Line& line) {
         line.is_icmp = true;
         line.icmp = icmp_of(in, line);
     }},
};

void parse_segment(std::istringstream& in, Line& line) {
    double time = 0;
    std::string direction, flags, range, word;
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
    while (in >> word) {
        auto const* found =
            std::find_if(std::begin(options), std::end(options), [&](auto& o) { return word == o.name; });
        if (found == std::end(options)) mistake(line, "unknown option " + word);
        found->read(in, line);
    }
    if (!line.payload.empty() && line.payload.size() != s.length) mistake(line, "the payload has another length");
}

struct Preference {
    const char* name;
    void (*set)(Preferences&, double);
};

int64_t nanoseconds(double seconds) { return std::llround(seconds * 1e9); }

constexpr Preference known_preferences[] = {
    {"attempts_before_suspicion",
     [](Preferences& p, double n) { p.attempts_before_suspicion = static_cast<uint32_t>(n); }},
    {"half_closed_threshold", [](Preferences& p, double n) { p.half_closed_threshold = nanoseconds(n); }},
    {"seconds_before_suspicion", [](Preferences& p, double n) { p.before_suspicion = nanoseconds(n); }},
    {"idle_timeout_from", [](Preferences& p, double n) { p.idle_timeout_from = nanoseconds(n); }},
    {"ttl_tolerance", [](Preferences& p, double n) { p.ttl_tolerance = static_cast<int>(n); }},
};

bool is_preference(const std::string& row) {
    std::istringstream words(row);
    std::string first;
    return words >> first && first == "preference";
}

}  // namespace

bool is_segment(const std::string& row) {
    size_t const begin = row.find_first_not_of(" \t");
    return begin != std::string::npos && row[begin] != '#' && !is_preference(row);
}

std::vector<Line> parse(const std::string& text) {
    std::vector<Line> lines;
    std::istringstream in(text);
    std::string row;
    for (int n = 1; std::getline(in, row); ++n) {
        if (!is_segment(row)) continue;
        Line line;
        line.number = n;
        line.text = row;
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

Preferences preferences_of(const std::string& text, Preferences preferences) {
    std::istringstream in(text);
    for (std::string row; std::getline(in, row);) {
        if (!is_preference(row)) continue;
        std::istringstream words(row);
        std::string keyword, wanted;
        double value = 0;
        words >> keyword >> wanted >> value;
        auto const* found = std::find_if(std::begin(known_preferences), std::end(known_preferences),
                                         [&](auto& known) { return wanted == known.name; });
        if (found == std::end(known_preferences)) throw std::runtime_error("no preference " + wanted);
        found->set(preferences, value);
    }
    return preferences;
}

}  // namespace trace

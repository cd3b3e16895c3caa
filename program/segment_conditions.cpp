// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "events.hpp"
#include "names.hpp"
#include "printing.hpp"
#include "segments.hpp"

namespace tcpstate {
namespace {

using R = const SegmentRow&;
using S = const std::string&;

bool has_event(R row, S value) {
    return std::any_of(events().begin(), events().end(),
                       [&](const EventRow& event) { return row.view.verdict.has(event.id) && value == event.name; });
}

bool is_address(const Socket& socket, S value) {
    Text text;
    add_address(socket.address, text);
    return value == text.c_str();
}

bool is_port(const Socket& socket, S value) { return value == std::to_string(socket.port); }

constexpr struct {
    const char* key;
    bool (*holds)(R, S);
} keys[] = {
    {"outcome",
     [](R row, S value) { return value == name(row.view.tracker.connection(row.view.verdict.conn).outcome()); }},
    {"cause",
     [](R row, S value) { return row.view.verdict.is_reset() && value == name(row.view.verdict.reset.cause); }},
    {"event", has_event},
    {"host",
     [](R row, S value) { return is_address(row.sockets.client, value) || is_address(row.sockets.server, value); }},
    {"port", [](R row, S value) { return is_port(row.sockets.client, value) || is_port(row.sockets.server, value); }},
    {"conn", [](R row, S value) { return value == std::to_string(row.view.verdict.conn); }},
};

}  // namespace

std::string condition_keys() {
    std::string text;
    for (auto const& [key, holds] : keys) text += std::string(text.empty() ? "" : ", ") + key;
    return text;
}

Condition parse_condition(const std::string& text) {
    size_t const sign = text.find('=');
    for (auto const& [key, holds] : keys)
        if (sign != std::string::npos && text.compare(0, sign, key) == 0) return {holds, text.substr(sign + 1)};
    throw std::invalid_argument("--where " + text + ": KEY=VALUE is wanted, and KEY is one of " + condition_keys());
}

}  // namespace tcpstate

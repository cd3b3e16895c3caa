// SPDX-License-Identifier: GPL-2.0-or-later
#include "idle_timeouts.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "clock.hpp"
#include "embedded.hpp"

namespace tcpstate {
namespace {

/// Takes what is before the separator, which goes too.
std::string_view take_until(char separator, std::string_view& text) {
    size_t const end = text.find(separator);
    std::string_view const taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

std::vector<IdleTimeout> parse(std::string_view table) {
    std::vector<IdleTimeout> rows;
    take_until('\n', table);  // the header
    while (!table.empty()) {
        std::string_view line = take_until('\n', table);
        IdleTimeout row;
        std::string_view const seconds = take_until('\t', line);
        std::from_chars(seconds.data(), seconds.data() + seconds.size(), row.seconds);
        for (std::string_view* const cell : {&row.product, &row.note, &row.source, &row.date})
            *cell = take_until('\t', line);
        rows.push_back(row);
    }
    return rows;
}

}  // namespace

int64_t tolerance_of_timer(int64_t time) { return std::max(second, time / 100); }

std::span<const IdleTimeout> idle_timeouts() {
    static const std::vector<IdleTimeout> table = parse(embedded::timeouts());
    return table;
}

void add_idle_timeouts(Json& json) {
    json.begin('[');
    for (const IdleTimeout& row : idle_timeouts()) {
        json.begin('{').key("seconds").value(row.seconds).key("product").value(row.product);
        json.key("within").seconds(tolerance_of_timer(row.seconds * second));
        json.key("note").value(row.note).key("source").value(row.source).key("date").value(row.date).end('}');
    }
    json.end(']');
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate connections: the table that tshark -z tcpstate,connections prints.
#pragma once
#include <cstdio>

#include "command.hpp"
#include "connection_report.hpp"

namespace tcpstate {

class Connections : public Command {
public:
    explicit Connections(TableFormat format) { options_.format = format; }
    void note(const Observed& observed, const Tracker&) override {
        rows_.note(observed.path, observed.verdict, observed.when);
    }
    void note_time(int64_t time) override { rows_.note_time(time); }
    /// Its line is printed now.
    void forget(uint32_t conn, const Tracker& tracker) override {
        if (conn >= rows_.all().size()) return;
        print_connection({rows_.all()[conn], tracker, conn, rows_.end()}, options_, stdout);
        options_.header = false;
        rows_.forget(conn);
    }
    void finish(const Tracker& tracker) override { print_connections(rows_, &tracker, options_, stdout); }

private:
    TableOptions options_;
    ConnectionRows rows_;
};

}  // namespace tcpstate

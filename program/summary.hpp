// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate summary: what is wrong in this capture, in one screen.
#pragma once
#include <cstdio>

#include "command.hpp"
#include "summary_text.hpp"

namespace tcpstate {

class SummaryOfCapture : public Command {
public:
    void note(const Observed& observed, const Tracker&) override {
        rows_.note(observed.path, observed.verdict, observed.when);
    }
    void forget(uint32_t conn, const Tracker& tracker) override {
        if (conn >= rows_.all().size()) return;
        summary_.add(conn, rows_.all()[conn], tracker);
        rows_.forget(conn);
    }
    void finish(const Tracker& tracker) override {
        for (uint32_t conn = 0; conn < rows_.all().size(); ++conn) summary_.add(conn, rows_.all()[conn], tracker);
        summary_.print(stdout);
    }

private:
    ConnectionRows rows_;
    Summary summary_;
};

}  // namespace tcpstate

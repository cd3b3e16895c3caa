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
    void finish(const Tracker& tracker) override { print_summary(rows_, tracker, stdout); }

private:
    ConnectionRows rows_;
};

}  // namespace tcpstate

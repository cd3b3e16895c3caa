// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate timeline: a line per segment of one connection, as tshark -z tcpstate,timeline prints.
#pragma once
#include <cstdio>

#include "command.hpp"
#include "timeline_text.hpp"

namespace tcpstate {

class TimelineCommand : public Command {
public:
    explicit TimelineCommand(uint32_t conn) { timeline_.conn = conn; }
    void note(const Observed& observed, const Tracker&) override {
        if (observed.verdict.conn != timeline_.conn) return;
        timeline_.note(observed.path, {observed.when.time, observed.when.frame, observed.verdict,
                                       observed.verdict.is_segment, observed.header().flags, observed.header().seq,
                                       observed.header().ack, observed.header().length});
    }
    void finish(const Tracker& tracker) override { std::fputs(print(timeline_, tracker, true).c_str(), stdout); }

private:
    Timeline timeline_;
};

}  // namespace tcpstate

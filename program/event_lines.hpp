// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate events: a line per event as it happens. What later frames teach is not known then.
#pragma once
#include "command.hpp"

namespace tcpstate {

class EventLines : public Command {
public:
    enum class Format : bool { Text, Json };

    explicit EventLines(Format format) : format_(format) {}
    void note(const Observed& observed, const Tracker& tracker) override;
    void finish(const Tracker&) override {}

private:
    Format format_;
};

}  // namespace tcpstate

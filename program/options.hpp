// SPDX-License-Identifier: GPL-2.0-or-later
/// The command line.
#pragma once
#include <memory>
#include <optional>

#include "command.hpp"
#include "compare_command.hpp"
#include "reading.hpp"
#include "report_command.hpp"

namespace tcpstate {

struct CommandLine {
    ReadingOptions reading;
    Session::Ledger ledger = Session::Ledger::None;
    std::unique_ptr<Command> command;  ///< null: something else is to be done, or everything was said
    std::optional<CompareOptions> compare;
    std::optional<ReportOptions> report;
    Ending ending = Ending::Complete;  ///< the exit status when everything was said
};

CommandLine parse(int count, char** arguments);

}  // namespace tcpstate

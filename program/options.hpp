// SPDX-License-Identifier: GPL-2.0-or-later
/// The command line.
#pragma once
#include <memory>

#include "command.hpp"
#include "reading.hpp"

namespace tcpstate {

struct CommandLine {
    ReadingOptions reading;
    Session::Ledger ledger = Session::Ledger::None;
    std::unique_ptr<Command> command;  ///< null: everything was said, `ending` is the exit status
    Ending ending = Ending::Complete;
};

CommandLine parse(int count, char** arguments);

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
/// tcpstate, the program.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>

#include "options.hpp"
#include "show_command.hpp"

namespace tcpstate {
namespace {

/// The second Ctrl-C ends it at once. Reading from a pipe is interrupted too, so without SA_RESTART.
void end_on_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { interrupt(); };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

Ending say(Ending ending, const char* what) {
    std::fprintf(stderr, "tcpstate: %s\n", what);
    return ending;
}

Ending run(int count, char** arguments) try {
    hand_over_to_show(count, arguments);
    CommandLine line = parse(count, arguments);
    if (line.command == nullptr && !line.compare && !line.report) return line.ending;
    init_process_policies();
    if (char* const problem = compat::configure(arguments[0])) {
        std::fprintf(stderr, "tcpstate: %s\n", problem);
        g_free(problem);
    }
    compat::start_wiretap();
    end_on_signals();
    Ending const ending = line.compare  ? compare(line.reading, *line.compare)
                          : line.report ? report(line.reading, *line.report)
                                        : Reading(line.reading, line.ledger, *line.command).run();
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw std::runtime_error(std::strerror(errno));
    return ending;
} catch (const std::bad_alloc&) {
    return say(Ending::Failed, "out of memory");
} catch (const std::invalid_argument& error) {
    return say(Ending::WrongArguments, error.what());
} catch (const std::exception& error) {
    return say(Ending::Failed, error.what());
}

}  // namespace
}  // namespace tcpstate

int main(int count, char** arguments) { return static_cast<int>(tcpstate::run(count, arguments)); }

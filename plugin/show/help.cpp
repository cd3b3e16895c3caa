// SPDX-License-Identifier: GPL-2.0-or-later
#include "help.hpp"

#include <cstdio>
#include <cstdlib>

#include "command_line.hpp"

namespace tcpstate {
namespace {

struct Command {
    const char *usage, *what;
};

constexpr Command commands[] = {
    {"-z tcpstate,tree[,FILTER]", "how connections ended, and the causes of RSTs"},
    {"-z tcpstate,connections[,FILTER]", "a line per connection and what happened to it, for people"},
    {"-z tcpstate,connections,tsv|csv|json[,FILTER]", "the same for programs, with more columns"},
    {"-z tcpstate,connections,columns", "the names, types and meanings of these columns"},
    {"-z tcpstate,timeline,CONN", "a line per segment of one connection"},
    {"-z tcpstate,table[,FILTER]", "the table of the window (Statistics > TCP State: connections)"},
    {"-z tcpstate,frames", "which frames carry TCP between which sockets, as JSON lines"},
    {"-z flow,tcpstate,standard|network", "the ladder of states and events"},
    {"-z expert", "events, with those of other protocols"},
    {"-z tcpstate,help", "this list"},
};

bool begin(const char*) {
    std::puts(
        "Statistics of TCP State. Use them with tshark -q; FILTER is a display filter, connections with a matching\n"
        "frame are counted; CONN is a value of tcpstate.conn. Fields: tshark -G fields | grep tcpstate");
    for (auto const& [usage, what] : commands) std::printf("  %-47s %s\n", usage, what);
    std::fflush(stdout);
    if (!has_window()) std::exit(0);
    return true;
}

}  // namespace

void register_help() { register_command<begin>("tcpstate,help"); }

}  // namespace tcpstate

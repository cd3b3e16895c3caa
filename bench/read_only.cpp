// SPDX-License-Identifier: GPL-2.0-or-later
/// Reads a capture with libwiretap and does nothing with it: what no program that uses it can go below.
#include <cstdio>

#include "wiretap.hpp"

int main(int count, char** arguments) {
    if (count != 2) return std::fprintf(stderr, "usage: read_only CAPTURE\n"), 2;
    init_process_policies();
    g_free(tcpstate::compat::configure(arguments[0]));
    wtap_init(false);
    int error = 0;
    char* details = nullptr;
    wtap* const file = wtap_open_offline(arguments[1], WTAP_TYPE_AUTO, &error, &details, false);
    if (file == nullptr) return std::fprintf(stderr, "%s: %s\n", arguments[1], wtap_strerror(error)), 1;
    tcpstate::compat::Record record;
    unsigned long frames = 0;
    while (record.read(file, &error, &details)) ++frames;
    std::printf("%lu\n", frames);
    return error == 0 ? 0 : 1;
}

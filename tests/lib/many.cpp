// SPDX-License-Identifier: GPL-2.0-or-later
/// Preloaded into tshark: one start for many captures. Starting takes ten times as long as reading a small capture.
/// When tshark opens its capture, it has read all its options and none of the packets; then it divides, and each child
/// goes on with one line of the file that TSHARK_MANY names: CAPTURE, and where its standard output and its standard
/// error go, separated by tabs. The parent prints the status of each.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

struct wtap;
// The last parameter is a gboolean in Wireshark 4.0 and a bool later; either fits into an int.
using Open = wtap*(const char* filename, unsigned type, int* error, char** error_info, int random);

extern "C" wtap* wtap_open_offline(const char* filename, unsigned type, int* error, char** error_info, int random) {
    auto* const open = reinterpret_cast<Open*>(dlsym(RTLD_NEXT, "wtap_open_offline"));
    const char* const list = std::getenv("TSHARK_MANY");
    if (list == nullptr) return open(filename, type, error, error_info, random);
    std::ifstream lines(list);
    for (std::string capture, output, errors;
         std::getline(std::getline(std::getline(lines, capture, '\t'), output, '\t'), errors);) {
        pid_t const child = fork();
        if (child == 0) {
            if (std::freopen(output.c_str(), "w", stdout) == nullptr ||
                std::freopen(errors.c_str(), "w", stderr) == nullptr)
                _exit(127);
            return open(capture.c_str(), type, error, error_info, random);
        }
        int status = -1;
        waitpid(child, &status, 0);
        std::printf("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
        std::fflush(stdout);  // or the next child would say it again
    }
    _exit(lines.eof() ? 0 : 127);
}

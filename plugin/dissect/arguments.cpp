// SPDX-License-Identifier: GPL-2.0-or-later
#include "arguments.hpp"

#include <cstdlib>
#include <string_view>

namespace tcpstate {
namespace {

int argument_count = 0;
char** arguments = nullptr;

#ifdef __GLIBC__
void take_arguments(int count, char** values, char** /*environment*/) {
    argument_count = count;
    arguments = values;
}
/// The C library hands the arguments of the program to what stands here, also in what is loaded later; others do not.
/// [[gnu::constructor]] would lose them where optimization makes one function of all constructors.
[[gnu::used, gnu::section(".init_array")]] void (*initializer)(int, char**, char**) = take_arguments;
#endif

}  // namespace

bool is_asked_for_by_name(const char* field) {
    for (int i = 1; i < argument_count; ++i) {
        std::string_view argument = arguments[i];
        if (argument.substr(0, 2) != "-e") continue;
        argument.remove_prefix(2);
        if (argument.empty() && i + 1 < argument_count) argument = arguments[++i];
        if (argument.substr(0, 9) == "tcpstate." && argument.substr(9) == field) return true;
    }
    return false;
}

}  // namespace tcpstate

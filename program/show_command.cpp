// SPDX-License-Identifier: GPL-2.0-or-later
#include "show_command.hpp"

#include <filesystem>
#include <string>

#include <unistd.h>

namespace tcpstate {
namespace {

bool is_meant(const std::string& first) {
    std::error_code error;
    return first == "--gui" || first == "--timeline" || std::filesystem::is_regular_file(first, error);
}

}  // namespace

void hand_over_to_show(int count, char** arguments) {
    if (count < 2 || !is_meant(arguments[1])) return;
    std::error_code error;
    auto const me = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) execv(me.parent_path().append("tcpstate-show").c_str(), arguments);
}

}  // namespace tcpstate

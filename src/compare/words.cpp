// SPDX-License-Identifier: GPL-2.0-or-later
#include "words.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "printing.hpp"

namespace tcpstate {
namespace {

/// In a list of frames, more than this are counted only.
constexpr size_t frames_told = 6;

}  // namespace

std::string format(const char* pattern, ...) {  // NOLINT(cert-dcl50-cpp): the compiler checks such formats
    char text[1024];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

std::string frames(const std::vector<uint32_t>& list, char point) {
    std::string text = list.size() == 1 ? "frame " : "frames ";
    for (size_t i = 0; i < std::min(list.size(), frames_told); ++i) {
        if (i != 0) text += i + 1 == list.size() ? " and " : ", ";
        text += std::to_string(list[i]);
    }
    if (list.size() > frames_told) text += format(" and %zu more", list.size() - frames_told);
    return text + " of " + point;
}

std::string rounded(int64_t nanoseconds) {
    Text text;
    add_rounded(nanoseconds, text);
    return text.c_str();
}

std::string socket_text(const Socket& socket) {
    Text text;
    add_socket(socket, text);
    return text.c_str();
}

std::string address_text(const Address& address) {
    Text text;
    add_address(address, text);
    return text.c_str();
}

}  // namespace tcpstate

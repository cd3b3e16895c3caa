// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.hpp"

#include <cstdarg>

namespace tcpstate {

void Text::add(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int const room = capacity - size_;
    int const written = vsnprintf(data_ + size_, static_cast<size_t>(room), format, arguments);
    va_end(arguments);
    if (written > 0) size_ += written < room ? written : room - 1;
}

}  // namespace tcpstate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.hpp"

#include <cstdarg>

namespace tcpstate {

void Text::add(const char* format, ...) {  // NOLINT(cert-dcl50-cpp): the compiler checks such formats
    va_list arguments;
    va_start(arguments, format);
    int const room = capacity - size_;
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was started two lines above
    int const written = vsnprintf(data_ + size_, static_cast<size_t>(room), format, arguments);
    va_end(arguments);
    if (written > 0) size_ += written < room ? written : room - 1;
}

}  // namespace tcpstate

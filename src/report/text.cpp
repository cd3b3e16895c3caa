// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdarg>
#include <cstring>

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

void Text::add_text(std::string_view text) {
    size_t const size = std::min(text.size(), static_cast<size_t>(capacity - 1 - size_));
    std::memcpy(data_ + size_, text.data(), size);
    size_ += static_cast<int>(size);
    data_[size_] = '\0';
}

void Text::add_number(uint64_t number, int base) {
    char digits[20];
    auto const [end, error] = std::to_chars(digits, digits + sizeof digits, number, base);
    add_text({digits, static_cast<size_t>(end - digits)});
}

void Text::add_tenths(double number) {
    char digits[330];  // the largest double has 309 before the point
    auto const [end, error] = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, 1);
    add_text({digits, static_cast<size_t>(end - digits)});
}

}  // namespace tcpstate
